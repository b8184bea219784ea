package import AuditModel

/// One step of the walk through a tenant's ledger: which batches, between which points of event time. Repeated in their order, the
/// entries give the detectors exactly what they were given.
package struct WalkEntry: Sendable, Hashable {
  /// Counts from 1, without gaps.
  package let number: Int64
  /// How far event time had come before the records, and how far it came behind them.
  package let before: RecordTime
  package let after: RecordTime
  /// What was said about findings up to this number was heard before the records.
  package let feedback: Int64
  package let stretches: [LedgerStretch]

  package init(number: Int64, before: RecordTime, after: RecordTime, feedback: Int64, stretches: [LedgerStretch]) {
    (self.number, self.before, self.after) = (number, before, after)
    (self.feedback, self.stretches) = (feedback, stretches)
  }
}

/// A finding as it is stored.
package struct FindingRow: Sendable, Hashable {
  package var detector: String
  package var at: RecordTime
  package var window: ClosedRange<RecordTime>
  package var score: Double
  package var severity: String
  package var isLate: Bool
  package var isShadow: Bool
  package var identity: Int64
  package var actor: String?
  package var user: String?
  package var client: String?
  package var tool: String?
  package var server: String?
  package var session: String?
  package var team: String?
  package var address: String?
  package var summary: String
  /// A JSON object.
  package var evidence: String

  package init(
    detector: String, at: RecordTime, window: ClosedRange<RecordTime>, score: Double, severity: String, isLate: Bool,
    isShadow: Bool, identity: Int64, summary: String, evidence: String
  ) {
    (self.detector, self.at, self.window, self.score) = (detector, at, window, score)
    (self.severity, self.isLate, self.isShadow, self.identity) = (severity, isLate, isShadow, identity)
    (self.summary, self.evidence) = (summary, evidence)
  }
}

/// Somebody said that a finding was to be expected.
package struct FindingFeedback: Sendable, Hashable {
  /// Counts in the order of the commits.
  package let number: Int64
  package let finding: FindingRow
}

/// Where a walk goes on.
package struct WalkStart: Sendable {
  /// The last batch of each collector that was walked.
  package let cursors: [Int32: Int64]
  /// The last snapshot: an entry's number, and the detectors' state behind it.
  package let snapshot: (entry: Int64, state: [UInt8])?
  /// What was walked since, in order.
  package let journal: [WalkEntry]
  /// The number of the last entry: 0 before the first.
  package let lastEntry: Int64
  /// The last word about a finding that was heard.
  package let feedback: Int64
}
