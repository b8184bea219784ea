import AuditModel
import Glibc

/// RFC 3164's `Nov 25 10:00:00`: local time, without a year. Devices write it with variations, which are understood: a mark of a clock that
/// is not set before it (`*Nov …`, `.Nov …`), a day of one digit, a year, a fraction, and `UTC` behind it.
enum BSDTime {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ].map { Array($0.utf8) }

  /// - Parameter now: the year is the one that brings the time nearest to it.
  /// - Returns: the offset behind the time and its blank, or the colon that some devices put there.
  static func read(_ line: Span<UInt8>, at start: Int, now: RecordTime) -> (end: Int, time: RecordTime)? {
    var at = start
    if at < line.count, line[at] == UInt8(ascii: "*") || line[at] == UInt8(ascii: ".") { at += 1 }
    guard let month = months.firstIndex(where: { line.hasPrefix($0, at: at) }) else { return nil }
    at += 3
    guard skipBlanks(line, &at, 1...2), let day = digits(line, &at, 1...2), (1...31).contains(day),
      skipBlanks(line, &at, 1...1)
    else { return nil }
    var year: Int?
    let mark = at
    if let four = digits(line, &at, 4...4), skipBlanks(line, &at, 1...1) { year = four } else { at = mark }
    guard let hour = digits(line, &at, 2...2), skip(line, &at, ":"), let minute = digits(line, &at, 2...2),
      skip(line, &at, ":"), let second = digits(line, &at, 2...2), hour < 24, minute < 60, second <= 60
    else { return nil }
    let nanoseconds = fraction(line, &at)
    let isUTC = zone(line, &at)
    _ = skip(line, &at, ":")
    guard skipBlanks(line, &at, 1...1) else { return nil }
    let clock = (hour, minute, second)
    let near = now.day.civil.year
    let candidates = (year.map { [$0] } ?? [near - 1, near, near + 1]).compactMap { year in
      moment(year: year, month: month, day: day, clock, isUTC: isUTC)
    }
    func distance(_ time: RecordTime) -> UInt64 { time.nanoseconds.distanceMagnitude(to: now.nanoseconds) }
    guard let nearest = candidates.min(by: { distance($0) < distance($1) }) else { return nil }
    return (at, nearest.advanced(by: .nanoseconds(nanoseconds)))
  }

  private static func skipBlanks(_ line: Span<UInt8>, _ at: inout Int, _ count: ClosedRange<Int>) -> Bool {
    let start = at
    while at < line.count, at - start < count.upperBound, line[at] == 0x20 { at += 1 }
    return count.contains(at - start)
  }

  private static func skip(_ line: Span<UInt8>, _ at: inout Int, _ byte: Unicode.Scalar) -> Bool {
    guard at < line.count, line[at] == UInt8(ascii: byte) else { return false }
    at += 1
    return true
  }

  private static func digits(_ line: Span<UInt8>, _ at: inout Int, _ count: ClosedRange<Int>) -> Int? {
    let start = at
    var value = 0
    while at < line.count, at - start < count.upperBound, line[at].isASCIIDigit {
      value = value * 10 + Int(line[at] &- 0x30)
      at += 1
    }
    if count.contains(at - start) { return value }
    at = start
    return nil
  }

  /// `.123`, up to nine digits, in nanoseconds.
  private static func fraction(_ line: Span<UInt8>, _ at: inout Int) -> Int64 {
    guard at + 1 < line.count, line[at] == UInt8(ascii: "."), line[at + 1].isASCIIDigit else { return 0 }
    at += 1
    var value: Int64 = 0
    var count = 0
    while at < line.count, line[at].isASCIIDigit {
      if count < 9 {
        value = value * 10 + Int64(line[at] &- 0x30)
        count += 1
      }
      at += 1
    }
    for _ in count..<9 { value *= 10 }
    return value
  }

  private static func zone(_ line: Span<UInt8>, _ at: inout Int) -> Bool {
    for name in ["UTC", "GMT"] {
      let bytes = Array(" \(name)".utf8)
      guard line.hasPrefix(bytes, at: at), at + 4 < line.count, line[at + 4] == 0x20 || line[at + 4] == 0x3A else {
        continue
      }
      at += 4
      return true
    }
    return false
  }

  private static func moment(
    year: Int, month: Int, day: Int, _ clock: (hour: Int, minute: Int, second: Int), isUTC: Bool
  ) -> RecordTime? {
    guard Day(year: year, month: month + 1, day: day) != nil else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (Int32(year - 1900), Int32(month), Int32(day))
    (parts.tm_hour, parts.tm_min, parts.tm_sec, parts.tm_isdst) = (
      Int32(clock.hour), Int32(clock.minute), Int32(clock.second), isUTC ? 0 : -1
    )
    let seconds = isUTC ? timegm(&parts) : mktime(&parts)
    return seconds == -1 ? nil : RecordTime(nanoseconds: Int64(seconds) * 1_000_000_000)
  }
}

extension Int64 {
  fileprivate func distanceMagnitude(to other: Int64) -> UInt64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? .max : difference.magnitude
  }
}
