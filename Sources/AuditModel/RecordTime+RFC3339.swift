extension RecordTime {
  /// Reads an RFC 3339 date-time: `2026-11-20T00:00:00.123456789Z`. Also taken: a lower-case `t` or `z`, a blank for the
  /// `T`, an offset without its colon, no seconds' fraction or one of any length (what is beyond nanoseconds is cut).
  /// A second of 60 counts as the next minute's first. Without a zone it is no moment, and nil.
  package init?(rfc3339 text: Span<UInt8>) {
    guard text.count >= 20,
      let year = Self.digits(text, 0, 4), text[4] == UInt8(ascii: "-"),
      let month = Self.digits(text, 5, 2), text[7] == UInt8(ascii: "-"),
      let day = Self.digits(text, 8, 2),
      text[10] | 0x20 == UInt8(ascii: "t") || text[10] == UInt8(ascii: " "),
      let hour = Self.digits(text, 11, 2), text[13] == UInt8(ascii: ":"),
      let minute = Self.digits(text, 14, 2), text[16] == UInt8(ascii: ":"),
      let second = Self.digits(text, 17, 2),
      hour < 24, minute < 60, second <= 60, year >= 1678, year <= 2261,
      let date = Day(year: year, month: month, day: day)
    else { return nil }
    var at = 19
    var fraction: Int64 = 0
    if text[at] == UInt8(ascii: ".") || text[at] == UInt8(ascii: ",") {
      at += 1
      let first = at
      var scale: Int64 = 100_000_000
      while at < text.count, text[at].isASCIIDigit {
        fraction += Int64(text[at] &- 0x30) * scale
        scale /= 10
        at += 1
      }
      if at == first { return nil }
    }
    guard let offset = Self.offsetSeconds(text, at) else { return nil }
    let seconds = Int64(hour * 3600 + minute * 60 + second - offset)
    nanoseconds = date.start.nanoseconds + seconds * 1_000_000_000 + fraction
  }

  package init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    self.init(rfc3339: bytes.span)
  }

  private static func offsetSeconds(_ text: Span<UInt8>, _ at: Int) -> Int? {
    guard at < text.count else { return nil }
    switch text[at] {
    case UInt8(ascii: "Z"), UInt8(ascii: "z"):
      return at + 1 == text.count ? 0 : nil
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      let colon = at + 3 < text.count && text[at + 3] == UInt8(ascii: ":") ? 1 : 0
      guard text.count == at + 5 + colon, let hours = digits(text, at + 1, 2),
        let minutes = digits(text, at + 3 + colon, 2), hours < 24, minutes < 60
      else { return nil }
      let seconds = hours * 3600 + minutes * 60
      return text[at] == UInt8(ascii: "-") ? -seconds : seconds
    default:
      return nil
    }
  }

  private static func digits(_ text: Span<UInt8>, _ at: Int, _ count: Int) -> Int? {
    var value = 0
    for index in at..<(at + count) {
      let digit = text[index] &- 0x30
      if digit > 9 { return nil }
      value = value * 10 + Int(digit)
    }
    return value
  }

  /// `2026-11-20T00:00:00.120Z`: UTC, the fraction in milli-, micro- or nanoseconds, whichever it needs, absent where it is zero. So a
  /// line's usual milliseconds come out as they were written.
  package var rfc3339: String {
    let (year, month, date) = day.civil
    var rest = nanoseconds - day.start.nanoseconds
    var text: [UInt8] = []
    text.reserveCapacity(30)
    func put(_ value: Int64, _ width: Int) {
      var scale: Int64 = 1
      for _ in 1..<width { scale *= 10 }
      var value = value
      while scale > 0 {
        text.append(UInt8(0x30 + value / scale))
        value %= scale
        scale /= 10
      }
    }
    put(Int64(year), 4)
    text.append(UInt8(ascii: "-"))
    put(Int64(month), 2)
    text.append(UInt8(ascii: "-"))
    put(Int64(date), 2)
    text.append(UInt8(ascii: "T"))
    put(rest / 3_600_000_000_000, 2)
    rest %= 3_600_000_000_000
    text.append(UInt8(ascii: ":"))
    put(rest / 60_000_000_000, 2)
    rest %= 60_000_000_000
    text.append(UInt8(ascii: ":"))
    put(rest / 1_000_000_000, 2)
    rest %= 1_000_000_000
    if rest != 0 {
      text.append(UInt8(ascii: "."))
      if rest % 1_000_000 == 0 {
        put(rest / 1_000_000, 3)
      } else if rest % 1_000 == 0 {
        put(rest / 1_000, 6)
      } else {
        put(rest, 9)
      }
    }
    text.append(UInt8(ascii: "Z"))
    return String(decoding: text, as: UTF8.self)
  }
}
