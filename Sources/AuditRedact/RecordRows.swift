package import AuditModel
package import JSON

/// Where a row comes from: the columns that no line says.
package struct RowOrigin: Sendable {
  package let collector: Int32
  package let sequence: Int64
  package let source: SourceID
  package let offset: Int64

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
  var rows: EncodedRows
  /// Replacements made in all records so far.
  package internal(set) var redactions = 0

  /// - Parameter bytes: how many the rows will need, as far as that can be guessed.
  package init(reservingBytes bytes: Int = 0) { rows = EncodedRows(reservingBytes: bytes) }

  package var count: Int { rows.count }
  package var byteCount: Int { rows.byteCount }

  /// Redacts one record and appends its tuple.
  /// - Parameters:
  ///   - server: the server's name where the line says none, as UTF-8.
  ///   - clean: what was seen to be clean before; goes with the redactor, from batch to batch.
  package mutating func append(
    _ record: borrowing ParsedRecord, tape: borrowing JSONTape, line: Span<UInt8>, origin: RowOrigin, server: [UInt8]?,
    redactor: inout Redactor, clean: inout CleanTexts
  ) {
    redactor.startRecord()
    var out = rows.beginTuple()
    Self.writeFixed(record, origin, Int32(rows.count), &out)
    if record.marks.rawValue & RecordMarks.repaired.rawValue == 0 {
      Self.writeValues(record, tape, line, server, &redactor, &clean, &out)
    } else {
      Self.writeRepairedValues(record, tape, line, server, &redactor, &out)
    }
    Self.writeRedactions(redactor, &out)
    Self.writeMarks(record.marks, &out)
    rows.endTuple(out)
    redactions += redactor.hitCount
  }

  /// What was filled in; nothing can be added any more.
  package consuming func finish() -> Redacted<EncodedRows> { Redacted(rows) }

  /// The field count, five fields of 8 bytes, three of 4 and two of 2, each behind its length.
  private static let fixedBytesMax = 2 + 5 * 12 + 3 * 8 + 2 * 6

  /// The columns of fixed width, gathered first and appended in one piece.
  private static func writeFixed(
    _ record: borrowing ParsedRecord, _ origin: RowOrigin, _ index: Int32, _ out: inout [UInt8]
  ) {
    withUnsafeTemporaryAllocation(byteCount: fixedBytesMax, alignment: 8) { buffer in
      var at = 0
      func put(_ value: some FixedWidthInteger) {
        // In a release build the buffer itself does not check.
        precondition(at + value.bitWidth / 8 <= buffer.count)
        buffer.storeBytes(of: value.bigEndian, toByteOffset: at, as: type(of: value))
        at += value.bitWidth / 8
      }
      func field(_ value: some FixedWidthInteger) {
        put(Int32(value.bitWidth / 8))
        put(value)
      }
      put(RecordLayout.columnCount)
      field(record.time.postgresMicroseconds)
      field(origin.sequence)
      field(origin.offset)
      if let duration = record.duration { field(duration) } else { put(Int32(-1)) }
      if let bytes = record.resultBytes { field(bytes) } else { put(Int32(-1)) }
      field(origin.collector)
      field(index)
      field(origin.source.number)
      field(record.time.nanosecondRemainder)
      field(record.dialect.rawValue)
      out.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[0..<at]))
    }
  }

  private static func writeValues(
    _ record: borrowing ParsedRecord, _ tape: borrowing JSONTape, _ line: Span<UInt8>, _ server: [UInt8]?,
    _ redactor: inout Redactor, _ clean: inout CleanTexts, _ out: inout [UInt8]
  ) {
    for column in 0..<TextColumn.count {
      let token = Int(record.texts[column])
      if token >= 0 {
        writeText(token, tape, line, &redactor, &clean, &out)
      } else if column == TextColumn.server.rawValue, let server {
        out.appendText(server)
      } else {
        out.appendNull()
      }
    }
    if record.args >= 0 {
      let length = out.beginField()
      redactor.redactValue(Int(record.args), key: Int(record.args) - 1, tape: tape, line: line, into: &out)
      out.endField(length)
    } else {
      out.appendNull()
    }
    if record.extra.isEmpty {
      out.appendNull()
    } else {
      let length = out.beginField()
      writeExtra(record, tape, line, &redactor, &out)
      out.endField(length)
    }
  }

  private static func writeText(
    _ token: Int, _ tape: borrowing JSONTape, _ line: Span<UInt8>, _ redactor: inout Redactor,
    _ clean: inout CleanTexts, _ out: inout [UInt8]
  ) {
    let length = out.beginField()
    let member = CleanTexts.member(token, tape)
    let found = member.map { clean.find($0, line) }
    if found?.isKnown == true {
      out.append(span: line.extracting(tape.tokens[token].range))
    } else {
      let hits = redactor.hits.count
      redactor.redactToText(token, key: token - 1, tape: tape, line: line, into: &out)
      if let member, let found, redactor.hits.count == hits { clean.remember(member, in: found.slot) }
    }
    out.endField(length)
  }

  private static func writeExtra(
    _ record: borrowing ParsedRecord, _ tape: borrowing JSONTape, _ line: Span<UInt8>, _ redactor: inout Redactor,
    _ out: inout [UInt8]
  ) {
    out.append(UInt8(ascii: "{"))
    for index in record.extra.indices {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      redactor.redactMember(key: Int(record.extra[index]), tape: tape, line: line, into: &out)
    }
    out.append(UInt8(ascii: "}"))
  }

  private static func writeRedactions(_ redactor: borrowing Redactor, _ out: inout [UInt8]) {
    guard redactor.hitCount > 0 else { return out.appendNull() }
    let length = out.beginField()
    redactor.writeHits(into: &out)
    out.endField(length)
  }

  /// A one-dimensional text[] as PostgreSQL sends it (src/backend/utils/adt/arrayfuncs.c, array_send): dimensions, has-null,
  /// element type, length and lower bound, then the elements.
  private static func writeMarks(_ marks: RecordMarks, _ out: inout [UInt8]) {
    if marks.isEmpty { return out.appendNull() }
    let names = marks.names
    let length = out.beginField()
    for value in [1, 0, 25, Int32(names.count), 1] { out.appendBigEndian(value) }
    for name in names {
      let length = out.beginField()
      out.append(contentsOf: name.utf8)
      out.endField(length)
    }
    out.endField(length)
  }
}

extension [UInt8] {
  mutating func appendNull() { appendBigEndian(Int32(-1)) }

  mutating func appendField(_ value: some FixedWidthInteger) {
    appendBigEndian(Int32(value.bitWidth / 8))
    appendBigEndian(value)
  }

  /// Leaves room for a field's length.
  /// - Returns: where it is, for `endField`.
  mutating func beginField() -> Int {
    appendBigEndian(Int32(0))
    return count
  }

  mutating func endField(_ start: Int) { putBigEndian(Int32(count - start), at: start - 4) }
}
