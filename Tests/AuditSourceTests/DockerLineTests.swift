import AuditModel
import AuditSource
import Testing

@Suite("Docker's json-file lines")
struct DockerLineTests {
  private static let time = #""time":"2026-11-20T00:00:00.5Z""#

  @Test(
    "are read for what the container wrote, unescaped once",
    arguments: [
      (#""plain\n""#, "plain"), (#""\"a\" \\n b\n""#, #""a" \n b"#),
      (#""{\"a\":\"{\\\"b\\\":1}\"}\n""#, #"{"a":"{\"b\":1}"}"#),
      (#""\u003cb\u003e \u2028 \ufffd\u000a""#, "<b> \u{2028} \u{FFFD}"), (#""\n""#, ""),
      (#""ends in a backslash \\\n""#, #"ends in a backslash \"#),
      (#""lone \ud800 half\n""#, "lone \u{FFFD} half"),
    ])
  func content(log: String, text: String) {
    for attributes in ["", #""attrs":{"tag":"a/b","n":{"x":"}"}},"#] {
      var times: [String?] = []
      var framer = LineFramer(lineBytesMax: 1000)
      let line = #"{"log":\#(log),"stream":"stdout",\#(attributes)\#(Self.time)}"# + "\n"
      let lines = LineFramerTests.read(line, chunk: 1000, framer: &framer) { times.append($0.runtimeTime?.rfc3339) }
      #expect(lines == [.init(text: text, offset: 0)])
      #expect(times == ["2026-11-20T00:00:00.500Z"])
    }
  }

  @Test("without a line feed go on, stream by stream, beside CRI lines and broken ones", arguments: 1...90)
  func partials(size: Int) {
    let text = """
      {"log":"bb","stream":"stdout",\(Self.time)}
      {"log": "dd \\\\n", "stream": "stderr", \(Self.time)}
      2026-11-20T00:00:00Z stdout P 1a
      "log":"torn\\n","stream":"stdout",\(Self.time)}
      2026-11-20T00:00:00Z stdout F  1b
      {"log":"cc\\n","stream":"stdout",\(Self.time)}
      {"log":" ee\\n","stream":"stderr",\(Self.time)}
      {"log":"open","stream":"stdout",\(Self.time)}

      """
    let lines = LineFramerTests.read(text, chunk: size).map(\.text)
    #expect(lines == ["\"log\":\"torn\\n\",\"stream\":\"stdout\",\(Self.time)}", "1a 1b", "bbcc", #"dd \n ee"#])
  }

  @Test(
    "that are none are lines as they stand",
    arguments: [
      #"{"log":"Hello world","stream":"stdout"}                        "#,
      #"{"log":"Hello world","stream":"stdout","time":123}"#,
      #"{"log":"Hello world","stream":"stdout","time":""}              "#,
      #"{"log":"Hello world","stream":"stdout","time":"qwerty"}"#,
      #"{"log":123,"stream":"stderr","time":"2016-10-05T00:00:30.082640485Z"}"#,
      #"{"log":"a","stream":"stdlog","time":"2016-10-05T00:00:30.082640485Z"}"#,
      #"{"log":"glued {"log":"b\n","stream":"stdout","time":"2016-10-05T00:00:30Z"}"#,
      #"{"log":"a \x","stream":"stdout","time":"2016-10-05T00:00:30Z"}"#, "{}", "{", "123",
    ])
  func others(line: String) {
    #expect(LineFramerTests.read(line + "\n", chunk: 1000) == [.init(text: line, offset: 0)])
  }

  @Test("keep what is open apart by format, and its place finds it again")
  func pending() {
    var framer = LineFramer(lineBytesMax: 1000)
    let first = #"{"log":"bb","stream":"stderr",\#(Self.time)}"# + "\n"
    _ = LineFramerTests.read(first + "2026-11-20T00:00:00Z stderr P a\n", chunk: 1000, isEnd: false, framer: &framer)
    let source = SourceID(1)
    #expect(
      Set(framer.pending) == [
        PendingLine(stream: .stderr, format: .docker, source: source, offset: 0),
        PendingLine(stream: .stderr, format: .cri, source: source, offset: Int64(first.utf8.count)),
      ])
    #expect(framer.pending.allSatisfy { PendingLine(code: Int16($0.code), source: source, offset: $0.offset) == $0 })
  }
}
