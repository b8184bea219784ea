import AuditModel
import AuditParse
import Testing

@Suite("A document over several lines")
struct DocumentTests {
  private static let whole = #"{"timestamp":"2026-11-20T00:00:00Z","tool":"next"}"#

  @Test(
    "is one record, or one line that is none",
    arguments: [
      ("{\n\"timestamp\":\"2026-11-20T00:00:00Z\",\n\"tool\":\"a\"\n}", [.record("a", .middleware, [])]),
      (
        "{\"timestamp\":\"2026-11-20T00:00:00Z\",\n \"tool\":\n\"a\",\n\"args\":{\n\"x\":[\n1,\n2\n]}}",
        [.record("a", .middleware, [])]
      ),
      ("[\n\(whole),\n\(whole)\n]", [.record("next", .middleware, []), .record("next", .middleware, [])]),
      ("{\n\"a\":\"{\"\n}", [.rejected(.noTimestamp)]),
      ("[\n1,\n2\n]", [.rejected(.notObject)]),
    ] as [(String, [Reading.Row])])
  func joins(text: String, rows: [Reading.Row]) { #expect(Reading.rows(text) == rows) }

  @Test(
    "is given up where a line cannot belong to it, and no line behind a torn one is swallowed",
    arguments: [
      ("{\"timestamp\":\"2026-11-20T00:00:00Z\",\n\(whole)", [.rejected(.cut), .record("next", .middleware, [])]),
      ("{\n\(whole)", [.rejected(.cut), .record("next", .middleware, [])]),
      ("[\n\(whole)\n\(whole)", [.rejected(.cut), .record("next", .middleware, []), .record("next", .middleware, [])]),
      ("{\"a\":[\nListening on port 80", [.rejected(.cut), .rejected(.notJSON)]),
      ("{\n\"a\": 1,\n\(whole)", [.rejected(.cut), .rejected(.notJSON), .record("next", .middleware, [])]),
      ("{\n\"a\": 1", [.rejected(.cut), .rejected(.notJSON)]),
      ("{\"tool\":\"a", [.rejected(.cut)]),
      ("{\n}}\n\(whole)", [.rejected(.cut), .rejected(.notJSON), .record("next", .middleware, [])]),
    ] as [(String, [Reading.Row])])
  func givesUp(text: String, rows: [Reading.Row]) { #expect(Reading.rows(text) == rows) }

  @Test("becomes one line, whatever its lines ended with")
  func oneLine() {
    var reading = Reading()
    for line in ["{", "\"timestamp\": \"2026-11-20T00:00:00Z\",\r", "\"tool\": \"a\", \"args\": {\r", "}", "}"] {
      reading.take(line)
    }
    #expect(reading.rows == [.record("a", .middleware, [])])
    #expect(reading.lines.first?.utf8.contains { $0 == 10 || $0 == 13 } == false)
  }

  @Test("waits for its next line no longer than it may")
  func age() {
    var reading = Reading()
    reading.take("{")
    #expect(reading.rows.isEmpty)
    #expect(reading.open.places.count == 1)
    reading.now = RecordTime(nanoseconds: 4_000_000_000)
    reading.expire()
    #expect(reading.rows.isEmpty)
    reading.now = RecordTime(nanoseconds: 6_000_000_000)
    reading.expire()
    #expect(reading.rows == [.rejected(.cut)])
    #expect(reading.open.isEmpty)
  }

  @Test("has at most so many lines and bytes")
  func limits() {
    var limits = OpenEvents.Limits()
    limits.documentLinesMax = 3
    var reading = Reading(limits: limits)
    for line in ["[", "1,", "2,", "3,"] { reading.take(line) }
    #expect(reading.rows == [.rejected(.cut), .rejected(.notJSON), .rejected(.notJSON), .rejected(.notJSON)])
    limits.documentLinesMax = 100
    limits.documentBytesMax = 10
    reading = Reading(limits: limits)
    for line in ["[", "\"12345678\","] { reading.take(line) }
    #expect(reading.rows == [.rejected(.cut), .rejected(.notJSON)])
  }
}
