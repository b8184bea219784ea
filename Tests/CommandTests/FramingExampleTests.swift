import AuditModel
import Foundation
import Testing

@testable import audittail

@Suite("The examples of each framing")
struct FramingExampleTests {
  private static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Normalizing.schemas.appending(path: "examples/framing-\(name)")))
  }

  /// File, the name that `--from` gives it, and the tools of its records in their order.
  private static let examples: [(file: String, framing: InputFraming, tools: [String])] = [
    ("cri.valid.log", .cri, ["whole", "between", "joined", "closed", "untimed", "unfinished"]),
    ("docker.valid.log", .docker, ["whole", "between", "joined", "untimed", "ünïcödé \u{2028}", "unfinished"]),
    (
      "syslog.valid.log", .syslog,
      [
        "structured_data", "all_nil", "mark_and_zone", "cookie", "bsd", "bsd_one_digit_day", "bsd_rfc3339",
        "no_time_no_host", "priority_alone", "no_header",
      ]
    ),
    ("syslog-counted.valid.bin", .syslog, ["counted", "counted_bsd"]),
    (
      "forward.valid.msgpack", .forward,
      [
        "message", "tailed", "forward_1", "forward_2", "packed_1", "packed_2", "packed_again", "compressed_1",
        "compressed_2", "with_metadata",
      ]
    ),
    ("otlp.valid.pb", .otlp, ["first", "second"]), ("otlp.valid.log", .otlp, ["first", "second"]),
  ]

  @Test("become records by its name and unnamed, in pieces of any size", arguments: examples)
  func valid(file: String, framing: InputFraming, tools: [String]) throws {
    let schema = try SchemaCheck(Normalizing.schemas.appending(path: "record.v1.json"))
    let bytes = try Self.bytes(file)
    let named = try Normalizing.text(bytes, from: framing)
    let lines = try Normalizing.lines(bytes, from: framing)
    #expect(lines.map { $0["tool"] as? String } == tools, "\(named)")
    for line in lines { #expect(schema.faults(line).isEmpty, "\(schema.faults(line)): \(line)") }
    let unnamed = try Normalizing.text(bytes)
    #expect(Self.withoutPlaces(unnamed) == Self.withoutPlaces(named))
    for size in [1, 2, 3, 7, 64, 1000] {
      #expect(try Normalizing.text(bytes, chunk: size, from: framing) == named, "in pieces of \(size)")
      #expect(try Normalizing.text(bytes, chunk: size) == unnamed, "unnamed, in pieces of \(size)")
    }
  }

  /// A place in a stream of messages is counted otherwise than one in a file of lines.
  private static func withoutPlaces(_ text: String) -> String { text.replacing(/"offset":[0-9]+/, with: "") }

  @Test("keep the framing's time where the line has none")
  func times() throws {
    func times(_ file: String, _ tool: String) throws -> [String?] {
      try Normalizing.lines(Self.bytes(file)).filter { $0["tool"] as? String == tool }.map { $0["time"] as? String }
    }
    #expect(try times("cri.valid.log", "untimed") == ["2026-11-25T14:41:54Z"])
    #expect(try times("docker.valid.log", "untimed") == ["2026-11-25T14:41:54.500Z"])
    #expect(try times("syslog.valid.log", "mark_and_zone") == ["2026-11-25T13:41:54.500Z"])
    #expect(try times("syslog.valid.log", "bsd_rfc3339") == ["2026-11-25T13:41:54.500Z"])
    #expect(try times("forward.valid.msgpack", "message") == ["2026-11-25T14:41:54Z"])
    for tool in ["forward_2", "packed_1", "compressed_1", "with_metadata"] {
      #expect(try times("forward.valid.msgpack", tool) == ["2026-11-25T14:41:54.500Z"])
    }
  }

  @Test("that are none are rejected line by line", arguments: [("cri", 4), ("docker", 4), ("syslog", 5)])
  func invalid(framing: String, count: Int) throws {
    let lines = try Normalizing.lines(Self.bytes("\(framing).invalid.log"))
    #expect(lines.count == count && lines.allSatisfy { Normalizing.reason($0) != nil }, "\(lines)")
    #expect(lines.map { ($0["rejected"] as? [String: Any])?["line"] as? Int } == Array(1...count))
  }

  @Test("of Forward are read up to what is none")
  func invalidForward() throws {
    var filter = NormalizeFilter(
      tenant: .unnamed, configuration: try Normalizing.configuration(), policy: Normalizing.policy, from: .forward)
    let failure = #expect(throws: CommandFailure.self) {
      try filter.take(try Self.bytes("forward.invalid.msgpack"), isAtEnd: true)
    }
    #expect(failure?.status == .noInput && failure?.description.contains("from byte") == true)
    let output = String(decoding: filter.takeOutput(), as: UTF8.self).split(separator: "\n")
    #expect(output.count == 2 && output[0].contains("\"before\"") && output[1].contains("\"reason\":"), "\(output)")
  }

  @Test("of OTLP that are torn are an error under their name")
  func invalidOTLP() throws {
    let bytes = try Self.bytes("otlp.invalid.pb")
    #expect(throws: CommandFailure.self) { try Normalizing.text(bytes, from: .otlp) }
  }

  @Test("A byte order mark before a line says nothing")
  func mark() throws {
    let line = #"{"timestamp":"2026-11-25T14:41:54Z","tool":"list"}"# + "\n"
    #expect(
      try Normalizing.lines("\u{FEFF}" + line + "\u{FEFF}" + line).map { $0["tool"] as? String } == ["list", "list"])
  }

  @Test("What a syslog daemon writes into files has its header taken off, and is kept whole where it is no record")
  func syslogFile() throws {
    let lines = try Normalizing.lines(
      """
      Nov 25 10:00:00 host app[123]: {"timestamp":"2026-11-25T14:41:54Z","tool":"bsd"}
      2026-11-25T10:00:00.5+01:00 host app[123]: {"tool":"iso"}
      Nov 25 10:00:00 host app[123]: Listening

      """)
    #expect(lines.map { $0["tool"] as? String } == ["bsd", "iso", nil])
    #expect(lines[1]["time"] as? String == "2026-11-25T09:00:00.500Z")
    let rejected = try #require(lines[2]["rejected"] as? [String: Any])
    #expect(rejected["text"] as? String == "Nov 25 10:00:00 host app[123]: Listening")
  }
}
