import ArgumentParser
import AuditRedact
import Glibc

struct RedactCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redact", abstract: "JSON lines in, the same lines out with the secrets replaced.",
    discussion: "Shape, key order and the spelling of numbers stay. A line that is not JSON comes out redacted as text."
  )

  @Flag(name: .long, help: "Say on standard error what fired in each line: rule, path and count, never the value.")
  var explain = false

  func run() async throws {
    CrashOutput.keepSecretsOut()
    try await reporting {
      var filter = RedactFilter(explains: explain)
      try filter.run()
    }
  }
}
