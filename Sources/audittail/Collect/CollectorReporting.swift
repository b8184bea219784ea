import AuditSpool
import AuditStore

/// Says now and then that a collector is there and how it gets on, so that somebody is told when it does not; and at the end that it has
/// ended as it should.
struct CollectorReporting: Sendable {
  /// Over a connection of its own: a batch that waits must not keep the collector from saying so.
  let store: Store
  let collector: Int32
  let totals: CollectorTotals
  let spool: SpoolAccess
  let spoolBytesMax: Int

  private static let interval = Duration.seconds(15)

  func run(while body: () async throws -> Void) async throws {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          while !Task.isCancelled {
            // What cannot be said now is said later; silence says enough.
            try? await report(isEnded: false)
            try? await Task.sleep(for: Self.interval)
          }
        }
        defer { group.cancelAll() }
        try await body()
      }
      try? await report(isEnded: true)
      await store.close()
    } catch {
      await store.close()
      throw error
    }
  }

  private func report(isEnded: Bool) async throws {
    try await store.report(
      collector: collector, spoolBytes: Int64(spool.spool.figures.bytes), spoolBytesMax: Int64(spoolBytesMax),
      refusedSeconds: totals.refusedSeconds, isEnded: isEnded)
  }
}
