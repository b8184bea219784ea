import AuditModel

extension Lineage {
  /// Reads one of the files beside the queue: one that was left and got more, because whoever writes it had not noticed the
  /// rotation, or an older one that was found late. Each has a framer of its own.
  func lateStep(
    _ buffer: inout [UInt8], _ now: ContinuousClock.Instant, isOnce: Bool, _ body: (Span<UInt8>, FramedLine) -> Void
  ) throws(LogFile.OpenError) -> Step? {
    for (index, file) in left.enumerated().reversed() {
      var late = file.late ?? LineFramer(lineBytesMax: lineBytesMax)
      var step = Step()
      if !file.hasBegun {
        file.hasBegun = true
        if file.recalled == nil { step.begun = file.source }
        try recall(file, into: &late, &buffer)
      }
      let quietSince = file.quietSince ?? now
      file.quietSince = quietSince
      let wanted = max(Self.chunkBytesMin, 2 * lineBytesMax)
      let count =
        file.file.byteCount <= file.offset ? 0 : try file.file.read(at: file.offset, into: &buffer, count: wanted)
      let isOver = count < wanted && (isOnce || now - quietSince >= Self.quietMax)
      let from = late.committable(file.offset)
      var lines: Int32 = 0
      let consumed = late.consume(
        buffer.span.extracting(0..<count), at: file.offset, source: file.source.id, isEnd: isOver
      ) { line, framed in
        lines += 1
        body(line, framed)
      }
      file.offset += Int64(consumed)
      if consumed > 0 { file.quietSince = now }
      if isOver, consumed == count {
        late.close { line, framed in
          lines += 1
          body(line, framed)
        }
        left.remove(at: index)
        letGo(file)
      }
      file.late = late
      let to = late.committable(file.offset)
      guard to > from || lines > 0 else { continue }
      step.byteCount = consumed
      step.span = SourceSpan(
        source: file.source.id, from: SourcePosition(from), to: SourcePosition(to), lines: lines, pending: late.pending)
      return step
    }
    return nil
  }
}
