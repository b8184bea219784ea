package import AuditModel

/// Where a line begins, and when it was written: what is remembered of a line whose record is not complete yet.
package struct LinePlace: Hashable, Sendable {
  package var source: SourceID
  package var offset: Int64
  /// Bytes of the content as it was written.
  package var byteCount: Int
  /// The framing's own time.
  package var time: RecordTime?

  package init(source: SourceID, offset: Int64, byteCount: Int, time: RecordTime?) {
    self.source = source
    self.offset = offset
    self.byteCount = byteCount
    self.time = time
  }
}

/// One thing that a line, or several together, turned out to be. Its bytes are the reader's until the next line.
package struct Finding: Sendable {
  package enum Kind: Sendable, Hashable {
    /// A canonical line of a dialect, to be read by `RecordParser.parse(canonical:)`.
    case record(Dialect)
    /// A line in the two main dialects' words, to be read like any other.
    case line
    case rejected(RejectReason)
  }

  package var kind: Kind
  /// Where its bytes lie in `DialectReader.bytes`.
  package var bytes: Range<Int>
  /// Of a canonical line: where in it the columns end.
  package var columnsEnd = 0
  package var marks: RecordMarks = []
  package var place: LinePlace
  /// Whether a time without a zone may be taken for UTC when the line has no time: the dialect never writes one.
  package var assumesUTC = false
  /// Whether a record without any time is one all the same: the dialect never says when.
  package var needsNoTime = false
  /// When its first line was read, by the collector's clock: the time of a record that has no other. Nil: now.
  package var readAt: RecordTime?

  init(_ kind: Kind, bytes: Range<Int>, place: LinePlace) {
    self.kind = kind
    self.bytes = bytes
    self.place = place
  }
}
