import AuditModel
import AuditSource
import Testing

@Suite("The framer of log lines")
struct LineFramerTests {
  struct Line: Equatable, CustomStringConvertible {
    var text: String
    var offset: Int64
    var ending: FramedLine.Ending = .whole
    var source: Int32 = 1
    var description: String { "\(source)@\(offset) \(ending): \(text.prefix(60))" }
  }

  private static let time = "2026-11-20T00:00:00.000000001Z"
  private static let mixed =
    "plain\n\(time) stdout F full\n\n\(time) stdout P ab\n\(time) stderr F err\n\(time) stdout P:X cd\n\(time) stdout F \n"
    + "\(time) stdlog F odd\n2026-11-20T00:00:00-10:00 stderr F  blank first\ntail"

  @Test("joins partial lines stream by stream, decides line by line, and knows where each began", arguments: 1...80)
  func chunks(size: Int) {
    let expected = [
      Line(text: "plain", offset: 0), Line(text: "full", offset: 6), Line(text: "", offset: 51),
      Line(text: "err", offset: 95), Line(text: "abcd", offset: 52),
      Line(text: "\(Self.time) stdlog F odd", offset: 225),
      Line(text: " blank first", offset: 269), Line(text: "tail", offset: 317, ending: .cut),
    ]
    #expect(Self.read(Self.mixed, chunk: size) == expected, "chunk size \(size)")
  }

  @Test("can be stopped and started again at any chunk without losing or repeating a line", arguments: 1...80)
  func restarts(size: Int) {
    #expect(Self.read(Self.mixed, chunk: size, restartEveryChunk: true) == Self.read(Self.mixed, chunk: 1000))
  }

  @Test("reports a line beyond the limit once, with its beginning and its whole length")
  func tooLong() {
    let long = String(repeating: "x", count: 5000)
    for text in ["a\n\(long)\nb\n", "a\n\(Self.time) stdout F \(long)\nb\n"] {
      var lengths: [Int] = []
      var framer = LineFramer(lineBytesMax: 1000)
      let lines = Self.read(text, chunk: 300, framer: &framer) { lengths.append($0.byteCount) }
      #expect(lines.map(\.ending) == [.whole, .tooLong, .whole])
      #expect(lengths == [1, 5000, 1])
      #expect(lines[1].text.allSatisfy { $0 == "x" } && lines[1].text.utf8.count >= 1000)
    }
  }

  @Test("counts fragments beyond the limit without keeping them")
  func tooLongFragments() {
    let fragment = "\(Self.time) stdout P \(String(repeating: "y", count: 400))\n"
    let text = String(repeating: fragment, count: 10) + "\(Self.time) stdout F end\nnext\n"
    var lengths: [Int] = []
    var framer = LineFramer(lineBytesMax: 1000)
    let lines = Self.read(text, chunk: 333, framer: &framer) { lengths.append($0.byteCount) }
    #expect(lines.map(\.ending) == [.tooLong, .whole])
    #expect(lengths == [4003, 4])
    #expect(lines[0].text.utf8.count == 1000)
  }

  @Test("carries a line that a rotation cut into the next file")
  func rotation() {
    var framer = LineFramer(lineBytesMax: 1000)
    var lines = Self.read("\(Self.time) stdout P ab\n", chunk: 100, isEnd: false, framer: &framer)
    #expect(framer.pending == [PendingLine(stream: .stdout, source: SourceID(1), offset: 0)])
    lines += Self.read("\(Self.time) stderr F e\n\(Self.time) stdout F cd\n", chunk: 100, source: 2, framer: &framer)
    #expect(lines == [Line(text: "e", offset: 0, source: 2), Line(text: "abcd", offset: 0)])
    #expect(framer.pending.isEmpty)
  }

  @Test("ends the open line of a dead container once, marked as cut")
  func close() {
    var framer = LineFramer(lineBytesMax: 1000)
    _ = Self.read("\(Self.time) stdout P ab\n", chunk: 100, isEnd: false, framer: &framer)
    var lines: [Line] = []
    for _ in 0..<2 {
      framer.close { content, line in
        lines.append(Line(text: textOf(content), offset: line.offset, ending: line.ending))
      }
    }
    #expect(lines == [Line(text: "ab", offset: 0, ending: .cut)])
  }

  @Test("reads the runtime's time with its offset")
  func runtimeTime() {
    var framer = LineFramer(lineBytesMax: 1000)
    var times: [String?] = []
    _ = Self.read("2026-11-20T00:00:00.5-10:00 stdout F x\nplain\n", chunk: 100, framer: &framer) {
      times.append($0.runtimeTime?.rfc3339)
    }
    #expect(times == ["2026-11-20T10:00:00.5Z", nil])
  }

  static func read(_ text: String, chunk: Int, restartEveryChunk: Bool = false) -> [Line] {
    var framer = LineFramer(lineBytesMax: 1000)
    return read(text, chunk: chunk, framer: &framer, restartEveryChunk: restartEveryChunk)
  }

  /// Reads as a collector does: what is left over is handed in again with more behind it.
  static func read(
    _ text: String, chunk: Int, source: Int32 = 1, isEnd: Bool = true, framer: inout LineFramer,
    restartEveryChunk: Bool = false, note: (FramedLine) -> Void = { _ in }
  ) -> [Line] {
    let bytes = Array(text.utf8)
    var lines: [Line] = []
    var at = 0
    var end = 0
    repeat {
      end = min(bytes.count, end + chunk)
      let isLast = end == bytes.count
      let consumed = framer.consume(
        bytes.span.extracting(at..<end), at: Int64(at), source: SourceID(source), isEnd: isEnd && isLast
      ) { content, line in
        note(line)
        lines.append(
          Line(text: textOf(content), offset: line.offset, ending: line.ending, source: line.source.number))
      }
      at += consumed
      if restartEveryChunk { framer = restarted(framer, bytes, at, source) }
    } while end < bytes.count
    return lines
  }

  /// What a new process has: the committed position and the places of the open lines.
  private static func restarted(_ framer: LineFramer, _ bytes: [UInt8], _ at: Int, _ source: Int32) -> LineFramer {
    var next = LineFramer(lineBytesMax: 1000)
    for pending in framer.pending {
      _ = next.recall(
        bytes.span.extracting(Int(pending.offset)..<at), at: pending.offset, source: SourceID(source), as: pending)
    }
    #expect(next.pending == framer.pending)
    return next
  }
}

private func textOf(_ span: Span<UInt8>) -> String {
  span.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
}
