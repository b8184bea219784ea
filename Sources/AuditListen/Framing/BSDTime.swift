import AuditModel
import Glibc

/// RFC 3164's `Nov 25 10:00:00`: local time, without a year.
enum BSDTime {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ].map { Array($0.utf8) }

  /// - Parameter now: the year is the one that brings the time nearest to it.
  /// - Returns: the offset behind the time and its blank.
  static func read(_ line: Span<UInt8>, at start: Int, now: RecordTime) -> (end: Int, time: RecordTime)? {
    guard start + 16 <= line.count, line[start + 3] == 0x20, line[start + 6] == 0x20, line[start + 15] == 0x20,
      line[start + 9] == UInt8(ascii: ":"), line[start + 12] == UInt8(ascii: ":"),
      let month = months.firstIndex(where: { line.hasPrefix($0, at: start) }),
      let day = number(line, start + 4, mayBeginBlank: true), let hour = number(line, start + 7),
      let minute = number(line, start + 10), let second = number(line, start + 13),
      (1...31).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    let year = now.day.civil.year
    let candidates = [year - 1, year, year + 1].compactMap { year in
      moment(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }
    func distance(_ time: RecordTime) -> UInt64 { time.nanoseconds.distanceMagnitude(to: now.nanoseconds) }
    guard let nearest = candidates.min(by: { distance($0) < distance($1) }) else { return nil }
    return (start + 16, nearest)
  }

  private static func number(_ line: Span<UInt8>, _ at: Int, mayBeginBlank: Bool = false) -> Int? {
    let tens = mayBeginBlank && line[at] == 0x20 ? 0 : line[at] &- 0x30
    let ones = line[at + 1] &- 0x30
    return tens > 9 || ones > 9 ? nil : Int(tens) * 10 + Int(ones)
  }

  private static func moment(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) -> RecordTime? {
    guard Day(year: year, month: month + 1, day: day) != nil else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (Int32(year - 1900), Int32(month), Int32(day))
    (parts.tm_hour, parts.tm_min, parts.tm_sec, parts.tm_isdst) = (Int32(hour), Int32(minute), Int32(second), -1)
    let seconds = mktime(&parts)
    return seconds == -1 ? nil : RecordTime(nanoseconds: Int64(seconds) * 1_000_000_000)
  }
}

extension Int64 {
  fileprivate func distanceMagnitude(to other: Int64) -> UInt64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? .max : difference.magnitude
  }
}
