import AuditModel
import Testing

@testable import audittail

@Suite("A time on the command line")
struct TimeExpressionTests {
  private static let now = RecordTime(nanoseconds: 1_795_132_800_000_000_000)

  @Test(
    "is RFC 3339, a date, or relative to now",
    arguments: [
      ("now", "2026-11-20T00:00:00Z"), ("-2h", "2026-11-19T22:00:00Z"), ("-90d", "2026-08-22T00:00:00Z"),
      ("2026-11-01", "2026-11-01T00:00:00Z"), ("2026-11-01T05:30:00.5+05:30", "2026-11-01T00:00:00.500Z"),
    ])
  func reads(text: String, time: String) throws {
    #expect(try TimeExpression.time(text, now: Self.now).rfc3339 == time)
  }

  @Test("says what it takes when it is none", arguments: ["", "yesterday", "-2", "2026-13-01", "2h", "-2x"])
  func refuses(text: String) {
    #expect { try TimeExpression.time(text, now: Self.now) } throws: { "\($0)".contains("RFC 3339") }
  }
}
