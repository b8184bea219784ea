import AuditModel
import AuditParse
import JSON
import Testing

@Suite("The parser of audit lines")
struct RecordParserTests {
  private static let window = TimeWindow(
    earliest: RecordTime(rfc3339: "2026-08-27T00:00:00Z").unsafelyUnwrapped,
    latest: RecordTime(rfc3339: "2026-11-25T13:00:00Z").unsafelyUnwrapped)

  @Test("gives every named field of the middleware's line its column")
  func middleware() throws {
    let parsed = try Parsed(
      #"{"timestamp":"2026-11-20T00:00:00.123456789Z","tool":"read_file","userId":"u1","sessionId":"s1","args":{"path":"/x"},"#
        + #""status":"error","durationMs":12.345,"error":"ETIMEDOUT","hostname":"n1"}"#)
    #expect(parsed.record.dialect == .middleware)
    #expect(parsed.record.time.rfc3339 == "2026-11-20T00:00:00.123456789Z")
    #expect(parsed.record.duration == 12_345_000)
    #expect(parsed.text(.tool) == "read_file")
    #expect(parsed.text(.user) == "u1")
    #expect(parsed.text(.session) == "s1")
    #expect(parsed.text(.status) == "error")
    #expect(parsed.text(.error) == "ETIMEDOUT")
    #expect(parsed.raw(parsed.record.args) == #"{"path":"/x"}"#)
    #expect(parsed.extra == ["hostname"])
  }

  @Test("gives every named field of the structured event its column")
  func structured() throws {
    let parsed = try Parsed(
      #"{"timestamp":"2026-11-20T00:00:00Z","level":"info","event":"tool_invocation","tool":"q","client_id":"c1","#
        + #""arguments":[1],"duration_ms":7,"status":"success","result_size_bytes":512}"#)
    #expect(parsed.record.dialect == .structured)
    #expect(parsed.text(.level) == "info")
    #expect(parsed.text(.event) == "tool_invocation")
    #expect(parsed.text(.client) == "c1")
    #expect(parsed.raw(parsed.record.args) == "[1]")
    #expect(parsed.record.duration == 7_000_000)
    #expect(parsed.record.resultBytes == 512)
    #expect(parsed.extra.isEmpty)
  }

  @Test(
    "says why a line is no record",
    arguments: [
      ("", .blank), ("  ", .blank), ("Listening on port 80", .rejected(.notJSON)), (#"{"tool":"x""#, .rejected(.cut)),
      ("[1,2]", .rejected(.notObject)), (#"{"tool":"x"}"#, .rejected(.noTimestamp)),
      (#"{"tool":"x","timestamp":null}"#, .rejected(.noTimestamp)),
      (#"{"tool":"x","timestamp":"yesterday"}"#, .rejected(.badTimestamp)),
      (#"{"tool":"x","timestamp":"2026-11-20T00:00:00"}"#, .rejected(.badTimestamp)),
      (#"{"tool":"x","timestamp":"2026-11-25T13:00:00.000000001Z"}"#, .rejected(.timeAhead)),
      (#"{"tool":"x","timestamp":"2026-08-26T23:59:59Z"}"#, .rejected(.timeExpired)),
      (#"{"timestamp":"2026-11-20T00:00:00Z"}"#, .rejected(.noTool)),
      (#"{"timestamp":"2026-11-20T00:00:00Z","tool":{}}"#, .rejected(.noTool)),
      (String(repeating: "[", count: 100), .rejected(.tooDeep)),
      (#"{"tool":"x","timestamp":"2026-11-25T13:00:00Z"}"#, .record),
      (#"{"tool":"x","timestamp":"2026-08-27T00:00:00Z"}"#, .record),
    ] as [(String, RecordParser.Outcome)])
  func outcomes(line: String, outcome: RecordParser.Outcome) {
    var parser = RecordParser()
    var record = ParsedRecord()
    #expect(parser.parse(Array(line.utf8).span, window: Self.window, into: &record) == outcome)
  }

  @Test(
    "reads a time given as a number in the unit its size tells",
    arguments: [
      ("1795132800", "2026-11-20T00:00:00Z"), ("1795132800.5", "2026-11-20T00:00:00.500Z"),
      ("1795132800123", "2026-11-20T00:00:00.123Z"), ("1795132800123456", "2026-11-20T00:00:00.123456Z"),
      ("1795132800123456789", "2026-11-20T00:00:00.123456789Z"),
      ("1795132800.12345678901234", "2026-11-20T00:00:00.12345678Z".replacing("78Z", with: "789Z")),
    ])
  func numericTimes(number: String, time: String) throws {
    let parsed = try Parsed(#"{"tool":"x","timestamp":\#(number)}"#)
    #expect(parsed.record.time.rfc3339 == time)
  }

  @Test(
    "keeps a duration to the nanosecond, and one that is none in extra",
    arguments: [
      ("12.3456789", 12_345_678), ("0.0000001", 0), ("1e3", 1_000_000_000), ("3", 3_000_000), ("-1", nil),
      ("\"7\"", nil), ("1e300", nil), ("123.45678901234567", 123_456_789),
    ] as [(String, Int64?)])
  func durations(number: String, nanoseconds: Int64?) throws {
    let parsed = try Parsed(#"{"tool":"x","timestamp":"2026-11-20T00:00:00Z","durationMs":\#(number)}"#)
    #expect(parsed.record.duration == nanoseconds)
    #expect(parsed.extra == (nanoseconds == nil ? ["durationMs"] : []))
  }

  @Test("takes the last of a repeated key, marks the record and keeps the first in extra")
  func duplicates() throws {
    let parsed = try Parsed(#"{"tool":"a","timestamp":"2026-11-20T00:00:00Z","tool":"b","userId":"u","user_id":"v"}"#)
    #expect(parsed.text(.tool) == "b")
    #expect(parsed.text(.user) == "u")
    #expect(parsed.record.marks == [.duplicateKeys])
    #expect(parsed.extra == ["tool", "user_id"])
  }

  @Test("marks what PostgreSQL would refuse")
  func marks() throws {
    let head = #"{"tool":"a","timestamp":"2026-11-20T00:00:00Z","args":"#
    #expect(try Parsed(head + #""a\u0000b"}"#).record.marks == [.escaped])
    #expect(try Parsed(head + #""\ud800"}"#).record.marks == [.escaped])
    #expect(try Parsed(head + #"1e200000}"#).record.marks == [.numberAsText])
    #expect(try Parsed(head + #""\ud83d\ude00"}"#).record.marks == [])
  }

  @Test("finds a field whose key is written with escapes")
  func escapedKey() throws {
    let parsed = try Parsed(#"{"t\u006fol":"a","timestamp":"2026-11-20T00:00:00Z"}"#)
    #expect(parsed.text(.tool) == "a")
  }

  @Test("leaves an identity that no index could hold in extra")
  func longIdentity() throws {
    let parsed = try Parsed(
      #"{"tool":"a","timestamp":"2026-11-20T00:00:00Z","userId":"\#(String(repeating: "u", count: 2000))"}"#)
    #expect(parsed.record[.user] == ParsedRecord.absent)
    #expect(parsed.extra == ["userId"])
  }

  @Test("starts afresh after a line that it could not read")
  func reuse() throws {
    var parser = RecordParser()
    var record = ParsedRecord()
    _ = parser.parse(Array(#"{"tool":"a","userId":"left over","args":{"#.utf8).span, window: Self.window, into: &record)
    let line = Array(#"{"tool":"b","timestamp":"2026-11-20T00:00:00Z"}"#.utf8)
    #expect(parser.parse(line.span, window: Self.window, into: &record) == .record)
    #expect(record[.user] == ParsedRecord.absent)
    #expect(record.extra.isEmpty)
  }

  /// One parsed line and access to what its tokens say.
  private struct Parsed {
    let line: [UInt8]
    let parser: RecordParser
    let record: ParsedRecord

    init(_ text: String) throws {
      var parser = RecordParser()
      var record = ParsedRecord()
      let line = Array(text.utf8)
      let outcome = parser.parse(line.span, window: RecordParserTests.window, into: &record)
      try #require(outcome == .record)
      self.line = line
      self.parser = parser
      self.record = record
    }

    func raw(_ token: Int32) -> String { String(decoding: line[parser.tape.tokens[Int(token)].range], as: UTF8.self) }
    func text(_ column: TextColumn) -> String? { record[column] < 0 ? nil : raw(record[column]) }
    var extra: [String] { record.extra.map { raw($0) } }
  }
}
