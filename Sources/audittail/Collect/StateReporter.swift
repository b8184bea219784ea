import AuditModel
import AuditStore
import Logging

/// Tells the database now and then how a collector is, for those who ask there. Over a connection of its own: no record waits for it.
struct StateReporter: Sendable {
  let store: Store
  let collector: Int32
  let state: @Sendable () -> CollectorState
  let logger: Logger

  private static let interval = Duration.seconds(10)

  /// Reports for the time of `body`, and once more at its end, when the spool may be empty.
  func during<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
    do {
      let value = try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await run() }
        let value = try await body()
        group.cancelAll()
        return value
      }
      await report(isEnded: true)
      await store.close()
      return value
    } catch {
      await store.close()
      throw error
    }
  }

  /// Returns when it is cancelled.
  private func run() async {
    while !Task.isCancelled {
      await report()
      try? await Task.sleep(for: Self.interval)
    }
  }

  /// A database that is away hears it the next time.
  private func report(isEnded: Bool = false) async {
    do {
      var state = state()
      state.isEnded = isEnded
      try await store.report(state.json, ofCollector: collector, at: .now)
    } catch {
      logger.debug("The collector's state could not be reported.", metadata: ["error": "\(error)"])
    }
  }
}
