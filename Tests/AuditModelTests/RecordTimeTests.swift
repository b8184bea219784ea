import AuditModel
import AuditSample
import Testing

@Suite("A record's time")
struct RecordTimeTests {
  @Test(
    "is read from RFC 3339 to the nanosecond",
    arguments: [
      ("1970-01-01T00:00:00Z", 0),
      ("2026-11-20T00:00:00Z", 1_795_132_800_000_000_000),
      ("2026-11-20T00:00:00.123456789Z", 1_795_132_800_123_456_789),
      ("2026-11-20t00:00:00.5z", 1_795_132_800_500_000_000),
      ("2026-11-20 05:30:00+05:30", 1_795_132_800_000_000_000),
      ("2026-11-19T14:00:00.000000001-10:00", 1_795_132_800_000_000_001),
      ("2026-11-20T00:00:00.1234567899999Z", 1_795_132_800_123_456_789),
      ("2026-11-19T23:59:60Z", 1_795_132_800_000_000_000),
      ("2026-11-20T01:00:00+0100", 1_795_132_800_000_000_000),
      ("1969-12-31T23:59:59.999999999Z", -1),
    ] as [(String, Int64)])
  func reads(text: String, nanoseconds: Int64) {
    #expect(RecordTime(rfc3339: text)?.nanoseconds == nanoseconds)
  }

  @Test(
    "is refused when it is no moment",
    arguments: [
      "", "2026-11-20", "2026-11-20T00:00:00", "2026-13-20T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-20T24:00:00Z",
      "2026-11-20T00:60:00Z", "2026-11-20T00:00:61Z", "2026-11-20T00:00:00.Z", "2026-11-20T00:00:00Zx",
      "2026-11-20T00:00:00+1",
      "2026-11-20T00:00:00+25:00", "1500-01-01T00:00:00Z", "2026-11-20x00:00:00Z", "20261120T000000Z000000",
    ])
  func refuses(text: String) {
    #expect(RecordTime(rfc3339: text) == nil)
  }

  @Test("prints what it read, for random moments", arguments: [UInt64(7), 11, 1973])
  func roundTrips(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<2000 {
      let time = RecordTime(
        nanoseconds: Int64.random(in: -9_000_000_000_000_000_000...9_000_000_000_000_000_000, using: &generator))
      #expect(RecordTime(rfc3339: time.rfc3339) == time, "seed \(seed)")
      let stored = RecordTime(
        postgresMicroseconds: time.postgresMicroseconds, nanosecondRemainder: time.nanosecondRemainder)
      #expect(stored == time, "seed \(seed)")
      #expect(time >= time.day.start && time < time.day.advanced(by: 1).start, "seed \(seed)")
    }
  }

  @Test("belongs to a day that prints as a calendar does")
  func days() throws {
    let leap = try #require(Day(year: 2024, month: 2, day: 29))
    #expect(leap.description == "2024-02-29")
    #expect(leap.advanced(by: 1).compact == "20240301")
    #expect(Day(daysSince1970: -1).description == "1969-12-31")
    #expect(Day(postgresDays: 0).description == "2000-01-01")
  }
}
