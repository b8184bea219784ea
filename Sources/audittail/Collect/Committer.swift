import AsyncAlgorithms
import AuditModel
import AuditStore
import Logging
import Postgres
import ServiceLifecycle

/// A closed batch on its way to the store.
struct BatchInFlight: Sendable {
  let batch: RecordBatch
  let totals: IntakeTotals
  /// What the tenant's ledger ended with when this run began; later batches follow the ones before them.
  let head: Digest
}

/// Stores batches one after another, each until it is stored. This is the one place that tries again.
struct Committer: Sendable {
  let store: Store
  let textBytesMax: Int
  /// How long a store that does not answer is waited for; nil: for ever, the log files keep what comes meanwhile.
  let patience: Duration?
  let logger: Logger
  /// Told of each batch that is stored.
  let committed: @Sendable (TenantID, IntakeTotals) -> Void

  /// Returns when the channel is finished and everything in it is stored.
  func run(_ batches: AsyncChannel<BatchInFlight>) async throws {
    var heads: [TenantID: Digest] = [:]
    for await item in batches {
      let tenant = item.batch.tenant
      let stored = try await store(item.batch, after: heads[tenant] ?? item.head)
      heads[tenant] = stored.hash
      var totals = item.totals
      totals.rejected += totals.records - stored.records
      totals.records = stored.records
      committed(tenant, totals)
    }
  }

  /// A batch that is not stored when the program stops is read again from the files when it starts.
  private static let patienceAtShutdown = Duration.seconds(5)

  private func store(_ batch: RecordBatch, after previous: Digest) async throws -> CommittedBatch {
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
