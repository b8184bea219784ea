/// How a record is written: the columns of one row, in order, and so the bytes of its PostgreSQL binary COPY tuple
/// (PostgreSQL manual, COPY, "Binary Format": int16 field count; per field int32 length, -1 for NULL, and the bytes,
/// big-endian). These very bytes are sent to the database, and they are the leaf of the batch's Merkle tree: `verify`
/// reads them back with COPY … TO and hashes what it gets.
///
/// A ledger row names the layout that its records were hashed under; a column added later makes a new layout.
package enum RecordLayout {
  package static let version: Int16 = 1

  package static let columns =
    fixedColumns.map(\.name) + TextColumn.allCases.map(\.name) + ["args", "extra", "redactions", "marks"]
  package static let columnCount = Int16(columns.count)

  /// The columns of fixed width, widest first so that a row wastes no alignment.
  private static let fixedColumns: [(name: String, type: String)] = [
    ("ts", "timestamptz"), ("seq", "int8"), ("pos", "int8"), ("duration_ns", "int8"), ("result_bytes", "int8"),
    ("collector", "int4"), ("idx", "int4"), ("source", "int4"), ("ts_ns", "int2"), ("dialect", "int2"),
  ]
}

/// The columns of a record that are text, in the row's order; the raw value indexes `ParsedRecord.texts`.
@frozen
package enum TextColumn: Int, CaseIterable, Sendable {
  case tool, server, user, client, session, status, error, level, event, request, trace, address

  package static let count = 12

  package var name: String {
    switch self {
    case .tool: "tool"
    case .server: "server"
    case .user: "user_id"
    case .client: "client_id"
    case .session: "session_id"
    case .status: "status"
    case .error: "error"
    case .level: "level"
    case .event: "event"
    case .request: "request_id"
    case .trace: "trace_id"
    case .address: "address"
    }
  }
}

/// How a rejected line is written; its tuple is hashed like a record's.
package enum RejectedLayout {
  package static let columns = ["ts", "seq", "pos", "bytes", "collector", "idx", "source", "reason", "text"]
  package static let columnCount = Int16(columns.count)
}

/// In which words a line said what it said; the code is what the column holds.
package enum Dialect: Int16, CaseIterable, Sendable {
  /// `timestamp, tool, userId, sessionId, args, status, durationMs, error`
  case middleware = 1
  /// `timestamp, level, event, tool, client_id, arguments, duration_ms, status, result_size_bytes`
  case structured = 2

  package var name: String {
    switch self {
    case .middleware: "middleware"
    case .structured: "structured"
    }
  }
}

/// What a reader of a record should know about how it was written.
package struct RecordMarks: OptionSet, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// An object held one key twice; in a column the last one counts, as in jsonb, and earlier ones stand in `extra`.
  package static let duplicateKeys = RecordMarks(rawValue: 1)
  /// A string held U+0000 or a lone surrogate, which PostgreSQL refuses. Every string of this record's columns is escaped
  /// once more: `\` as `\\`, U+0000 as `\u0000`, a lone surrogate as `\udxxx`. Unescaping once gives the original.
  package static let escaped = RecordMarks(rawValue: 2)
  /// A number's exponent is beyond what PostgreSQL's numeric holds; it stands as a JSON string with the same spelling.
  package static let numberAsText = RecordMarks(rawValue: 4)
  /// The line's end never came: its container died, or the file ended inside it.
  package static let incomplete = RecordMarks(rawValue: 8)

  /// Marks of records whose values are not as the line spelled them.
  package static let repaired: RecordMarks = [.escaped, .numberAsText]

  package var names: [String] {
    var names: [String] = []
    if contains(.duplicateKeys) { names.append("duplicate-keys") }
    if contains(.escaped) { names.append("escaped") }
    if contains(.numberAsText) { names.append("number-as-text") }
    if contains(.incomplete) { names.append("incomplete") }
    return names
  }
}
