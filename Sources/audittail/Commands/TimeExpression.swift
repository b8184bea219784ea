import AuditConfig
import AuditModel

/// A time on the command line: RFC 3339, a date (its first moment in UTC), or relative to now like `-2h`; `now` itself.
enum TimeExpression {
  static func time(_ text: String, now: RecordTime) throws -> RecordTime {
    if text == "now" { return now }
    if text.hasPrefix("-"), let ago = try? DurationGrammar.parse(String(text.dropFirst())) {
      return now.advanced(by: .zero - ago)
    }
    if let time = RecordTime(rfc3339: text) { return time }
    if let time = RecordTime(rfc3339: text + "T00:00:00Z") { return time }
    throw CommandFailure(
      .usage,
      "\"\(text)\" is no time. Give RFC 3339 (2026-11-25T13:00:00Z), a date (2026-11-25), or how long ago (-2h, -7d).")
  }
}
