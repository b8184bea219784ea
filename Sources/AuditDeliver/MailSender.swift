import AuditAlert
import Subprocess
import SystemPackage

/// Hands a message to the sendmail command (sendmail(8)): `-t` takes the recipients from the message, `-i` lets a line be a dot.
struct MailSender: Sendable {
  let command: String
  let timeout: Duration

  /// sysexits(3): a temporary failure, and one that will not pass.
  private static let temporary: Int32 = 75

  func send(_ message: String) async -> DeliveryResult {
    do {
      return try await withThrowingTaskGroup(of: DeliveryResult?.self) { group in
        group.addTask { try await run(message) }
        group.addTask {
          try await Task.sleep(for: timeout)
          return nil
        }
        defer { group.cancelAll() }
        return try await group.next().flatMap { $0 } ?? .failed("the sendmail command did not end in time")
      }
    } catch {
      return .failed("the sendmail command could not be run")
    }
  }

  private func run(_ message: String) async throws -> DeliveryResult {
    let result = try await Subprocess.run(
      .path(FilePath(command)), arguments: ["-t", "-i"], input: .string(message), output: .discarded,
      error: .discarded)
    switch result.terminationStatus {
    case .exited(0): return .answered(status: 250, retryAfter: nil)
    case .exited(Self.temporary): return .failed("the sendmail command asks to try again later")
    case .exited(let code): return .failed("the sendmail command ended with \(code)")
    default: return .failed("the sendmail command was ended by a signal")
    }
  }
}
