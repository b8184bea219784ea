package import AuditModel

extension Lineage {
  /// What one step did.
  package struct Step: Sendable {
    /// What was read: of which source, from where to where, and the lines that are still open afterwards.
    package var span: SourceSpan?
    /// Bytes taken.
    package var byteCount = 0
    /// A source that no batch has named yet.
    package var begun: SourceRecord?
    package var isAtEnd = false

    /// Nothing is there to read.
    package static let atEnd = Step(isAtEnd: true)
    /// Nothing was read, for want of room.
    package static let nothing = Step()
  }

  /// Reads at most one chunk.
  /// - Parameters:
  ///   - buffer: shared by all; its content means nothing between calls.
  ///   - isOnce: the end of the newest file ends its last line too.
  ///   - isGone: no file of the lineage is in the file system any more.
  ///   - newSource: numbers a source of which nothing but its loss is known.
  package func step(
    buffer: inout [UInt8], now: ContinuousClock.Instant, isOnce: Bool, isGone: Bool, newSource: () -> SourceID?,
    _ body: (Span<UInt8>, FramedLine) -> Void
  ) throws(LogFile.OpenError) -> Step {
    if let lost = lossStep(newSource) { return lost }
    if let late = try lateStep(&buffer, now, isOnce: isOnce, body) { return late }
    guard let head = queue.first else {
      isHot = !left.isEmpty
      return Step(isAtEnd: true)
    }
    var step = Step()
    if !head.file.isThere {
      goOn(without: head, isOnce: isOnce, &step, body)
      return step
    }
    if !head.hasBegun, try !head.isIntact() {
      // Before its open lines are read again: they are in its copy.
      goOn(insteadOf: head, newSource, &step, body)
      return step
    }
    if !head.hasBegun {
      if head.recalled == nil, isHoldingBack { return .nothing }
      head.hasBegun = true
      name(head, &step)
      try recall(head, into: &framer, &buffer)
      // What was lost with an open line comes before what follows.
      if let lost = lossStep(newSource) { return lost }
      let isToReadAgain = noteAgain(head)
      if head.isReadThrough {
        queue.removeFirst()
        letGo(head)
        return step
      }
      if isToReadAgain { return step }
    }
    let wanted = chunkBytes
    switch try head.look(into: &buffer, count: wanted) {
    case .replaced:
      goOn(insteadOf: head, newSource, &step, body)
    case .missing: goOn(without: head, isOnce: isOnce, &step, body)
    case .bytes(let range):
      let isQuiet = head.quietSince.map { now - $0 >= Self.quietMax } ?? false
      let end = end(of: head, isAtEnd: range.count < wanted, isQuiet: isQuiet, isOnce: isOnce, isGone: isGone)
      let before = head.offset
      let consumed = take(head, buffer.span.extracting(range), isEnd: end.isEnd, &step, body)
      if consumed > 0 || head.quietSince == nil { head.quietSince = now }
      if consumed == 0, end == .more { needsMore() } else { chunkBytes = Self.chunkBytesMin }
      let hasRest = before + Int64(range.count) > head.offset || framer.isFollowing
      finish(head, end, hasRest: hasRest, now, isOnce: isOnce, isGone: isGone, &step, body)
    }
    return step
  }

  /// How the end of what was read is to be understood.
  private enum End {
    /// It is not the end.
    case more
    /// For now.
    case present
    /// No byte follows in this file, and an unfinished line is one too.
    case last
    /// For now, and nothing has come for `quietMax`.
    case quiet
    /// Nothing follows in the whole lineage: the container was started anew.
    case lastOfAll
    /// The rest of a compressed file cannot be read.
    case cut

    var isEnd: Bool { self == .last || self == .lastOfAll || self == .cut }
  }

