import ArgumentParser
import AuditConfig
import ServiceLifecycle
import UnixSignals

struct AnalyzeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze", abstract: "Find what is unusual in what was stored, and tell whoever should know.",
    discussion: """
      Any number may run: one leads, the others wait and take over within seconds when it is gone.

        audittail analyze --database postgresql://audit@db/audit
      """)

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    CrashOutput.keepSecretsOut()
    try await reporting {
      let configuration = try options.load()
      guard configuration.database != nil else {
        throw CommandFailure(
          .configuration, "analyze needs a database: give --database URL, or use `audittail run`, which brings its own."
        )
      }
      let logger = configuration.logger("audittail.analyze")
      try await withStore(configuration, logger: logger) { store, _ in
        let analyzer = AnalyzerService(run: try AnalyzerRun(configuration: configuration, logger: logger), store: store)
        try await ServiceGroup(
          configuration: .init(
            services: [.init(service: analyzer)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        ).run()
      }
    }
  }
}
