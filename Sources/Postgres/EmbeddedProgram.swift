import Subprocess
import SystemPackage

/// Runs one of PostgreSQL's programs under the server's account and keeps what it said.
struct EmbeddedProgram {
  let binaries: EmbeddedBinaries
  let account: EmbeddedAccount

  struct Outcome {
    let isSuccess: Bool
    /// Standard output and error together.
    let text: String
  }

  /// The environment is our own making: PGDATA, PGOPTIONS or a foreign language in ours would change what happens.
  ///
  /// When the task is cancelled the program is killed, and this throws `CancellationError`.
  func run(_ name: String, _ arguments: [String]) async throws -> Outcome {
    let command = try account.command(binaries.program(name).string, arguments)
    let result: ExecutionResult<Void, StringOutput<UTF8>, CombinedErrorOutput>
    do {
      result = try await Subprocess.run(
        .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
        environment: .custom(["PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/"]), workingDirectory: "/",
        output: .string(limit: 256 * 1024), error: .combinedWithOutput)
    } catch {
      try Task.checkCancellation()
      throw EmbeddedServerError(.failed(program: name), "\(binaries.program(name)) could not be run: \(error).")
    }
    if !result.terminationStatus.isSuccess { try Task.checkCancellation() }
    return Outcome(isSuccess: result.terminationStatus.isSuccess, text: result.standardOutput)
  }

  /// The line that tells why a program failed, with advice where the reason is a common one.
  static func failure(_ name: String, _ text: String, log: String? = nil) -> EmbeddedServerError {
    let lines = text.split(whereSeparator: \.isNewline)
    let telling = lines.last { line in
      ["error:", "FATAL:", "PANIC:", "could not"].contains { line.contains($0) }
    }
    let line = (telling ?? lines.last).map(String.init) ?? "it said nothing"
    var advice = log.map { " The server's log is \($0)." } ?? ""
    if line.contains("No space left") { advice = " Free some space on that disk." }
    if line.contains("Permission denied") { advice = " Check the owner and the mode of the directory." }
    return EmbeddedServerError(.failed(program: name), "\(name) failed: \(line.suffix(400)).\(advice)")
  }
}
