import AuditModel
import AuditParse
import Testing

@Suite("An operator's mapping")
struct MappingTests {
  private static func mapping(_ match: [String], _ fields: [String]) throws -> FieldMapping {
    var mapping = FieldMapping(name: "shop")
    mapping.match = try match.map { try #require(FieldMapping.Condition($0), "\($0)") }
    mapping.fields = try fields.map { try #require(FieldMapping.Assignment($0), "\($0)") }
    return mapping
  }

  @Test("fills the columns that it names, and keeps the rest")
  func fields() throws {
    var reading = Reading()
    reading.reader.mappings = [
      try Self.mapping(
        ["/kind=call", "/call/name"],
        ["time=/when", "tool=/call/name", "user=/who/0/id", "args=/call/input", "durationMs=/took", "server=\"shop\""])
    ]
    reading.take(
      #"{"kind":"call","when":"2026-11-20T00:00:00Z","who":[{"id":"ada"}],"call":{"name":"buy","input":{"n":2}},"took":"12.5","tool":"other"}"#
    )
    reading.take(#"{"kind":"note","tool":"plain","timestamp":"2026-11-20T00:00:00Z"}"#)
    #expect(reading.rows == [.record("buy", .mapped, []), .record("plain", .middleware, [])])
    #expect(reading.records[0].duration == 12_500_000)
    for piece in [#""user":"ada""#, #""args":{"n":2}"#, #""server":"shop""#, #""mapping":"shop""#, #""tool":"other""#] {
      #expect(reading.lines[0].contains(piece), "\(piece) in \(reading.lines[0])")
    }
  }

  @Test("leaves nothing that a column took among the rest, however deep it stood")
  func nested() throws {
    var reading = Reading()
    reading.reader.mappings = [
      try Self.mapping(
        ["/call/name"],
        ["time=/when", "tool=/call/name", "user=/who/0/id", "client=/who/1", "args=/call/input", "trace=/a/b/c"])
    ]
    reading.take(
      #"{"when":"2026-11-20T00:00:00Z","who":[{"id":"ada","role":"boss"},"desk"],"call":{"name":"buy","input":{"n":2},"kind":"x"},"a":{"b":{"c":"t1"}},"z":[1]}"#
    )
    let line = try #require(reading.lines.first)
    let rest = try #require(line.firstRange(of: #""mapping":"shop""#))
    #expect(line[rest.upperBound...] == #","who":[{"role":"boss"},null],"call":{"kind":"x"},"z":[1]}"#, "\(line)")
  }

  @Test("takes a line without a tool of its own for what it says")
  func constant() throws {
    var reading = Reading()
    reading.reader.mappings = [try Self.mapping(["/http_user_agent"], ["tool=\"http\"", "status=/status"])]
    reading.take(#"{"http_user_agent": "ELB-HealthChecker/1.0", "status": 404}"#, time: RecordTime(nanoseconds: 1))
    #expect(reading.rows == [.record("http", .mapped, ["time-of-line"])])
  }

  @Test(
    "reads pointers as RFC 6901 has them",
    arguments: [
      ("/a/b", ["a", "b"]), ("/", [""]), ("/a~1b/~0c", ["a/b", "~c"]), ("/a~01", ["a~1"]), ("a", nil), ("", nil),
      ("/a~", nil), ("/a~2", nil),
    ] as [(String, [String]?)])
  func pointers(text: String, steps: [String]?) {
    #expect(JSONPointer(text)?.steps == steps)
    if let pointer = JSONPointer(text) { #expect(pointer.text == text) }
  }

  @Test(
    "is refused where it says nothing that can be meant",
    arguments: ["tool", "tool=name", "toll=/name", "=/name", "tool=\""])
  func refused(text: String) { #expect(FieldMapping.Assignment(text) == nil) }
}
