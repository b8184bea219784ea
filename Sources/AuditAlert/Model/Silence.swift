package import AuditModel

/// A time in which alerts that match are not told, with who said so and why.
package struct Silence: Sendable, Hashable {
  package let id: Int64
  package let matchers: [AlertMatcher]
  package let author: String
  package let reason: String
  package let from: RecordTime
  package let until: RecordTime

  package init(
    id: Int64, matchers: [AlertMatcher], author: String, reason: String, from: RecordTime, until: RecordTime
  ) {
    self.id = id
    self.matchers = matchers
    self.author = author
    self.reason = reason
    self.from = from
    self.until = until
  }

  func holds(at now: RecordTime) -> Bool { from <= now && now < until }
}

/// A silence that comes back every week, or holds between two moments, as the configuration has it.
package struct MaintenanceWindow: Sendable, Hashable {
  package enum Time: Sendable, Hashable {
    /// From this many minutes after Monday 00:00 UTC, for so long.
    case weekly(minute: Int, length: Duration)
    case once(from: RecordTime, until: RecordTime)
  }

  package let name: String
  package let author: String
  package let reason: String
  package let matchers: [AlertMatcher]
  package let time: Time

  package init(name: String, author: String, reason: String, matchers: [AlertMatcher], time: Time) {
    self.name = name
    self.author = author
    self.reason = reason
    self.matchers = matchers
    self.time = time
  }

  private static let week: Int64 = 7 * 86_400_000_000_000

  /// When it ends, where it is open at `now`.
  package func end(at now: RecordTime) -> RecordTime? {
    switch time {
    case .once(let from, let until): return from <= now && now < until ? until : nil
    case .weekly(let minute, let length):
      // 1970-01-01 was a Thursday: the week's Monday is three days before it.
      let sinceMonday = Self.rest(now.nanoseconds + 3 * 86_400_000_000_000, Self.week)
      let into = Self.rest(sinceMonday - Int64(minute) * 60_000_000_000, Self.week)
      let start = RecordTime(nanoseconds: now.nanoseconds - into)
      let end = start.advanced(by: min(length, .seconds(7 * 86_400)))
      return now < end ? end : nil
    }
  }

  private static func rest(_ value: Int64, _ of: Int64) -> Int64 {
    let rest = value % of
    return rest < 0 ? rest + of : rest
  }
}
