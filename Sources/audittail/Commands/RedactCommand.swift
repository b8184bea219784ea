import ArgumentParser
import AuditConfig
import AuditModel
import AuditRedact

struct RedactCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redact", abstract: "JSON lines in, the same lines out with the secrets replaced.",
    discussion: "Shape, key order and the spelling of numbers stay. A line that is not JSON comes out redacted as text."
  )

  @OptionGroup var options: ConfigurationOptions
  @Option(name: .long, help: ArgumentHelp("Redact as this tenant's lines are.", valueName: "tenant"))
  var tenant: String?
  @Flag(name: .long, help: "Say on standard error what fired in each line: rule, path and count, never the value.")
  var explain = false

  func run() async throws {
    CrashOutput.keepSecretsOut()
    try await reporting {
      let configuration = try options.load()
      let named = try tenant.map { try namedTenant($0) }
      let redaction = named.map { configuration.redaction(for: $0) } ?? configuration.redaction
      var filter = RedactFilter(explains: explain, policy: try RedactionPolicy(redaction))
      try filter.run()
    }
  }
}
