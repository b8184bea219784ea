import AuditModel
import AuditRedact

/// What a batch's rows say, for whoever counts.
extension RecordBatch {
  /// Rejected lines by reason.
  package var rejectedReasons: [String: Int] {
    var counts: [String: Int] = [:]
    rejected.value.forEach { tuple in
      var cursor = TupleCursor()
      cursor.skip(to: Self.reason, tuple)
      if let range = cursor.next(tuple) { counts[Self.text(tuple, range), default: 0] += 1 }
    }
    return counts
  }

  /// Values that were taken out of records, by rule. The column's text is our own (`[{"rule":…,"path":…,"count":n},…]`), and inside
  /// of its strings no quotation mark stands without a backslash, so the keys are found by their bytes.
  package var redactionRules: [String: Int] {
    var counts: [String: Int] = [:]
    records.value.forEach { tuple in
      var cursor = TupleCursor()
      cursor.skip(to: Self.redactions, tuple)
      guard let range = cursor.next(tuple) else { return }
      Self.count(tuple, range, &counts)
    }
    return counts
  }

  private static let reason = 7
  private static let redactions = RecordLayout.columns.firstIndex(of: "redactions") ?? 0

  private static func count(_ tuple: Span<UInt8>, _ range: Range<Int>, _ counts: inout [String: Int]) {
    var at = range.lowerBound
    var rule = ""
    while let found = find(#""rule":""#, tuple, at..<range.upperBound) {
      var end = found
      while end < range.upperBound, tuple[end] != UInt8(ascii: "\"") { end += 1 }
      rule = text(tuple, found..<end)
      guard var digit = find(#","count":"#, tuple, end..<range.upperBound) else { return }
      var count = 0
      while digit < range.upperBound, tuple[digit] &- 0x30 < 10, count < 1 << 40 {
        count = count * 10 + Int(tuple[digit] &- 0x30)
        digit += 1
      }
      counts[rule, default: 0] += count
      at = digit
    }
  }

  /// Where the bytes behind `key` begin.
  private static func find(_ key: StaticString, _ tuple: Span<UInt8>, _ range: Range<Int>) -> Int? {
    let length = key.utf8CodeUnitCount
    guard range.count >= length else { return nil }
    return key.withUTF8Buffer { key in
      for start in range.lowerBound...(range.upperBound - length)
      where tuple[start] == key[0] && (0..<length).allSatisfy({ tuple[start + $0] == key[$0] }) {
        return start + length
      }
      return nil
    }
  }

  private static func text(_ tuple: Span<UInt8>, _ range: Range<Int>) -> String {
    tuple.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }
}
