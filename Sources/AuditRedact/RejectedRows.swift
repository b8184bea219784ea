package import AuditModel

/// The rejected lines of one batch while it is filled: kept as redacted text with the reason, so that nothing disappears silently.
package struct RejectedRows: Sendable {
  var rows = EncodedRows()
  private let textBytesMax: Int
  package private(set) var redactions = 0

  package init(textBytesMax: Int) { self.textBytesMax = textBytesMax }

  package var count: Int { rows.count }
  package var byteCount: Int { rows.byteCount }

  /// Redacts one line and appends its tuple.
  /// - Parameters:
  ///   - time: when it is filed: the runtime's time of the line, or now.
  ///   - byteCount: the line's length, also where `line` is only its beginning.
  package mutating func append(
    _ line: Span<UInt8>, byteCount: Int, reason: RejectReason, time: RecordTime, origin: RowOrigin,
    redactor: inout Redactor
  ) {
    redactor.startRecord()
    var text: [UInt8] = []
    if Self.isFragment(line) {
      text = redactor.rules.markers[Int(BuiltInRule.fragment.rawValue)]
      redactions += 1
    } else {
      redactor.redactLine(line, into: &text)
      redactions += redactor.hitCount
    }
    append(text, byteCount: byteCount, reason: reason, time: time, origin: origin)
  }

  /// Whether a line is a single value, as in the middle of a document over several lines that was torn apart: its key, which would have
  /// said what it is, is in another line.
  private static func isFragment(_ line: Span<UInt8>) -> Bool {
    var (start, end) = (0, line.count)
    while start < end, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
    while end > start, [0x20, 0x09, 0x0D, UInt8(ascii: ",")].contains(line[end - 1]) { end -= 1 }
    guard start < end else { return false }
    if line[start] != UInt8(ascii: "\"") {
      return (start..<end).allSatisfy {
        line[$0] &- 0x30 < 10 || [UInt8(ascii: "."), UInt8(ascii: "-")].contains(line[$0])
      }
    }
    guard end - start >= 2, line[end - 1] == UInt8(ascii: "\"") else { return false }
    return !(start + 1..<end - 1).contains { line[$0] == UInt8(ascii: "\"") && line[$0 - 1] != UInt8(ascii: "\\") }
  }

  private mutating func append(
    _ text: [UInt8], byteCount: Int, reason: RejectReason, time: RecordTime, origin: RowOrigin
  ) {
    let index = Int32(rows.count)
    let textBytesMax = textBytesMax
    rows.append { out in
      out.appendBigEndian(RejectedLayout.columnCount)
      out.appendField(time.postgresMicroseconds)
      out.appendField(origin.sequence)
      out.appendField(origin.offset)
      out.appendField(Int64(byteCount))
      out.appendField(origin.collector)
      out.appendField(index)
      out.appendField(origin.source.number)
      out.appendText(Array(reason.rawValue.utf8))
      out.appendText(Self.storable(text, textBytesMax))
    }
  }

  package consuming func finish() -> Redacted<EncodedRows> { Redacted(rows) }

  /// Text that PostgreSQL takes: valid UTF-8 without U+0000, at most so many bytes. What was no UTF-8 becomes U+FFFD.
  private static func storable(_ text: [UInt8], _ max: Int) -> [UInt8] {
    var end = min(text.count, max)
    while end > 0, end < text.count, text[end] & 0xC0 == 0x80 { end -= 1 }
    let repaired = String(decoding: text[..<end], as: UTF8.self).utf8
    return repaired.map { $0 == 0 ? UInt8(ascii: "?") : $0 }
  }
}

extension Redacted<EncodedRows> {
  /// Takes the rows out that PostgreSQL refused, and gives them back as rejected lines: redacted already, so their text may be
  /// kept as it is.
  /// - Parameters:
  ///   - refused: index of each refused record and what the server said, for example `22P02`.
  ///   - rejected: the batch's rejected lines so far.
  package func refusing(_ refused: [Int: String], rejected: Redacted<EncodedRows>, textBytesMax: Int) -> (
    records: Redacted<EncodedRows>, rejected: Redacted<EncodedRows>
  ) {
    var more = RejectedRows(continuing: rejected.value, textBytesMax: textBytesMax)
    for (row, state) in refused.sorted(by: { $0.key < $1.key }) {
      let tuple = Array(value.bytes[value.range(of: row)])
      more.append(refused: tuple.span, state: state)
    }
    return (Redacted(value.filter { refused[$0] == nil }), more.finish())
  }
}

extension RejectedRows {
  fileprivate init(continuing rows: EncodedRows, textBytesMax: Int) {
    self.rows = rows
    self.textBytesMax = textBytesMax
  }

  /// The text of a refused record: the SQLSTATE, the tool and the arguments.
  fileprivate mutating func append(refused tuple: Span<UInt8>, state: String) {
    var cursor = TupleCursor()
    var text = Array("SQLSTATE \(state): ".utf8)
    var time: Int64 = 0
    var origin: (sequence: Int64, offset: Int64, collector: Int32, source: Int32) = (0, 0, 0, 0)
    for (index, name) in RecordLayout.columns.enumerated() {
      guard let range = cursor.next(tuple) else { continue }
      switch index {
      case 0: time = tuple.int64(at: range.lowerBound)
      case 1: origin.sequence = tuple.int64(at: range.lowerBound)
      case 2: origin.offset = tuple.int64(at: range.lowerBound)
      case 5: origin.collector = tuple.int32(at: range.lowerBound)
      case 7: origin.source = tuple.int32(at: range.lowerBound)
      case ..<10: break
      default:
        text.append(contentsOf: "\(name)=".utf8)
        text.append(span: tuple.extracting(range))
        text.append(UInt8(ascii: " "))
      }
    }
    append(
      text, byteCount: tuple.count, reason: .refused, time: RecordTime(postgresMicroseconds: time),
      origin: RowOrigin(
        collector: origin.collector, sequence: origin.sequence, source: SourceID(origin.source), offset: origin.offset))
  }
}
