import AuditModel

extension Lineage {
  /// Reads one of the files beside the queue: one that was left and got more, because whoever writes it had not noticed the
  /// rotation, or an older one that was found late. Each has a framer of its own.
  func lateStep(
    _ buffer: inout [UInt8], _ now: ContinuousClock.Instant, isOnce: Bool, _ body: (Span<UInt8>, FramedLine) -> Void
  ) throws(LogFile.OpenError) -> Step? {
    for file in left.reversed() where file.hasBegun || file.recalled != nil || !isHoldingBack {
      var step = Step()
      var late = file.late ?? LineFramer(lineBytesMax: lineBytesMax)
      if !file.hasBegun, file.file.isThere {
        file.hasBegun = true
        try recall(file, into: &late, &buffer)
        if let lost = lossStep({ nil }) {
          file.late = late
          return lost
        }
      }
      let quietSince = file.quietSince ?? now
      file.quietSince = quietSince
      let wanted = max(Self.chunkBytesMin, 2 * lineBytesMax)
      let range: Range<Int>
      switch try file.look(into: &buffer, count: wanted) {
      case .bytes(let got): range = got
      case .missing where hasTwin(file):
        if let copy = copy(of: file), let index = left.firstIndex(where: { $0 === file }) {
          seen[copy.identity] = Seen(source: file.source, path: copy.path)
          left[index] = TailedFile(file, in: copy)
        }
        continue
      case .missing where !isLost(file, isOnce: isOnce): continue
      case .replaced, .missing:
        replaced(file, &step)
        if step.span == nil { continue }
        return step
      }
      let isQuiet = isOnce || now - (file.quietSince ?? now) >= Self.quietMax
      let isCut = range.count < wanted && (file.file.end == .damaged || file.file.end == .torn && isQuiet)
      let isOver = range.count < wanted && (isQuiet && file.file.end == .open || file.file.end == .complete || isCut)
      let from = late.committable(file.offset)
      var lines: Int32 = 0
      let count: (Span<UInt8>, FramedLine) -> Void = { line, framed in
        lines += 1
        body(line, framed)
      }
      let chunk = buffer.span.extracting(range)
      let consumed = late.consume(chunk, at: file.offset, source: file.source.id, isEnd: isOver, count)
      file.advance(
        over: chunk.extracting(0..<consumed), told: late.committable(file.offset + Int64(consumed)))
      if consumed > 0 || file.quietSince == nil { file.quietSince = now }
      if isOver, consumed == range.count {
        late.close(count)
        drop(file)
      }
      file.late = late
      let to = late.committable(file.offset)
      guard to > from || lines > 0 || isCut else { continue }
      name(file, &step)
      step.byteCount = consumed
      step.span = SourceSpan(
        source: file.source.id, from: SourcePosition(from), to: SourcePosition(to), lines: lines,
        pending: late.pending, lastBlock: file.lastBlock)
      if isCut { step.span = file.loss(Self.rest(of: file), from: from, lines: lines) }
      return step
    }
    return nil
  }

  private func drop(_ file: TailedFile) {
    left.removeAll { $0 === file }
    letGo(file)
  }

  /// A file beside the queue was truncated: what was seen of it and not read is lost.
  private func replaced(_ file: TailedFile, _ step: inout Step) {
    drop(file)
    let known = unread(of: file)
    seen[file.file.identity] = nil
    guard known > 0 else { return }
    remember(Ended(source: file.source, mark: file.mark))
    name(file, &step)
    step.span = file.loss(
      SourceGap(byteCount: known, isLeast: false), from: file.late?.committable(file.offset) ?? file.offset, lines: 0)
  }
}
