import AuditModel
import JSON

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

  /// The moment of a timestamp that names no zone, in UTC: `2016-02-25 13:00:00`.
  init?(zoneless value: Int, in tape: borrowing JSONTape, _ line: Span<UInt8>) {
    let token = tape.tokens[value]
    guard token.kind == .string else { return nil }
    var text: [UInt8] = []
    tape.decodeString(token, in: line, into: &text)
    guard text.count >= 19, text.count <= 40 else { return nil }
    text.append(UInt8(ascii: "Z"))
    self.init(rfc3339: text.span)
  }
}
