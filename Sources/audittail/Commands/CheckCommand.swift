import ArgumentParser
import AuditAlert
import AuditConfig
import AuditRedact
import AuditSpool
import AuditStore
import Postgres

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Explain the effective configuration and try everything it needs.")

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var intake: IntakeOptions

  func run() async throws {
    try await reporting {
      let flags = options.flags.merging(intake.flags) { $1 }
      let (configuration, problems) = ConfigurationLoader().examine(file: options.config, flags: flags)
      for setting in configuration.explain() { try StandardOutput.write("\(setting)\n") }
      for problem in problems { StandardError.write("\(problem)\n") }
      guard !problems.contains(where: { $0.severity == .error }) else {
        throw CommandFailure(
          .configuration, "The configuration has \(problems.count == 1 ? "a problem" : "\(problems.count) problems").")
      }
      try Self.tryRedaction(configuration)
      try Self.tryReceivers(configuration)
      try await tryDatabase(configuration)
      try trySpool(configuration)
      try tryFiles(configuration)
    }
  }

  private func trySpool(_ configuration: Configuration) throws {
    if let obstacle = Spool.obstacle(absolutePath(configuration.spoolDirectory)) {
      throw CommandFailure(.inputOutput, "\(obstacle)")
    }
    StandardError.write("The spool's directory may be used: \(configuration.spoolDirectory)\n")
  }

  /// Reads the secrets of every receiver; `alerts test-receiver` sends it something.
  private static func tryReceivers(_ configuration: Configuration) throws {
    let receivers = try AlertSetup(configuration).receivers
    if receivers.isEmpty { return }
    StandardError.write("Receivers of alerts: \(receivers.map(\.name).joined(separator: ", "))\n")
  }

  /// Compiles every rule and runs every test, of the installation and of each tenant.
  static func tryRedaction(_ configuration: Configuration) throws {
    let tenants = configuration.tenants.keys.sorted()
    var count = 0
    var failures: [String] = []
    for redaction in [configuration.redaction] + tenants.map({ configuration.redaction(for: $0) }) {
      let run = RedactionTestRun(redaction.tests, policy: try RedactionPolicy(redaction))
      count += run.count
      failures += run.failures
    }
    guard count > 0 else { return }
    for failure in failures { StandardError.write("\(failure)\n") }
    let tests = "\(count) redaction test\(count == 1 ? "" : "s")"
    guard failures.isEmpty else { throw CommandFailure(.configuration, "\(failures.count) of \(tests) failed.") }
    StandardError.write("\(tests) passed.\n")
  }

  private func tryDatabase(_ configuration: Configuration) async throws {
    try await withStore(configuration, logger: configuration.logger("audittail.check"), creates: true) {
      store, server in
      let obstacles = try await store.obstacles()
      for obstacle in obstacles { StandardError.write("\(obstacle)\n") }
      guard obstacles.isEmpty else {
        throw CommandFailure(.configuration, "The database is not ready for a collector.")
      }
      StandardError.write(server == nil ? "The database answers and may be used.\n" : "The private database starts.\n")
    }
  }

  private func tryFiles(_ configuration: Configuration) throws {
    if configuration.collector.files.isEmpty { return }
    let report = FilesReport(patterns: configuration.collector.files)
    StandardError.write(report.words)
    if !report.unreadable.isEmpty { throw CommandFailure(.inputOutput, report.unreadable[0]) }
  }
}
