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
