import ArgumentParser
import AuditConfig

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Make or update the tables; the other commands do it too where they may.")

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    try await reporting {
      let configuration = try options.load()
      try await withStore(
        configuration, logger: configuration.logger("audittail.migrate"), migrate: true, creates: true
      ) { _, _ in
        StandardError.write("The database has the schema of this program.\n")
      }
    }
  }
}
