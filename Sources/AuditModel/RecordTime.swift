/// A moment of a record: nanoseconds since 1970-01-01T00:00:00Z, between the years 1678 and 2261.
package struct RecordTime: Hashable, Sendable, Comparable {
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package static func < (left: RecordTime, right: RecordTime) -> Bool { left.nanoseconds < right.nanoseconds }

  private static let nanosecondsPerDay: Int64 = 86_400_000_000_000
  /// Seconds from 1970-01-01 to 2000-01-01, the epoch of PostgreSQL's timestamps.
  private static let postgresEpochMicroseconds: Int64 = 946_684_800_000_000

  package var day: Day {
    var days = nanoseconds / Self.nanosecondsPerDay
    if nanoseconds % Self.nanosecondsPerDay < 0 { days -= 1 }
    return Day(daysSince1970: Int32(days))
  }

  /// The timestamptz that PostgreSQL stores: whole microseconds since 2000-01-01, rounded down.
  package var postgresMicroseconds: Int64 {
    var micros = nanoseconds / 1000
    if nanoseconds % 1000 < 0 { micros -= 1 }
    return micros - Self.postgresEpochMicroseconds
  }

  /// What `postgresMicroseconds` leaves over: 0 to 999 nanoseconds.
  package var nanosecondRemainder: Int16 {
    let rest = nanoseconds % 1000
    return Int16(rest < 0 ? rest + 1000 : rest)
  }

  package init(postgresMicroseconds: Int64, nanosecondRemainder: Int16 = 0) {
    // Whatever stands in a table, `infinity` too, is a moment: the nearest that there is.
    let micros = postgresMicroseconds.clamped(
      to: -9_223_372_036_000_000 - Self.postgresEpochMicroseconds...9_223_372_036_000_000
        - Self.postgresEpochMicroseconds)
    nanoseconds = (micros + Self.postgresEpochMicroseconds) * 1000 + Int64(nanosecondRemainder)
  }

  package func advanced(by duration: Duration) -> RecordTime {
    let parts = duration.components
    let seconds = parts.seconds.clamped(to: -9_000_000_000...9_000_000_000)
    let (sum, overflow) = nanoseconds.addingReportingOverflow(
      seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    return RecordTime(nanoseconds: overflow ? (seconds < 0 ? .min : .max) : sum)
  }
}

/// A calendar day in UTC: what a partition holds.
package struct Day: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let daysSince1970: Int32

  package init(daysSince1970: Int32) { self.daysSince1970 = daysSince1970 }

  /// PostgreSQL's `date`: days since 2000-01-01.
  package var postgresDays: Int32 { daysSince1970 &- 10_957 }
  package init(postgresDays: Int32) { daysSince1970 = postgresDays &+ 10_957 }

  package static func < (left: Day, right: Day) -> Bool { left.daysSince1970 < right.daysSince1970 }

  package var start: RecordTime { RecordTime(nanoseconds: Int64(daysSince1970) * 86_400_000_000_000) }
  package func advanced(by days: Int) -> Day { Day(daysSince1970: daysSince1970 + Int32(days)) }

  package init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1, day <= Self.length(ofMonth: month, year: year) else { return nil }
    // Days from the civil date, counted in eras of 400 years that begin in March (Howard Hinnant, "chrono-compatible
    // low-level date algorithms").
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    daysSince1970 = Int32(era * 146_097 + dayOfEra - 719_468)
  }

  package var civil: (year: Int, month: Int, day: Int) {
    let z = Int(daysSince1970) + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// `2026-11-25`
  package var description: String {
    let (year, month, day) = civil
    return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
  }

  /// `20261125`: the end of a partition's name.
  package var compact: String {
    let (year, month, day) = civil
    return "\(year)\(month < 10 ? "0" : "")\(month)\(day < 10 ? "0" : "")\(day)"
  }
}

extension Comparable {
  fileprivate func clamped(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}
