package import AuditModel

/// Whole lines that an earlier run read and that wait for others: a call without its response, half a document. Nothing of them is kept
/// but their places, so they are read again before anything else is.
extension Lineage {
  /// Lines to be read again, and the file in hand: what lies before where it stands was read.
  struct Again {
    let lines: [PendingLine]
    let file: TailedFile
  }

  /// Whether `readAgain` has something to do: a file was begun of which an earlier run had lines open.
  package var hasLinesToReadAgain: Bool { again != nil }

  /// Takes note of what a file that begins has open. Of several files the newest one says it.
  /// - Returns: whether there is something.
  func noteAgain(_ head: TailedFile) -> Bool {
    guard let recalled = head.recalled, !queue.dropFirst().contains(where: { $0.recalled != nil }) else { return false }
    let lines = recalled.filter(\.isWhole)
    if lines.isEmpty { return false }
    again = Again(lines: lines, file: head)
    return true
  }

  /// Reads the lines again, in their order. Whoever takes them has to forget first what is open.
  /// - Parameter body: returns whether the lines behind this one belong to it.
  /// - Returns: a span without a byte, to go on from.
  package func readAgain(
    _ buffer: inout [UInt8], _ body: (Span<UInt8>, FramedLine) -> Bool
  ) throws(LogFile.OpenError) -> SourceSpan? {
    guard let again else { return nil }
    for line in again.lines {
      if try !read(line, upTo: again.file, &buffer, body) { loseWhole(line) }
    }
    self.again = nil
    return standing(in: again.file)
  }

  /// Where the file that is being read stands, as a span without a byte; nil where nothing of it was read.
  package var standing: SourceSpan? {
    guard let head = queue.first, head.hasBegun, head.offset > 0 else { return nil }
    return standing(in: head)
  }

  private func standing(in file: TailedFile) -> SourceSpan {
    let place = SourcePosition(framer.committable(file.offset))
    return SourceSpan(
      source: file.source.id, from: place, to: place, lines: 0, pending: framer.pending, lastBlock: file.lastBlock)
  }

  /// - Returns: whether the line is there.
  private func read(
    _ line: PendingLine, upTo last: TailedFile, _ buffer: inout [UInt8], _ body: (Span<UInt8>, FramedLine) -> Bool
  ) throws(LogFile.OpenError) -> Bool {
    var reading = Reading(line: line, framer: LineFramer(lineBytesMax: lineBytesMax))
    // A rotation may have cut it, so it may go through whole files.
    let after =
      line.source == last.source.id ? [] : sources(between: line.source, and: last.source.id) + [last.source.id]
    for source in [line.source] + after where reading.goesOn {
      guard let log = source == last.source.id ? last.file : open(source) else {
        if source == line.source { return false }
        continue
      }
      let from = source == line.source ? line.offset : 0
      try read(log, source, from..<max(from, source == last.source.id ? last.offset : .max), &reading, &buffer, body)
    }
    return reading.isFound
  }

  /// One line on its way through its files.
  private struct Reading {
    let line: PendingLine
    var framer: LineFramer
    var isFound = false
    var goesOn = true
  }

  private func read(
    _ log: LogFile, _ source: SourceID, _ range: Range<Int64>, _ reading: inout Reading, _ buffer: inout [UInt8],
    _ body: (Span<UInt8>, FramedLine) -> Bool
  ) throws(LogFile.OpenError) {
    var at = range.lowerBound
    // Lines are short as a rule; a long one gets more room.
    var wanted = 64 << 10
    while at < range.upperBound, reading.goesOn {
      let count = try log.read(at: at, into: &buffer, count: Int(min(Int64(wanted), range.upperBound - at)))
      let isEnd = count < wanted
      let (line, found, more) = (reading.line, reading.isFound, reading.goesOn)
      var (isFound, goesOn) = (found, more)
      let consumed = reading.framer.consume(
        buffer.span.extracting(0..<count), at: at, source: source, isEnd: isEnd && count > 0
      ) { bytes, framed in
        guard goesOn else { return }
        isFound = isFound || framed.offset == line.offset && framed.source == line.source
        if isFound { goesOn = body(bytes, framed) }
      }
      (reading.isFound, reading.goesOn) = (isFound, goesOn)
      at += Int64(consumed)
      if isEnd { return }
      if consumed == 0 { wanted *= 2 }
    }
  }
}
