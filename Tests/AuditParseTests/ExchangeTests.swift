import AuditModel
import AuditParse
import Testing

@Suite("A call and its response")
struct ExchangeTests {
  private static func request(_ id: String, tool: String = "t") -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)"}}"#
  }

  private static func response(_ id: String) -> String { #"{"jsonrpc":"2.0","id":\#(id),"result":{"content":[]}}"# }

  private static func time(_ seconds: Int64) -> RecordTime { RecordTime(nanoseconds: seconds * 1_000_000_000) }

  @Test("meet by the id as it is spelled, within their session")
  func ids() {
    var reading = Reading()
    reading.take(Self.request("1", tool: "number"))
    reading.take(Self.request("\"1\"", tool: "text"))
    reading.take(Self.response("\"1\""))
    reading.take(Self.response("1"))
    reading.take(Self.response("1"))
    #expect(
      reading.rows == [
        .record("text", .mcp, ["time-unknown"]), .record("number", .mcp, ["time-unknown"]), .rejected(.unmatched),
      ])
    reading = Reading()
    reading.take(#"{"session":"a","m":\#(Self.request("1", tool: "a"))}"#)
    reading.take(#"{"session":"b","m":\#(Self.request("1", tool: "b"))}"#)
    reading.take(#"{"session":"b","m":\#(Self.response("1"))}"#)
    #expect(reading.rows == [.record("b", .mcp, ["time-unknown"])])
  }

  @Test("have the time at which the call was read where no line says when, however late it is given up")
  func readAt() throws {
    var reading = Reading()
    reading.now = Self.time(1_000)
    reading.take(Self.request("1", tool: "given up"))
    reading.take(Self.request("2", tool: "answered"))
    reading.now = Self.time(1_100)
    reading.take(Self.response("2"))
    reading.now = Self.time(2_000)
    reading.expire()
    #expect(reading.rows.map(\.description) == ["mcp answered [\"time-unknown\"]", "mcp given up [\"time-unknown\"]"])
    #expect(reading.records.map(\.time) == [Self.time(1_000), Self.time(1_000)])
  }

  @Test("take as long as lies between their lines")
  func durations() throws {
    var reading = Reading()
    reading.take(Self.request("1"), time: Self.time(100))
    reading.take(Self.response("1"), time: Self.time(102))
    #expect(reading.rows == [.record("t", .mcp, ["time-of-line"])])
    let record = try #require(reading.records.first)
    #expect(record.duration == 2_000_000_000)
    #expect(record.time == Self.time(100))
  }

  @Test("are ended as unknown by the records' own time, and by the clock")
  func ages() {
    var reading = Reading()
    reading.take(Self.request("1", tool: "old"), time: Self.time(0))
    reading.take(Self.request("2", tool: "new"), time: Self.time(301))
    #expect(reading.rows.isEmpty)
    reading.take("noise", time: Self.time(301))
    #expect(reading.rows == [.record("old", .mcp, ["time-of-line"]), .rejected(.notJSON)])
    reading.now = Self.time(301)
    reading.expire()
    #expect(reading.rows.count == 3)
    #expect(reading.lines[1].contains(#""status":"unknown""#))
    #expect(reading.open.isEmpty)
  }

  @Test("are open in a limited number; the oldest ends for a new one")
  func limits() {
    var limits = OpenEvents.Limits()
    limits.eventsMax = 10
    var reading = Reading(limits: limits)
    for id in 0..<100 { reading.take(Self.request("\(id)", tool: "t\(id)")) }
    #expect(reading.rows.count == 90)
    #expect(reading.rows.first == .record("t0", .mcp, ["time-unknown"]))
    #expect(reading.open.places.count == 10)
    reading.take(Self.response("99"))
    #expect(reading.rows.count == 91)
    #expect(reading.open.places.count == 9)
  }

  @Test("with an id that is used again, the first call ends as unknown")
  func usedAgain() {
    var reading = Reading()
    reading.take(Self.request("1", tool: "first"))
    reading.take(Self.request("1", tool: "second"))
    reading.take(Self.response("1"))
    #expect(
      reading.rows == [.record("first", .mcp, ["time-unknown"]), .record("second", .mcp, ["time-unknown"])])
  }

  @Test("know the client that introduced itself before")
  func clients() {
    var reading = Reading()
    reading.take(
      #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"clientInfo":{"name":"desk","version":"2"}}}"#)
    reading.take(#"{"jsonrpc":"2.0","id":0,"result":{"serverInfo":{"name":"files"}}}"#)
    reading.take(Self.request("1"))
    reading.take(Self.response("1"))
    #expect(reading.rows == [.rejected(.notACall), .rejected(.notACall), .record("t", .mcp, ["time-unknown"])])
    #expect(reading.lines[0].contains(#""client":"desk/2""#))
  }

  @Test("never show what a person answered, or what came back")
  func contents() {
    var reading = Reading()
    reading.take(Self.request("1"))
    reading.take(
      #"{"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","requestState":"s","inputRequests":{}}}"#)
    reading.take(
      #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"t","requestState":"s","inputResponses":{"n":{"content":"octocat"}}}}"#
    )
    reading.take(#"{"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text","text":"the answer"}]}}"#)
    #expect(reading.rows == [.record("t", .mcp, ["time-unknown"])])
    #expect(!reading.lines[0].contains("octocat") && !reading.lines[0].contains("the answer"))
    #expect(reading.lines[0].contains(#""calls":[1,2],"rounds":2"#))
  }

  @Test("in the gateway's words come one behind the other for each tool")
  func gateway() {
    var reading = Reading()
    reading.take("  - Calling tool a with arguments: {\"n\":1}", time: Self.time(1))
    reading.take("  - Calling tool b with arguments: none", time: Self.time(2))
    reading.take("  - Calling tool a with arguments: {\"n\":2}", time: Self.time(3))
    reading.take("  > Calling tool a took: 1.5s", time: Self.time(4))
    reading.take("  > Calling tool a took: 2µs", time: Self.time(5))
    reading.finish()
    let tools: [Reading.Row] = ["a", "a", "b"].map { .record($0, .dockerGateway, ["time-of-line"]) }
    #expect(reading.rows == tools)
    #expect(reading.records.map(\.duration) == [1_500_000_000, 2000, nil])
    #expect(reading.lines[0].contains(#""n":1"#) && reading.lines[1].contains(#""n":2"#))
  }

  @Test("of a Kubernetes event are its stages, each of which counts once")
  func stages() {
    var reading = Reading()
    let event = { (stage: String, time: Int) in
      #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","stage":"\#(stage)","verb":"get","requestReceivedTimestamp":"2026-11-20T00:00:00Z","#
        + #""stageTimestamp":"2026-11-20T00:00:0\#(time)Z"}"#
    }
    reading.take(event("RequestReceived", 0))
    reading.take(event("RequestReceived", 0))
    reading.take(event("ResponseStarted", 1))
    reading.take(event("ResponseComplete", 2))
    reading.take(event("ResponseComplete", 2))
    #expect(reading.rows == [.rejected(.duplicate), .record("get", .kubernetes, []), .rejected(.duplicate)])
    #expect(reading.records.map(\.duration) == [2_000_000_000])
  }
}
