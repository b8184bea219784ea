import AuditModel
import JSON

extension JSONTape {
  /// The number at `token` times 10^`scale`, what is below one cut off; nil where it is no number or too large.
  func scaled(_ token: JSONToken, in line: Span<UInt8>, scale: Int) -> Int64? {
    guard token.kind == .number else { return nil }
    if let exact = decimal(token, in: line, scale: scale) { return exact }
    // More digits behind the point than the scale has: they are left out, unless an exponent moves them.
    var point = Int(token.start)
    for index in token.range {
      if line[index] | 0x20 == UInt8(ascii: "e") { return nil }
      if line[index] == UInt8(ascii: ".") { point = index }
    }
    guard point > Int(token.start), point + 1 + scale < Int(token.end) else { return nil }
    var shortened = token
    shortened.end = UInt32(scale == 0 ? point : point + 1 + scale)
    return decimal(shortened, in: line, scale: scale)
  }
}

extension RecordTime {
  /// The moment that a timestamp's value names: an RFC 3339 string with a zone, or a number since 1970 in the unit that its
  /// size tells: seconds below 10^11, then milliseconds, microseconds, nanoseconds, a thousand times each.
  init?(_ value: Int, in tape: borrowing JSONTape, _ line: Span<UInt8>) {
    let token = tape.tokens[value]
    switch token.kind {
    case .string:
      guard !token.flags.contains(.hasEscapes) else {
        var decoded: [UInt8] = []
        tape.decodeString(token, in: line, into: &decoded)
        self.init(rfc3339: decoded.span)
        return
      }
      self.init(rfc3339: line.extracting(token.range))
    case .number:
      guard let whole = tape.scaled(token, in: line, scale: 0) else { return nil }
      let size = whole.magnitude
      let scale = size < 100_000_000_000 ? 9 : size < 100_000_000_000_000 ? 6 : size < 100_000_000_000_000_000 ? 3 : 0
      guard let nanoseconds = tape.scaled(token, in: line, scale: scale) else { return nil }
      self.init(nanoseconds: nanoseconds)
    case .object, .array, .true, .false, .null:
      return nil
    }
  }
}
