package import AuditModel
import JSON

/// Cuts the bytes of one lineage of log files into lines: a CRI runtime's line, one of docker's json-file driver or a plain one,
/// decided line by line, with partial lines joined format by format and stream by stream, also over a change of files.
///
/// It is a value without I/O. The caller hands in a chunk and where it lies in its source; what is left over (a line without its
/// end) is not kept here but handed in again with more behind it: the file is the buffer. Only fragments of partial lines are
/// held, at most `lineBytesMax` a stream; a longer line is followed to its end and reported as too long with its beginning.
package struct LineFramer: Sendable {
  private struct Partial: Sendable {
    var bytes: [UInt8] = []
    var byteCount = 0
    var offset: Int64 = 0
    var source = SourceID(0)
    var time: RecordTime?
    var isOpen = false
  }

  private struct LongLine: Sendable {
    var beginning: [UInt8]
    var byteCount: Int
    let offset: Int64
    let source: SourceID
  }

  private let lineBytesMax: Int
  /// Whose words are taken off; a line of any other format is a line as it stands.
  private let formats: Set<PartialFormat>
  /// By `PendingLine.code`.
  private var partials = [Partial](repeating: Partial(), count: 4)
  /// For docker's lines; only there while a chunk has some.
  private var tape: JSONTape?
  private var longLine: LongLine?

  package init(lineBytesMax: Int, formats: Set<PartialFormat> = [.cri, .docker]) {
    self.lineBytesMax = lineBytesMax
    self.formats = formats
  }

  /// The lines that have begun and not ended; with these places a restarted collector finds their fragments again.
  package var pending: [PendingLine] {
    partials.indices.compactMap { code in
      let partial = partials[code]
      return partial.isOpen ? PendingLine(code: Int16(code), source: partial.source, offset: partial.offset) : nil
    }
  }

  /// Whether a line beyond the limit is being followed to its end.
  package var isFollowing: Bool { longLine != nil }

  /// How far the source may be committed when `offset` was consumed: not into a line that is still being followed to its end.
  package func committable(_ offset: Int64) -> Int64 { longLine?.offset ?? offset }

  /// Reads what a chunk holds.
  /// - Parameters:
  ///   - chunk: bytes of `source` from `offset` on, beginning where the last call stopped.
  ///   - isEnd: no byte will ever follow, so an unfinished last line is a line too.
  /// - Returns: how many bytes of the chunk are done with; the rest is the beginning of a line.
  package mutating func consume(
    _ chunk: Span<UInt8>, at offset: Int64, source: SourceID, isEnd: Bool,
    _ body: (Span<UInt8>, FramedLine) throws -> Void
  ) rethrows -> Int {
    defer { tape = nil }
    var at = 0
    while at < chunk.count {
      guard let newline = chunk.firstNewline(from: at) else { break }
      try line(chunk.extracting(at..<newline), at: offset + Int64(at), source: source, isWhole: true, body)
      at = newline + 1
    }
    if at < chunk.count, isEnd {
      try line(chunk.extracting(at..<chunk.count), at: offset + Int64(at), source: source, isWhole: false, body)
      at = chunk.count
    } else if chunk.count - at > lineBytesMax + Self.framingBytesMax || longLine != nil {
      follow(chunk.extracting(at..<chunk.count), at: offset + Int64(at), source: source)
      at = chunk.count
    }
    if isEnd, let long = longLine {
      longLine = nil
      try end(long, more: 0, isWhole: false, body)
    }
    return at
  }

  /// Room for the runtime's own words before the content.
  private static let framingBytesMax = 128

  /// Ends every partial line whose closing fragment will not come: its container is gone.
  package mutating func close(_ body: (Span<UInt8>, FramedLine) throws -> Void) rethrows {
    for code in partials.indices { try Self.emit(&partials[code], ending: .cut, max: lineBytesMax, body) }
  }

  /// Forgets the partial lines: the places of others are about to be read instead.
  package mutating func forgetPending() {
    for code in partials.indices { partials[code] = Partial() }
  }

  /// Reads again the fragments of one partial line: of the chunk only those count, and nothing is reported.
  package mutating func recall(_ chunk: Span<UInt8>, at offset: Int64, source: SourceID, as pending: PendingLine) -> Int
  {
    defer { tape = nil }
    var at = 0
    while at < chunk.count, let newline = chunk.firstNewline(from: at) {
      fragment(of: chunk.extracting(at..<newline)) { framer, fragment, content in
        if fragment.code == Int(pending.code), fragment.isPartial {
          framer.join(content, fragment, at: offset + Int64(at), source: source)
        }
      }
      at = newline + 1
    }
    return at
  }

  /// What a runtime says of a line or a piece of one.
  private struct Fragment {
    /// `PendingLine.code`.
    let code: Int
    let isPartial: Bool
    let time: RecordTime?
  }

  /// Takes a runtime's words off a line.
  /// - Returns: nil where no runtime wrote it.
  private mutating func fragment<Result>(
    of line: Span<UInt8>, _ body: (inout LineFramer, Fragment, Span<UInt8>) throws -> Result
  ) rethrows -> Result? {
    if formats.contains(.cri), let cri = CRILine(line) {
      let fragment = Fragment(
        code: Int(cri.stream.rawValue), isPartial: cri.isPartial, time: CRILine.time(of: line))
      return try body(&self, fragment, line.extracting(cri.contentStart..<line.count))
    }
    guard formats.contains(.docker), DockerLine.looksLikeOne(line) else { return nil }
    if tape == nil { tape = JSONTape(depthMax: 8, tokensMax: Self.dockerTokensMax) }
    guard var tape else { return nil }
    self.tape = nil
    let docker = DockerLine(line, tape: &tape)
    self.tape = tape
    guard let docker else { return nil }
    var content: [UInt8] = []
    docker.appendContent(of: line, to: &content)
    let code = Int(PartialFormat.docker.rawValue << 1 | docker.stream.rawValue)
    return try body(&self, Fragment(code: code, isPartial: docker.isPartial, time: docker.time), content.span)
  }

  /// Of a line of docker's; its labels are the only ones that can be many.
  private static let dockerTokensMax = 1024

  private mutating func line(
    _ line: Span<UInt8>, at offset: Int64, source: SourceID, isWhole: Bool,
    _ body: (Span<UInt8>, FramedLine) throws -> Void
  ) rethrows {
    if let long = longLine {
      longLine = nil
      return try end(long, more: line.count, isWhole: isWhole, body)
    }
    let isRuntimes: Void? = try fragment(of: line) { framer, fragment, content in
      try framer.take(content, fragment, at: offset, source: source, isWhole: isWhole, body)
    }
    if isRuntimes == nil { try emit(line, at: offset, source: source, isWhole: isWhole, body) }
  }

  private mutating func take(
    _ content: Span<UInt8>, _ fragment: Fragment, at offset: Int64, source: SourceID, isWhole: Bool,
    _ body: (Span<UInt8>, FramedLine) throws -> Void
  ) rethrows {
    if !fragment.isPartial, !partials[fragment.code].isOpen {
      return try emit(content, at: offset, source: source, isWhole: isWhole, time: fragment.time, body)
    }
    join(content, fragment, at: offset, source: source)
    if fragment.isPartial { return }
    try Self.emit(&partials[fragment.code], ending: isWhole ? .whole : .cut, max: lineBytesMax, body)
  }

  private func emit(
    _ content: Span<UInt8>, at offset: Int64, source: SourceID, isWhole: Bool, time: RecordTime? = nil,
    _ body: (Span<UInt8>, FramedLine) throws -> Void
  ) rethrows {
    let ending = isWhole ? FramedLine.Ending.whole : .cut
    let framed = FramedLine(
      offset: offset, source: source, byteCount: content.count,
      ending: content.count > lineBytesMax ? .tooLong : ending, runtimeTime: time)
    try body(content, framed)
  }

  private mutating func join(_ content: Span<UInt8>, _ fragment: Fragment, at offset: Int64, source: SourceID) {
    Self.join(&partials[fragment.code], content, fragment, at: offset, source: source, max: lineBytesMax)
  }

  private static func join(
    _ partial: inout Partial, _ content: Span<UInt8>, _ fragment: Fragment, at offset: Int64, source: SourceID, max: Int
  ) {
    if !partial.isOpen {
      partial.isOpen = true
      partial.offset = offset
      partial.source = source
      partial.time = fragment.time
    }
    partial.byteCount += content.count
    let room = Swift.max(0, max - partial.bytes.count)
    partial.bytes.append(span: content.extracting(0..<min(content.count, room)))
  }

  private static func emit(
    _ partial: inout Partial, ending: FramedLine.Ending, max: Int, _ body: (Span<UInt8>, FramedLine) throws -> Void
  ) rethrows {
    guard partial.isOpen else { return }
    let framed = FramedLine(
      offset: partial.offset, source: partial.source, byteCount: partial.byteCount,
      ending: partial.byteCount > max ? .tooLong : ending, runtimeTime: partial.time)
    partial.isOpen = false
    partial.byteCount = 0
    try body(partial.bytes.span, framed)
    partial.bytes.removeAll(keepingCapacity: partial.bytes.capacity <= Self.keptCapacityMax)
  }

  /// A buffer that one huge line needed is given back.
  private static let keptCapacityMax = 64 << 10

  private mutating func follow(_ piece: Span<UInt8>, at offset: Int64, source: SourceID) {
    if longLine == nil {
      var beginning: [UInt8] = []
      beginning.append(span: piece.extracting(0..<min(piece.count, Self.keptCapacityMax)))
      longLine = LongLine(beginning: beginning, byteCount: 0, offset: offset, source: source)
    }
    longLine?.byteCount += piece.count
  }

  /// Ends the line that was followed. A runtime's fragment goes the way of every fragment: it belongs to its stream's line.
  private mutating func end(
    _ long: LongLine, more: Int, isWhole: Bool, _ body: (Span<UInt8>, FramedLine) throws -> Void
  ) rethrows {
    let head = long.beginning.span
    let byteCount = long.byteCount + more
    guard formats.contains(.cri), let cri = CRILine(head) else {
      let framed = FramedLine(
        offset: long.offset, source: long.source, byteCount: byteCount, ending: .tooLong, runtimeTime: nil)
      return try body(head, framed)
    }
    let code = Int(cri.stream.rawValue)
    let fragment = Fragment(code: code, isPartial: cri.isPartial, time: CRILine.time(of: head))
    join(head.extracting(cri.contentStart..<head.count), fragment, at: long.offset, source: long.source)
    partials[code].byteCount += byteCount - head.count
    if cri.isPartial, isWhole { return }
    try Self.emit(&partials[code], ending: .tooLong, max: lineBytesMax, body)
  }
}
