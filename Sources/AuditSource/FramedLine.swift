package import AuditModel

/// What is known of a line beside its bytes: which part of its source it came from, and how it ended.
package struct FramedLine: Sendable, Hashable {
  package enum Ending: Sendable, Hashable {
    /// The line ended as its framing says.
    case whole
    /// The source ended inside the line, or its closing fragment never came.
    case cut
    /// The line is longer than `lineBytesMax`; only its beginning is at hand.
    case tooLong
  }

  /// Offset of the line's first byte in its source, framing included; for joined fragments that of the first.
  package var offset: Int64
  /// The source the line began in; a line cut by a rotation ends in the next one.
  package var source: SourceID
  /// Bytes of the line's content as it was written, fragments joined, also where not all of them are at hand.
  package var byteCount: Int
  package var ending: Ending
  /// The framing's own time, still to be parsed: its bytes in the chunk. Rejected lines are filed under it.
  package var runtimeTime: RecordTime?

  package init(offset: Int64, source: SourceID, byteCount: Int, ending: Ending, runtimeTime: RecordTime?) {
    self.offset = offset
    self.source = source
    self.byteCount = byteCount
    self.ending = ending
    self.runtimeTime = runtimeTime
  }
}
