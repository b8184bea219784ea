package import AuditModel
package import JSON

/// Where a row comes from: the columns that no line says.
package struct RowOrigin: Sendable {
  package let collector: Int32
  package let sequence: Int64
  package var source: SourceID
  package var offset: Int64

  package init(collector: Int32, sequence: Int64, source: SourceID, offset: Int64) {
    self.collector = collector
    self.sequence = sequence
    self.source = source
    self.offset = offset
  }
}

/// The records of one batch while it is filled: each value is redacted and written once, straight into the tuple that
/// PostgreSQL gets.
package struct RecordRows: Sendable {
  private var rows = EncodedRows()
  private var scratch: [UInt8] = []
  /// Replacements made in all records so far.
  package private(set) var redactions = 0

  package init() {}

  package var count: Int { rows.count }
  package var byteCount: Int { rows.bytes.count }

  /// Redacts one record and appends its tuple.
  /// - Parameter server: the server's name where the line says none, as UTF-8.
  package mutating func append(
    _ record: borrowing ParsedRecord, tape: borrowing JSONTape, line: Span<UInt8>, origin: RowOrigin, server: [UInt8]?,
    redactor: inout Redactor
  ) {
    redactor.startRecord()
    let index = Int32(rows.count)
    var scratch = self.scratch
    self.scratch = []
    rows.append { out in
      Self.writeFixed(record, origin: origin, index: index, &out)
      for column in TextColumn.allCases {
        let token = record[column]
        guard token >= 0 else {
          if column == .server, let server { Self.writeField(server.span, &out) } else { out.append(contentsOf: Self.null) }
          continue
        }
        Self.field(&out) { redactor.redactToText(Int(token), key: Int(token) - 1, tape: tape, line: line, into: &$0) }
      }
      Self.writeArguments(record, tape, line, &redactor, &out)
      Self.writeExtra(record, tape, line, &redactor, &out)
      Self.writeRedactions(redactor, &scratch, &out)
      Self.writeMarks(record.marks, &out)
      if record.marks.contains(.escaped) {
        // Rare: the whole tuple is written again, its strings escaped once more.
        Self.escapeStrings(&out, from: rows.bytes.count)
      }
    }
    redactions += redactor.hitCount
    self.scratch = scratch
  }

  /// What was filled in; nothing can be added any more.
  package consuming func finish() -> Redacted<EncodedRows> { Redacted(rows) }
}