  private func end(
    of head: TailedFile, isAtEnd: Bool, isQuiet: Bool, isOnce: Bool, isGone: Bool
  ) -> End {
    guard isAtEnd else { return .more }
    switch head.file.end {
    case .damaged: return .cut
    case .torn: return isOnce || isQuiet ? .cut : .present
    case .complete: return .last
    case .open: break
    }
    if isOnce { return .last }
    guard isQuiet else { return .present }
    if queue.count > 1 || isGone { return .last }
    return hasOpenLine(head) && isSuperseded ? .lastOfAll : .quiet
  }

  private func hasOpenLine(_ head: TailedFile) -> Bool { head.hasUnfinishedLine || !framer.pending.isEmpty }

  private func finish(
    _ head: TailedFile, _ end: End, hasRest: Bool, _ now: ContinuousClock.Instant, isOnce: Bool, isGone: Bool,
    _ step: inout Step, _ body: (Span<UInt8>, FramedLine) -> Void
  ) {
    let hasSuccessor = queue.count > 1
    if end == .more { return }
    if end == .cut, !hasRest { return giveUp(head, &step, body) }
    let mayLeave = !hasRest && head.file.end != .torn
    if hasSuccessor, mayLeave {
      leave(head, now, isOnce: isOnce)
    } else if isGone, end == .last, mayLeave {
      close(head, &step, body)
    } else if isOnce, !hasSuccessor {
      close(head, &step, body)
      step.isAtEnd = true
    } else {
      if end == .lastOfAll { closeLines(of: head, &step, body) }
      step.isAtEnd = true
      // A file that somebody still has to leave is looked at again without being woken.
      // So is one whose open line may be the last one of a dead container; the collector wakes it when a successor starts.
      isHot = hasSuccessor || isGone || head.file.end == .torn || end == .present && hasOpenLine(head)
    }
  }

  static let chunkBytesMin = 256 << 10
  private func needsMore() { chunkBytes = min(chunkBytes * 2, max(Self.chunkBytesMin, lineBytesMax * 2 + (64 << 10))) }

  private func take(
    _ file: TailedFile, _ chunk: Span<UInt8>, isEnd: Bool, _ step: inout Step, _ body: (Span<UInt8>, FramedLine) -> Void
  ) -> Int {
    if chunk.isEmpty, !isEnd { return 0 }
    var lines: Int32 = 0
    let from = framer.committable(file.offset)
    let consumed = framer.consume(chunk, at: file.offset, source: file.source.id, isEnd: isEnd) { line, framed in
      lines += 1
      body(line, framed)
    }
    let to = framer.committable(file.offset + Int64(consumed))
    file.advance(over: chunk.extracting(0..<consumed), told: to)
    step.byteCount += consumed
    if consumed > 0 || lines > 0 {
      step.span = SourceSpan(
        source: file.source.id, from: SourcePosition(from), to: SourcePosition(to), lines: lines,
        pending: framer.pending, lastBlock: file.lastBlock)
    }
    return consumed
  }

  private func leave(_ file: TailedFile, _ now: ContinuousClock.Instant, isOnce: Bool) {
    queue.removeFirst()
    if isOnce || file.file.isCompressed {
      letGo(file)
    } else {
      file.quietSince = now
      left.append(file)
    }
  }

  private func close(_ file: TailedFile, _ step: inout Step, _ body: (Span<UInt8>, FramedLine) -> Void) {
    queue.removeFirst()
    letGo(file)
    if queue.isEmpty { closeLines(of: file, &step, body) }
  }

  /// Tells of the partial lines whose last fragment will never come.
  private func closeLines(of file: TailedFile, _ step: inout Step, _ body: (Span<UInt8>, FramedLine) -> Void) {
    var lines: Int32 = 0
    framer.close { line, framed in
      lines += 1
      body(line, framed)
    }
    if lines == 0, step.span == nil { return }
    let end = SourcePosition(file.offset)
    step.span = SourceSpan(
      source: file.source.id, from: step.span?.from ?? end, to: end, lines: (step.span?.lines ?? 0) + lines,
      pending: [],
      lastBlock: file.lastBlock)
  }
}
