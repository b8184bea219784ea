import AuditModel
import AuditQuery

extension StoredRecord {
  /// A record's tuple (`RecordLayout`) as every answer shows it.
  init(tuple: Span<UInt8>, id: RecordID, of tenant: TenantID) {
    var cursor = TupleCursor()
    func integer64() -> Int64? { cursor.next(tuple).map { tuple.int64(at: $0.lowerBound) } }
    func integer16() -> Int16 { cursor.next(tuple).map { tuple.int16(at: $0.lowerBound) } ?? 0 }
    func text() -> String? { cursor.next(tuple).map { tuple.text($0) } }
    let time = integer64() ?? 0
    _ = cursor.next(tuple)
    let offset = integer64() ?? 0
    let duration = integer64()
    let resultBytes = integer64()
    _ = cursor.next(tuple)
    _ = cursor.next(tuple)
    let source = cursor.next(tuple).map { tuple.int32(at: $0.lowerBound) } ?? 0
    let nanoseconds = integer16()
    let dialect = integer16()
    var texts: [TextColumn: String] = [:]
    for column in TextColumn.allCases { texts[column] = text() }
    let args = text()
    let extra = text()
    let redactions = text()
    let marks = cursor.next(tuple).map { tuple.textArray($0) } ?? []
    self.init(
      position: RecordPosition(
        time: RecordTime(postgresMicroseconds: time, nanosecondRemainder: nanoseconds), tenant: tenant, id: id),
      texts: texts, duration: duration, resultBytes: resultBytes, args: args, extra: extra, redactions: redactions,
      marks: marks, dialect: dialect, source: SourceID(source), offset: offset)
  }
}

/// A rejected line's tuple (`RejectedLayout`), as far as it is shown.
struct RejectedTuple {
  let offset: Int64
  let byteCount: Int64
  let reason: String
  let text: String

  init(_ tuple: Span<UInt8>) {
    var cursor = TupleCursor()
    cursor.skip(to: 2, tuple)
    offset = cursor.next(tuple).map { tuple.int64(at: $0.lowerBound) } ?? 0
    byteCount = cursor.next(tuple).map { tuple.int64(at: $0.lowerBound) } ?? 0
    cursor.skip(to: 7, tuple)
    reason = cursor.next(tuple).map { tuple.text($0) } ?? ""
    text = cursor.next(tuple).map { tuple.text($0) } ?? ""
  }
}

extension Span where Element == UInt8 {
  fileprivate func int16(at index: Int) -> Int16 {
    Int16(bitPattern: UInt16(self[index]) << 8 | UInt16(self[index + 1]))
  }

  fileprivate func text(_ range: Range<Int>) -> String {
    extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  /// A one-dimensional text[]: 20 bytes of dimensions, then elements behind their lengths.
  fileprivate func textArray(_ range: Range<Int>) -> [String] {
    var texts: [String] = []
    var at = range.lowerBound + 20
    while at < range.upperBound {
      let length = Int(int32(at: at))
      texts.append(text((at + 4)..<(at + 4 + length)))
      at += 4 + length
    }
    return texts
  }
}
