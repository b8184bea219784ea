import AuditStore
import Synchronization

/// What became of each day.
final class Outcomes: Sendable {
  private let outcomes = Mutex<[PruneOutcome]>([])
  func append(_ outcome: PruneOutcome) { outcomes.withLock { $0.append(outcome) } }
  var all: [PruneOutcome] { outcomes.withLock { $0 } }
}
