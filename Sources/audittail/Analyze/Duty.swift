import AuditConfig
import AuditModel
import AuditStore
import Logging

/// Something that the leading analyzer does again and again: walking the ledger, compacting signals, delivering alerts.
///
/// One is made for each leadership, so what it holds in memory is never older than the epoch that it works under. Each has
/// a task and a connection of its own, and no two passes of one run at the same time.
protocol Duty: Sendable {
  /// One pass: takes a bounded bite of what there is to do and returns. Whatever it writes goes through `Store.fenced`.
  ///
  /// When it throws, it is called again after a pause; so what a pass did is committed, or was never done.
  /// - Throws: `LeadershipLost` ends the leadership of all duties.
  func pass() async throws -> DutyPass
}

/// What a pass of a duty came to.
enum DutyPass: Sendable, Hashable {
  /// There is nothing left to do now.
  case idle
  /// There is more at once.
  case more
}

/// A duty before it has begun.
struct DutyPlan: Sendable {
  /// What logs, NOTIFY and `DutyWakes` call it; one word.
  let name: String
  /// The longest time from a pass that had nothing left to the next one.
  let interval: Duration
  let make: @Sendable (Lead) throws -> any Duty
}

/// What a duty is given for one leadership.
struct Lead: Sendable {
  let epoch: LeaderEpoch
  /// When it began, by our clock.
  let since: RecordTime
  /// Over a connection of its own, which the runner closes; it may lead through a pooler.
  let store: Store
  let configuration: Configuration
  /// How alerts are made and told.
  let alerting: Alerting
  /// To call for other duties of this process.
  let wakes: DutyWakes
  let logger: Logger
}
