package import AuditModel

/// `Retry-After`: seconds, or a date (RFC 9110, sections 10.2.3 and 5.6.7).
package enum RetryAfter {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// How long to wait; nil for what is neither. A date in the past is no wait.
  package static func parse(_ text: String, now: RecordTime) -> Duration? {
    let text = text.split(separator: " ").joined(separator: " ")
    if !text.isEmpty, text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) {
      return .seconds(min(Int64(text) ?? .max, 366 * 86_400))
    }
    // Sun, 06 Nov 1994 08:49:37 GMT
    let parts = text.split(separator: " ").map(String.init)
    guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
      let month = months.firstIndex(of: parts[2]), (1678...2261).contains(year),
      let date = Day(year: year, month: month + 1, day: day)
    else { return nil }
    let clock = parts[4].split(separator: ":").compactMap { Int64($0) }
    guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2]) else {
      return nil
    }
    let time = date.start.nanoseconds + (clock[0] * 3600 + clock[1] * 60 + clock[2]) * 1_000_000_000
    return .nanoseconds(max(0, time - now.nanoseconds))
  }
}
