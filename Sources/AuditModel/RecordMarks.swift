/// What a reader of a record should know about how it was written.
package struct RecordMarks: OptionSet, Sendable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// An object held one key twice; in a column the last one counts, as in jsonb, and earlier ones stand in `extra`.
  package static let duplicateKeys = RecordMarks(rawValue: 1)
  /// A string held U+0000 or a lone surrogate, which PostgreSQL refuses. Every string of this record's columns is escaped
  /// once more: `\` as `\\`, U+0000 as `\u0000`, a lone surrogate as `\udxxx`. Unescaping once gives the original.
  package static let escaped = RecordMarks(rawValue: 2)
  /// A number's exponent is beyond what PostgreSQL's numeric holds; it stands as a JSON string with the same spelling.
  package static let numberAsText = RecordMarks(rawValue: 4)
  /// The line's end never came: its container died, or the file ended inside it.
  package static let incomplete = RecordMarks(rawValue: 8)
  /// The record's own time is missing or unreadable; it has the time that the framing gave its line.
  package static let timeOfLine = RecordMarks(rawValue: 16)
  /// The record's own time names no zone and was taken for UTC.
  package static let zoneAssumed = RecordMarks(rawValue: 32)
  /// Neither the record nor its line says when: the time is when it was read.
  package static let timeUnknown = RecordMarks(rawValue: 64)
  /// Whoever wrote it had left something out for its size.
  package static let truncated = RecordMarks(rawValue: 128)

  /// Marks of records whose values are not as the line spelled them.
  package static let repaired: RecordMarks = [.escaped, .numberAsText]

  private static let all: [(RecordMarks, String)] = [
    (.duplicateKeys, "duplicate-keys"), (.escaped, "escaped"), (.numberAsText, "number-as-text"),
    (.incomplete, "incomplete"), (.timeOfLine, "time-of-line"), (.zoneAssumed, "zone-assumed"),
    (.timeUnknown, "time-unknown"), (.truncated, "truncated"),
  ]

  package var names: [String] { Self.all.filter { contains($0.0) }.map(\.1) }
}
