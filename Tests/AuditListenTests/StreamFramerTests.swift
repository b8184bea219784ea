import AuditListen
import AuditModel
import Testing

@Suite("The framer of streams")
struct StreamFramerTests {
  private static let noon = RecordTime(rfc3339: "2026-11-25T12:00:00Z")!

  private static func frame(
    _ pieces: [[UInt8]], _ framing: ListenAddress.Framing = .auto, lineBytesMax: Int = 1000, isCut: Bool = false
  ) -> LineBatch {
    var framer = StreamFramer(framing: framing, lineBytesMax: lineBytesMax)
    var batch = LineBatch()
    for piece in pieces { framer.feed(piece.span, now: noon, into: &batch) }
    framer.finish(isCut: isCut, now: noon, into: &batch)
    return batch
  }

  private static func frame(_ text: String, _ framing: ListenAddress.Framing = .auto) -> [String] {
    frame([Array(text.utf8)], framing).texts
  }

  @Test(
    "cuts each kind of message into its lines",
    arguments: [
      ("{\"a\":1}\n{\"a\":2}\r\n\n  {\"a\":3}", ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"]),
      ("<13>1 2026-11-25T10:00:00Z h mcp 1 - - {\"a\":1}\n", ["{\"a\":1}"]),
      ("<13>1 - - - - - [x@1 k=\"a]\\\"b\"][y@2] \u{FEFF}{\"a\":1}\n", ["{\"a\":1}"]),
      ("<13>Nov 25 10:00:00 host mcp[12]: {\"a\":1}\n", ["{\"a\":1}"]),
      ("<13>Nov  5 10:00:00 mcp: {\"a\":1}\n", ["{\"a\":1}"]),
      ("<13>2026-11-25T10:00:00+01:00 host mcp: @cee: {\"a\":1}\n", ["{\"a\":1}"]),
      // Dates that devices write, and dates that are none: the message is the object at the end of the line.
      ("<13>Nov 5 10:00:00 mcp: {\"a\":1}\n", ["{\"a\":1}"]),
      ("<13>Nov 25 2026 10:00:00.123 host mcp: {\"a\":1}\n", ["{\"a\":1}"]),
      ("<13>*Nov 25 10:00:00.123: mcp: {\"a\":1}\n", ["{\"a\":1}"]),
      ("<13>Nov 25 10:00:00 UTC host mcp: {\"a\":1}\n", ["{\"a\":1}"]),
      ("<13>Feb 30 10:00:00 host mcp: {\"a\":1}\n", ["{\"a\":1}"]),
      ("<13>Nov 25 24:00:00 host mcp: {\"a\":1} \n", ["{\"a\":1} "]),
      ("<13>2026-11-25 10:00:00 host mcp: {\"a\":1}\n", ["{\"a\":1}"]),
      ("<13>mcp:{\"a\":1}\n<13>{\"a\":2}\n", ["{\"a\":1}", "{\"a\":2}"]),
      (
        counted("<13>1 - - - - - -") + counted("<13>mcp: {\n\"a\":\n1}\n") + counted("<13>mcp: {\"a\":2}")
          + "\n{\"a\":3}\n",
        ["{\n\"a\":\n1}", "{\"a\":2}", "{\"a\":3}"]
      ),
      ("12 monkeys\n123\n", ["12 monkeys", "123"]),
      ("<999>no syslog\n<13\n", ["<999>no syslog", "<13"]),
      ("99999999999 <13>x\n", ["99999999999 <13>x"]),
    ])
  func cuts(text: String, lines: [String]) {
    #expect(Self.frame(text) == lines)
  }

  /// RFC 6587, 3.4.1.
  private static func counted(_ message: String) -> String { "\(message.utf8.count) \(message)" }

  @Test("takes every line as it stands where NDJSON is meant")
  func ndjson() {
    #expect(Self.frame("<13>1 - - - - - - {}\n5 <13>x\n", .ndjson) == ["<13>1 - - - - - - {}", "5 <13>x"])
  }

  @Test("comes to the same lines however the bytes are torn", arguments: UInt64(1)...200)
  func torn(seed: UInt64) {
    var random = Seeded(seed)
    let messages = [
      "{\"a\":1}\n", "<13>1 2026-11-25T10:00:00Z h mcp 1 - - {\"b\":2}\n", "18 <13>mcp: {\n\"a\":\n1}\n", "7 dwarfs\n",
      "9 <13>a: {}", "\n", "<x\n", String(repeating: "y", count: 300) + "\n",
    ]
    let bytes = (0..<20).flatMap { _ in Array(messages.randomElement(using: &random)!.utf8) }
    var pieces: [[UInt8]] = []
    var at = 0
    while at < bytes.count {
      let end = min(bytes.count, at + Int.random(in: 1...40, using: &random))
      pieces.append(Array(bytes[at..<end]))
      at = end
    }
    let whole = Self.frame([bytes], lineBytesMax: 200)
    let torn = Self.frame(pieces, lineBytesMax: 200)
    #expect(torn.texts == whole.texts)
    #expect(torn.lines == whole.lines)
  }

  @Test("survives any bytes at all, and keeps within its limit", arguments: UInt64(1)...100)
  func hostile(seed: UInt64) {
    var random = Seeded(seed)
    let alphabet = Array("<>0123456789 \n{}\"[]=-:\\@ce\u{0}\r".utf8) + [0xFF, 0xEF, 0xBB, 0xBF]
    let bytes = (0..<2000).map { _ in alphabet.randomElement(using: &random)! }
    let batch = Self.frame([bytes], lineBytesMax: 50)
    #expect(batch.lines.allSatisfy { $0.range.count <= 50 && !$0.range.isEmpty })
  }

  @Test("cuts what is too long, and says so")
  func overlong() {
    let batch = Self.frame(
      [Array("\(String(repeating: "x", count: 30))\n{}\n25 <1>\(String(repeating: "y", count: 22)){}".utf8)],
      lineBytesMax: 20)
    #expect(batch.texts == [String(repeating: "x", count: 20), "{}", String(repeating: "y", count: 17), "{}"])
    #expect(batch.lines.map(\.isCut) == [true, false, true, false])
  }

  @Test("marks the line that its peer left in the middle, and not one that lacks only its newline")
  func leftOpen() {
    #expect(Self.frame([Array("{\"a\":1}".utf8)]).lines.map(\.isCut) == [false])
    #expect(Self.frame([Array("{\"a\":1".utf8)], isCut: true).lines.map(\.isCut) == [true])
    #expect(Self.frame([Array("40 <13>mcp: {\"a\":1".utf8)]).lines.map(\.isCut) == [true])
  }

  @Test(
    "reads the header's time",
    arguments: [
      ("<13>1 2026-11-25T10:00:00.123456+01:00 h a - - - {}", "2026-11-25T09:00:00.123456Z"),
      ("<13>2026-11-25T10:00:00Z h a: {}", "2026-11-25T10:00:00Z"), ("<13>1 - h a - - - {}", nil), ("{}", nil),
    ])
  func time(text: String, expected: String?) {
    #expect(Self.frame([Array(text.utf8)]).lines.map { $0.time?.rfc3339 } == [expected])
  }

  @Test("reads what RFC 3164's time may have besides: a year, a fraction, a zone")
  func fullTime() {
    let texts = ["<13>Nov 25 2019 10:00:00.25 UTC h a: {}", "<13>*Nov  5 2019 10:00:00 GMT: a: {}"]
    #expect(
      texts.map { Self.frame([Array($0.utf8)]).lines.first?.time?.rfc3339 } == [
        "2019-11-25T10:00:00.250Z", "2019-11-05T10:00:00Z",
      ])
  }

  @Test("finds the year that RFC 3164 leaves out by what is near")
  func year() throws {
    let line = Array("<13>Dec 31 23:59:58 h a: {}".utf8)
    let newYear = try #require(RecordTime(rfc3339: "2027-01-01T00:00:05Z"))
    var batch = LineBatch()
    var framer = StreamFramer(framing: .auto, lineBytesMax: 100)
    framer.feed(line.span, now: newYear, into: &batch)
    framer.finish(isCut: false, now: newYear, into: &batch)
    let time = try #require(batch.lines.first?.time)
    // Local time, so within a day.
    #expect(abs(time.nanoseconds - newYear.nanoseconds) < 86_400_000_000_000)
  }
}

extension LineBatch {
  var texts: [String] { lines.map { String(decoding: bytes[$0.range], as: UTF8.self) } }
}

/// SplitMix64: the same numbers for the same seed.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
