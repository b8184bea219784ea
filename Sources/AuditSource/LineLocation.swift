package import AuditModel

/// Where a line of a log file lies, and which joined line it became part of.
package struct LineLocation: Sendable, Hashable {
  /// Counted from 1, as editors do.
  package let number: Int
  /// Of its first byte.
  package let offset: Int64
  /// With the runtime's words, without the line feed.
  package let byteCount: Int
  package let isBlank: Bool
  /// The first byte of the line that it is part of; its own where it was not cut into pieces.
  package var start: Int64
  package var startNumber: Int
  /// After the last byte of the line that it is part of; nil where that does not end in this file.
  package var end: Int64?
  /// Of a container's line.
  package let stream: OutputStream?
  /// Nothing of the stream stands before it in this file, so it may go on from the file before.
  package let mayContinue: Bool
}

/// Finds a line in the bytes of a log file, by reading it from its beginning as a collector does.
package struct LineFinder {
  /// Reads from an offset of the plain text on into the buffer, as many bytes as are wanted; returns how many there were, 0 at the end.
  package typealias Reader = (_ offset: Int64, _ buffer: inout [UInt8], _ count: Int) throws -> Int

  /// Why a line cannot be told.
  package enum Failure: Error, Sendable, Hashable {
    /// The file has fewer lines.
    case beyondEnd(lines: Int)
    /// A line before it, or itself, is longer than can be looked at.
    case tooLong(line: Int)
  }

  private let lineBytesMax: Int
  private var lines: LineBuffer

  package init(lineBytesMax: Int, read: @escaping Reader) {
    self.lineBytesMax = lineBytesMax
    lines = LineBuffer(read: read)
  }

  /// - Parameter number: counted from 1.
  package mutating func find(_ number: Int) throws -> LineLocation {
    var framer = LineFramer(lineBytesMax: lineBytesMax)
    var firsts: [OutputStream: Int64] = [:]
    var starts: [Int64: Int] = [:]
    var found: LineLocation?
    var line = 0
    while let range = try lines.next(line + 1) {
      line += 1
      let offset = lines.start + Int64(range.lowerBound)
      let end = offset + Int64(range.count)
      let stream = Self.stream(of: lines.bytes.span.extracting(range))
      if let stream, firsts[stream] == nil { firsts[stream] = offset }
      let ended = Self.feed(&framer, lines, range, at: offset)
      for pending in framer.pending where starts[pending.offset] == nil { starts[pending.offset] = line }
      if let wanted = found {
        if ended.contains(wanted.start) { return wanted.ending(at: end) }
      } else if line < number {
        for start in ended { starts[start] = nil }
      } else {
        let (start, isWhole) = Self.start(of: offset, stream, ended, framer.pending)
        let location = LineLocation(
          number: line, offset: offset, byteCount: range.count,
          isBlank: Self.isBlank(lines.bytes.span.extracting(range)), start: start, startNumber: starts[start] ?? line,
          end: isWhole ? end : nil, stream: stream, mayContinue: stream.map { firsts[$0] == start } ?? false)
        if isWhole { return location }
        found = location
      }
    }
    if let found { return found }
    throw Failure.beyondEnd(lines: line)
  }

  /// - Returns: where the lines begin that ended with this one.
  private static func feed(
    _ framer: inout LineFramer, _ lines: LineBuffer, _ range: Range<Int>, at offset: Int64
  ) -> [Int64] {
    var ended: [Int64] = []
    let isWhole = range.upperBound < lines.bytes.count
    let bytes = lines.bytes.span.extracting(range.lowerBound..<(isWhole ? range.upperBound + 1 : range.upperBound))
    _ = framer.consume(bytes, at: offset, source: SourceID(0), isEnd: !isWhole) { _, framed in
      ended.append(framed.offset)
    }
    return ended
  }

  private static func start(
    of offset: Int64, _ stream: OutputStream?, _ ended: [Int64], _ pending: [PendingLine]
  ) -> (Int64, isWhole: Bool) {
    if ended.contains(offset) { return (offset, true) }
    if let last = ended.last { return (last, true) }
    let own = pending.first { $0.offset == offset } ?? pending.first { $0.stream == stream } ?? pending.first
    return (own?.offset ?? offset, own == nil)
  }

  /// The stream of a container runtime's line, CRI's or docker's.
  private static func stream(of line: Span<UInt8>) -> OutputStream? {
    if let cri = CRILine(line) { return cri.stream }
    guard line.count > 8, line[0] == UInt8(ascii: "{") else { return nil }
    for stream in OutputStream.allCases where contains(line, Array("\"stream\":\"\(stream.name)\"".utf8)) {
      return stream
    }
    return nil
  }

  private static func contains(_ line: Span<UInt8>, _ words: [UInt8]) -> Bool {
    guard line.count >= words.count else { return false }
    // Docker writes the stream after the text.
    for start in (0...line.count - words.count).reversed() {
      if words.indices.allSatisfy({ line[start + $0] == words[$0] }) { return true }
    }
    return false
  }

  private static func isBlank(_ line: Span<UInt8>) -> Bool {
    let start = CRILine(line)?.contentStart ?? 0
    for index in start..<line.count where line[index] != 0x20 && line[index] != 0x09 && line[index] != 0x0D {
      return false
    }
    return true
  }
}

extension LineLocation {
  fileprivate func ending(at end: Int64) -> Self {
    var copy = self
    copy.end = end
    return copy
  }
}

/// The part of a file in which lines are looked for.
private struct LineBuffer {
  /// A longer line is not looked at.
  private static let lineBytesMax = 256 << 20
  private static let chunkBytes = 1 << 20

  let read: LineFinder.Reader
  private(set) var bytes: [UInt8] = []
  /// Where the first of them lies in the file.
  private(set) var start: Int64 = 0
  private var at = 0
  private var isAtEnd = false

  init(read: @escaping LineFinder.Reader) { self.read = read }

  /// The next line's place in `bytes`; nil at the end.
  mutating func next(_ number: Int) throws -> Range<Int>? {
    var searched = 0
    while true {
      if let newline = bytes.span.firstNewline(from: at + searched) {
        defer { at = newline + 1 }
        return at..<newline
      }
      searched = bytes.count - at
      if isAtEnd {
        defer { at = bytes.count }
        return at < bytes.count ? at..<bytes.count : nil
      }
      guard searched <= Self.lineBytesMax else { throw LineFinder.Failure.tooLong(line: number) }
      try fill()
    }
  }

  private mutating func fill() throws {
    var more: [UInt8] = []
    let count = try read(start + Int64(bytes.count), &more, max(Self.chunkBytes, bytes.count - at))
    bytes.removeFirst(at)
    bytes += more.prefix(count)
    start += Int64(at)
    at = 0
    isAtEnd = count == 0
  }
}
