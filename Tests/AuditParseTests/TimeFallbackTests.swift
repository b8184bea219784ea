import AuditModel
import AuditParse
import Testing

@Suite("A record without a usable time")
struct TimeFallbackTests {
  private static let lineTime = RecordTime(rfc3339: "2026-11-20T01:00:00Z")

  @Test(
    "has its line's time where there is one, and what stood there is kept",
    arguments: [
      (#"{"tool":"a"}"#, ["time-of-line"]), (#"{"tool":"a","timestamp":"yesterday"}"#, ["time-of-line"]),
      (#"{"tool":"a","timestamp":{"x":1}}"#, ["time-of-line"]),
      (#"{"tool":"a","timestamp":"2016-02-25 13:00:00"}"#, ["time-of-line"]),
      (#"{"tool":"a","timestamp":"2016-02-25 13:00:00Z"}"#, []),
    ])
  func ofLine(line: String, marks: [String]) throws {
    var reading = Reading()
    reading.take(line, time: Self.lineTime)
    #expect(reading.rows == [.record("a", .middleware, marks)])
    let record = try #require(reading.records.first)
    #expect((record.time == Self.lineTime) == !marks.isEmpty)
    #expect(record.extra.count == (line.contains("timestamp") && !marks.isEmpty ? 1 : 0))
  }

  @Test("is UTC where no zone stands and the configuration says so")
  func zone() throws {
    var reading = Reading()
    reading.parser.assumesUTC = true
    reading.take(#"{"tool":"a","timestamp":"2016-02-25 13:00:00"}"#, time: Self.lineTime)
    #expect(reading.rows == [.record("a", .middleware, ["zone-assumed"])])
    #expect(reading.records.first?.time.rfc3339 == "2016-02-25T13:00:00Z")
  }

  @Test("has the last address of several, which nobody could forge")
  func addresses() {
    var reading = Reading()
    reading.take(#"{"tool":"a","timestamp":"2026-11-20T00:00:00Z","sourceIPs":["10.0.0.1","192.0.2.7"]}"#)
    #expect(reading.records.first.map { $0[.address] >= 0 } == true)
    #expect(reading.records.first?.extra.count == 1)
  }
}
