import AuditModel
import AuditSource
import Testing

@Suite("A line of a log file")
struct LineFinderTests {
  private static let time = "2026-11-20T00:00:00.000000001Z"

  /// - Parameter piece: how much is read at once.
  private func find(_ number: Int, in text: String, piece: Int = 7) throws -> LineLocation {
    let bytes = Array(text.utf8)
    var finder = LineFinder(lineBytesMax: 1 << 20) { offset, buffer, count in
      buffer = Array(bytes.dropFirst(Int(offset)).prefix(min(piece, count)))
      return buffer.count
    }
    return try finder.find(number)
  }

  @Test("is found by its number, whatever is read at once", arguments: [1, 7, 1000])
  func plain(piece: Int) throws {
    let text = "one\n\ntwo words\nlast"
    for (number, offset, count, isBlank) in [(1, 0, 3, false), (2, 4, 0, true), (3, 5, 9, false), (4, 15, 4, false)] {
      let line = try find(number, in: text, piece: piece)
      #expect(line.offset == Int64(offset) && line.byteCount == count && line.isBlank == isBlank)
      #expect(line.start == line.offset && line.end == line.offset + Int64(count))
    }
    #expect(throws: LineFinder.Failure.beyondEnd(lines: 4)) { try find(5, in: text, piece: piece) }
    #expect(throws: LineFinder.Failure.beyondEnd(lines: 0)) { try find(1, in: "") }
  }

  @Test("that is a piece of a longer one tells where that begins and ends, stream by stream")
  func pieces() throws {
    let lines = [
      "stdout F whole", "stdout P a", "stderr P x", "stdout P b", "stderr F y", "stdout F c", "stdout P open",
    ]
    let text = lines.map { "\(Self.time) \($0)\n" }.joined()
    let offsets = lines.indices.map { index in
      lines[..<index].reduce(0) { $0 + $1.utf8.count + Self.time.utf8.count + 2 }
    }
    for (number, first, last) in [(1, 1, 1), (2, 2, 6), (3, 3, 5), (4, 2, 6), (5, 3, 5), (6, 2, 6), (7, 7, nil)] {
      let line = try find(number, in: text, piece: 50)
      #expect(line.start == Int64(offsets[first - 1]) && line.startNumber == first, "line \(number)")
      let end = last.map { Int64(offsets[$0 - 1] + lines[$0 - 1].utf8.count + Self.time.utf8.count + 1) }
      #expect(line.end == end, "line \(number)")
    }
  }

  @Test("that is the first of its stream may go on from the file before")
  func continuation() throws {
    let text = "\(Self.time) stdout F rest\n\(Self.time) stderr F own\n\(Self.time) stdout F next\n"
    #expect(try find(1, in: text).mayContinue && find(2, in: text).mayContinue)
    #expect(try !find(3, in: text).mayContinue && !find(1, in: "plain\n").mayContinue)
  }
}
