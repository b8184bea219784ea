extension Redactor {
  /// An IPv6 address around a colon; only where the operator wants addresses gone. RFC 4291, section 2.2, loosely:
  /// groups of up to four hexadecimal digits, seven colons or one pair, perhaps an IPv4 address at the end.
  mutating func longAddress(_ bytes: Span<UInt8>, _ colon: Int, _ pass: inout TextPass) -> Range<Int>? {
    var start = colon
    while start > pass.floor, colon - start < 4, tables[bytes[start - 1]].meets(.hex) { start -= 1 }
    guard start == pass.range.lowerBound || !tables[bytes[start - 1]].meets([.word, .hyphen, .dot, .nonASCII]) else {
      return nil
    }
    let limit = min(pass.range.upperBound, start + 46)
    var end = start
    var (colons, pairs, groups, group) = (0, 0, 0, 0)
    var (holdsDigit, holdsDot) = (false, false)
    while end < limit {
      let byte = bytes[end]
      if byte == UInt8(ascii: ":") {
        if group == 0, end > start { pairs += bytes[end - 1] == UInt8(ascii: ":") ? 1 : 0 }
        colons += 1
        group = 0
      } else if tables[byte].meets(.hex) || byte == UInt8(ascii: ".") && colons >= 2 {
        if group == 0 { groups += 1 }
        group += 1
        holdsDigit = holdsDigit || byte &- 48 < 10
        holdsDot = holdsDot || byte == UInt8(ascii: ".")
        guard group <= (holdsDot ? 15 : 4) else { return nil }
      } else {
        break
      }
      end += 1
    }
    if end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
    guard holdsDigit, groups >= 1, pairs == 1 && colons <= 8 || pairs == 0 && colons == 7,
      end == pass.range.upperBound || !tables[bytes[end]].meets([.word, .nonASCII])
    else { return nil }
    return start..<end
  }
}
