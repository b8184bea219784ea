import Glibc
import Synchronization

/// Ctrl-C and SIGTERM: the program that runs is told, the bench ends at its next step, and so its server is stopped.
enum Interruption {
  private static let signal = Atomic<Int32>(0)
  private static let child = Atomic<Int32>(0)

  static func catchSignals() {
    // Touched here, because a handler must not be the first to initialise them.
    signal.store(0, ordering: .relaxed)
    child.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      Glibc.signal(number) { number in
        Interruption.signal.store(number, ordering: .relaxed)
        let child = Interruption.child.load(ordering: .relaxed)
        if child > 0 { kill(child, SIGTERM) }
      }
    }
  }

  /// Whom to tell while `body` waits for it.
  static func forwarding<T>(to pid: pid_t, _ body: () throws -> T) rethrows -> T {
    child.store(pid, ordering: .relaxed)
    defer { child.store(0, ordering: .relaxed) }
    if signal.load(ordering: .relaxed) != 0 { kill(pid, SIGTERM) }
    return try body()
  }

  static func check() throws {
    if signal.load(ordering: .relaxed) != 0 { throw BenchError("Interrupted.") }
  }
}
