import AuditModel
import AuditStore
import Logging
import Postgres
import ServiceLifecycle

/// Stores the batches of all lanes, each until it is stored, a few tenants at a time. This is the one place that tries again.
struct Committer: Sendable {
  /// Each has a connection of its own. A tenant that does not get on occupies one of them.
  let stores: [Store]
  let textBytesMax: Int
  /// How long a store that does not answer is waited for; nil: for ever, the log files and the spool keep what comes meanwhile.
  let patience: Duration?
  let logger: Logger
  /// Told each time that the store does not take a batch.
  let refused: @Sendable (PostgresError) -> Void
  /// Told of each batch that is stored, and how long that took.
  let committed: @Sendable (BatchInFlight, IntakeTotals, Duration) async -> Void

  /// Connections that store at the same time.
  static let connectionsMax = 4

  /// Returns when the lanes are finished and everything in them is stored.
  func run(_ batches: BatchLanes) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for store in stores { group.addTask { try await run(batches, store) } }
      // The first one that fails takes the others with it.
      while try await group.next() != nil {}
    }
  }

  private func run(_ batches: BatchLanes, _ store: Store) async throws {
    while let item = await batches.next() {
      let began = ContinuousClock.now
      let stored = try await self.store(item.batch, after: batches.head(of: item), store)
      var totals = item.totals
      totals.rejected += totals.records - stored.records
      totals.records = stored.records
      await committed(item, totals, ContinuousClock.now - began)
      batches.stored(item, hash: stored.hash)
    }
  }

  /// A batch that is not stored when the program stops is read again from the files, or the spool, when it starts.
  private static let patienceAtShutdown = Duration.seconds(5)

  private func store(_ batch: RecordBatch, after previous: Digest, _ store: Store) async throws -> CommittedBatch {
    var backoff = Backoff()
    let began = ContinuousClock.now
    while true {
      do {
        return try await store.commit(batch, after: previous, textBytesMax: textBytesMax)
      } catch let error as PostgresError where error.isTransient {
        let waited = ContinuousClock.now - began
        if let limit = Task.isShuttingDownGracefully ? Self.patienceAtShutdown : patience, waited > limit {
          throw error
        }
        refused(error)
        let delay = backoff.next()
        logger.warning(
          "The database does not take a batch; trying again.",
          metadata: [
            "tenant": "\(batch.tenant)", "batch": "\(batch.entry.sequence)", "error": "\(error)", "delay": "\(delay)",
          ])
        try await Task.sleep(for: delay)
      }
    }
  }
}
