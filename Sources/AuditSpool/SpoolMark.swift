package import AuditModel

/// A place in a tenant's segments.
package struct SpoolMark: Sendable, Hashable, Comparable {
  package let segment: Int64
  package let offset: Int

  package static func < (left: SpoolMark, right: SpoolMark) -> Bool {
    (left.segment, left.offset) < (right.segment, right.offset)
  }
}

/// What of one tenant waits in the spool to be read.
package struct SpoolBacklog: Sendable, Hashable {
  package var pieces = 0
  /// Of these, pieces of files: while there are any, what is read of the tenant's files goes behind them.
  package var filePieces = 0
  package var rows = 0
  package var bytes = 0
  /// When the oldest of them came, or was found at the start.
  package var since: ContinuousClock.Instant?
  /// None of them was received before this.
  package var oldest: RecordTime?

  package var isEmpty: Bool { pieces == 0 }
}

/// A file whose lines are in the spool: where reading goes on.
package struct SpooledFile: Sendable, Hashable {
  package let source: SourceRecord
  package let position: SourcePosition
  package let pending: [PendingLine]
  package let lastBlock: Int64?
  /// Bytes before `position` that were lost unread.
  package let gapBytes: Int64
  /// Counts the files in the order in which they came to the spool.
  package let order: Int
  /// The other sources that `pending` names.
  package let sources: [SourceRecord]
}
