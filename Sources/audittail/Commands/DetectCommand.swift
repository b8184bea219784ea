import ArgumentParser
import AuditConfig
import AuditDetect
import AuditModel
import AuditRedact

struct DetectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect",
    abstract: "Audit lines or normalised records in, findings out, one a line in the order of time.",
    discussion: """
      Reads what `audittail normalize` reads, and what it writes. The same input and configuration always give the same findings. The one \
      knob is the budget: how many false alarms are acceptable for each subject (user, client, tool …) in 30 days.

        audittail detect < server.log
        zcat week.ndjson.gz | audittail detect --budget 0.1
        audittail detect --explain alice < server.log
        audittail detect --database postgresql://audit@db/audit --since -30d

      With --database, --since or --until it is a back-test: stored records are read, and nothing is written. What is learned is learned \
      from that range.
      """)

  @OptionGroup var options: ConfigurationOptions
  @Option(
    name: .long,
    help: ArgumentHelp("Expected false alarms a subject and 30 days; more prints more.", valueName: "number"))
  var budget: Double?
  @Option(name: .long, help: ArgumentHelp("The tenant of lines that do not name one.", valueName: "tenant"))
  var tenant: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where addresses are: a file in the format of MaxMind DB (detect.geo.database).", valueName: "file"))
  var geo: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Print what was learned of this user, client or tool after the last line, on standard error.",
      valueName: "subject"))
  var explain: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Back-test: stored records from this time on.", valueName: "time"))
  var since: String?
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Back-test: stored records before this time.", valueName: "time"))
  var until: String?

  func validate() throws {
    if let budget, !(budget > 0 && budget <= 1e6) {
      throw ValidationError("--budget takes a number above 0, 1000000 at most.")
    }
  }

  func run() async throws {
    CrashOutput.keepSecretsOut()
    try await reporting {
      let configuration = try options.load(geo.map { [.detectGeoDatabase: [$0]] } ?? [:])
      let named = try tenant.map { name in
        guard let tenant = TenantID(name) else {
          throw CommandFailure(
            .usage, "--tenant takes letters, digits, -, _ and ., 128 at most; \"\(name)\" is no tenant.")
        }
        return tenant
      }
      if options.database != nil || since != nil || until != nil {
        let test = BackTest(
          configuration: configuration, tenant: named, since: try since.map { try TimeExpression.time($0, now: .now) },
          until: try until.map { try TimeExpression.time($0, now: .now) }, budget: budget)
        return try await withStore(configuration, logger: configuration.logger("audittail.detect")) { store, _ in
          try await test.run(store, explain: explain)
        }
      }
      let redaction = named.map { configuration.redaction(for: $0) } ?? configuration.redaction
      var filter = DetectFilter(
        tenant: named ?? .unnamed, configuration: configuration, budget: budget,
        geo: try GeoDatabaseFile.read(configuration), policy: try RedactionPolicy(redaction))
      try filter.run()
      if let explain { StandardError.write(filter.explanation(of: explain)) }
    }
  }
}
