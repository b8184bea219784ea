/// What a dialect found in one line: which token of the line's JSON each column comes from. It refers to the line and
/// its tape, copies nothing, and is reused from line to line.
package struct ParsedRecord: Sendable {
  /// Says "this column has no value".
  package static let absent: Int32 = -1

  package var time = RecordTime(nanoseconds: 0)
  package var dialect = Dialect.middleware
  package var marks: RecordMarks = []
  /// Nanoseconds.
  package var duration: Int64?
  package var resultBytes: Int64?
  /// Token index of the value of each text column.
  package var texts = InlineArray<12, Int32>(repeating: ParsedRecord.absent)
  /// Token index of the arguments' value.
  package var args = ParsedRecord.absent
  /// Token indexes of the keys that no column takes, in the line's order.
  package var extra: [Int32] = []

  package init() { extra.reserveCapacity(16) }

  package mutating func clear() {
    time = RecordTime(nanoseconds: 0)
    dialect = .middleware
    // An empty literal would go through a generic initialiser.
    marks = RecordMarks(rawValue: 0)
    duration = nil
    resultBytes = nil
    texts = InlineArray(repeating: Self.absent)
    args = Self.absent
    extra.removeAll(keepingCapacity: true)
  }

  @inlinable
  package subscript(_ column: TextColumn) -> Int32 {
    get { texts[column.rawValue] }
    set { texts[column.rawValue] = newValue }
  }
}
