import ArgumentParser
import AuditAlert
import AuditConfig
import AuditListen
import AuditModel
import AuditStore
import Glibc
import Logging
import Postgres
import ServiceLifecycle
import UnixSignals

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Live sample traffic of three organisations, collected, redacted and stored, on this machine.",
    discussion:
      "Brings its own PostgreSQL under --data-dir. Ctrl-C stops everything; what was stored stays to be looked at.")

  @OptionGroup var options: ConfigurationOptions
  @Option(name: .long, help: ArgumentHelp("Calls a second of all organisations together.", valueName: "n"))
  var rate = 40.0
  @Option(name: .long, help: ArgumentHelp("Stop by itself after this time.", valueName: "duration"))
  var stopAfter: String?
  @Option(name: .long, help: ArgumentHelp("Makes the same traffic again.", valueName: "n"))
  var seed: UInt64?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where /health, /ready and /metrics are answered, such as 127.0.0.1:8686.", valueName: "host:port"))
  var http: String?

  func run() async throws {
    CrashOutput.keepSecretsOut()
    try await reporting {
      guard rate > 0, rate <= 5000 else { throw CommandFailure(.usage, "--rate takes 0.1 to 5000 calls a second.") }
      let duration = try stopAfter.map { text in
        do throws(GrammarProblem) {
          return try DurationGrammar.parse(text)
        } catch {
          throw CommandFailure(.usage, "--stop-after: \(error.message)")
        }
      }
      let plain = try options.load()
      let root = absolutePath(plain.dataDirectory) + "/demo/pods"
      let configuration = try options.load(
        [.collectorFiles: ["\(root)/*/*/*.log"]].merging(http.map { [.httpAddress: [$0]] } ?? [:]) { $1 })
      StandardError.write("Starting a private PostgreSQL and the tool servers of three organisations …\n")
      try await withStore(
        configuration, logger: configuration.logger("audittail.demo"), migrate: true, creates: true, joins: false
      ) {
        store, server in
        try await run(configuration, root: root, duration, store, server)
      }
      StandardError.write("Stopped. Everything that was stored is still there: \(Self.program) query --limit 3\n")
    }
  }

  private func run(
    _ configuration: Configuration, root: String, _ duration: Duration?, _ store: Store, _ server: EmbeddedServer?
  ) async throws {
    var logger = configuration.logger("audittail.demo")
    // Its own words are enough, unless more were asked for.
    if logger.logLevel == .info { logger.logLevel = .warning }
    let totals = CollectorTotals()
    let figures = DemoFigures(totals: totals, duration: duration)
    let traffic = DemoTraffic(
      root: root, callsPerSecond: rate, seed: seed ?? UInt64.random(in: .min ... .max), figures: figures)
    let spool = SpoolAccess(configuration, logger: logger)
    let collector = CollectorService(
      run: CollectorRun(configuration: configuration, readsStandardInput: false, isOnce: false), store: store,
      server: server,
      pods: nil, totals: totals, spool: spool, logger: logger)
    let secret = "whsec_" + Base64Text.encode((0..<32).map { _ in UInt8.random(in: .min ... .max) })
    let receiver = try await DemoReceiver.start(secret: secret, figures: figures)
    let alerting = Alerting(
      try AlertSetup(configuration).adding(webhook: "demo", url: receiver.url, secret: secret))
    let analyzer = AnalyzerService(
      run: try AnalyzerRun(configuration: configuration, logger: logger, alerting: alerting), store: store)
    StandardError.write(Self.welcome(root: root, configuration))
    var listening: [ServiceGroupConfiguration.ServiceConfiguration] = []
    if configuration.listen.answering != nil {
      listening.append(
        .init(service: try await Listening.open(configuration, spool: spool, totals: totals, logger: logger)))
    }
    let group = ServiceGroup(
      configuration: .init(
        services: [
          .init(service: collector), .init(service: receiver), .init(service: analyzer),
          .init(service: traffic, successTerminationBehavior: .ignore),
          .init(service: figures, successTerminationBehavior: .gracefullyShutdownGroup),
        ] + listening, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
  }

  /// How this program was called, so that what is printed can be typed.
  private static var program: String { CommandLine.arguments.first ?? "audittail" }

  private static func welcome(root: String, _ configuration: Configuration) -> String {
    let flags =
      configuration.dataDirectory == Configuration.defaultDataDirectory
      ? "" : " --data-dir \(configuration.dataDirectory)"
    return """
      Pods of acme, globex and initech write CRI log files with rotation under \(root);
      the collector takes the secrets out and stores each record once. Try in another terminal, in this directory:

        \(program) query\(flags) --since -5m --status error --format table
        \(program) query\(flags) --tenant acme --text REDACTED --limit 5
        \(program) verify\(flags)
        \(program) alerts list\(flags)

      What is unusual raises alerts; a webhook on this machine takes them, and they are printed here.
      Ctrl-C stops everything.

      """
  }
}
