import ArgumentParser
import AuditConfig

/// Where the lines come from.
struct IntakeOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Log files to read, as a shell pattern in quotes; may be given several times.", valueName: "glob"))
  var files: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Listen for lines: tcp://, tls://, unix://, udp://, http://, https:// or forward://; may be given several times.",
      valueName: "url"))
  var listen: [String] = []

  @Flag(name: .long, help: "Read standard input to its end.")
  var stdin = false

  @Option(name: .long, help: ArgumentHelp("The tenant of what nothing else decides.", valueName: "tenant"))
  var tenant: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Where /health and /ready are answered, such as 127.0.0.1:8686.", valueName: "host:port"))
  var http: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where lines wait that cannot be read again (default: spool in the data directory).", valueName: "dir"))
  var spool: String?

  @Flag(name: .long, help: "Read what is there to its end, commit it, print one JSON object and stop.")
  var once = false

  func validate() throws {
    if stdin, !files.isEmpty { throw ValidationError("Give either --files or --stdin, not both.") }
    if stdin, !listen.isEmpty { throw ValidationError("Give either --stdin or --listen, not both.") }
    if once, !listen.isEmpty {
      throw ValidationError("--once reads what is there, and listening never ends: leave one out.")
    }
  }

  var flags: [SettingKey: [String]] {
    var flags: [SettingKey: [String]] = [:]
    if !files.isEmpty { flags[.collectorFiles] = files }
    if !listen.isEmpty { flags[.listen] = listen }
    if let http { flags[.httpAddress] = [http] }
    if let tenant { flags[.collectorTenant] = [tenant] }
    if let spool { flags[.spoolDirectory] = [spool] }
    return flags
  }
}

struct CollectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect", abstract: "Tail log files, redact them and store every record exactly once.",
    discussion: """
      Where it left off stands in the database, committed together with the records: it may be killed at any moment and started again.

        audittail collect --listen http://127.0.0.1:8687 --database postgresql://audit@db/audit
        audittail collect --files '/var/log/pods/*/*/*.log' --database postgresql://audit@db/audit
      """)

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var intake: IntakeOptions

  func run() async throws {
    CrashOutput.keepSecretsOut()
    try await reporting {
      let configuration = try options.load(intake.flags)
      guard configuration.database != nil else {
        throw CommandFailure(
          .configuration, "collect needs a database: give --database URL, or use `audittail run`, which brings its own."
        )
      }
      try await CollectorRun(configuration: configuration, readsStandardInput: intake.stdin, isOnce: intake.once).run()
    }
  }
}

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "All roles in one process, with a private PostgreSQL unless --database names one.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var intake: IntakeOptions

  func run() async throws {
    CrashOutput.keepSecretsOut()
    try await reporting {
      let configuration = try options.load(intake.flags)
      try await CollectorRun(
        configuration: configuration, readsStandardInput: intake.stdin, isOnce: intake.once, analyzes: true
      ).run()
    }
  }
}
