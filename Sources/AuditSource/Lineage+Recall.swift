import AuditModel

extension Lineage {
  /// Brings back the lines that an earlier run had open: their fragments are read again from where they are.
  func recall(
    _ file: TailedFile, into framer: inout LineFramer, _ buffer: inout [UInt8]
  ) throws(LogFile.OpenError) {
    guard let recalled = file.recalled else { return }
    framer.forgetPending()
    for pending in recalled {
      if pending.source == file.source.id {
        try recall(pending, from: pending.offset, to: file.offset, of: file.file, file.source.id, &framer, &buffer)
        continue
      }
      guard let log = open(pending.source) else {
        // Its fragments went with their file.
        lose(file.source, at: file.offset)
        continue
      }
      try recall(pending, from: pending.offset, to: .max, of: log, pending.source, &framer, &buffer)
      try recall(pending, from: 0, to: file.offset, of: file.file, file.source.id, &framer, &buffer)
    }
  }

  /// The file that holds a source, under whatever name it has now.
  private func open(_ source: SourceID) -> LogFile? {
    for (identity, file) in seen where file.source.id == source {
      for path in [file.path] + FileDiscovery.files(of: path) {
        if let log = try? LogFile(path: path), log.identity == identity { return log }
      }
    }
    return nil
  }

  /// Fragments that were read and whose line was not told are lost: at least one byte, before what comes next.
  private func lose(_ source: SourceRecord, at offset: Int64) {
    losses.append(
      Loss(
        source: source, path: source.path, identity: nil, from: offset, to: offset,
        gap: SourceGap(byteCount: 1, isLeast: true), lastBlock: nil))
    isHot = true
  }

  private func recall(
    _ pending: PendingLine, from: Int64, to: Int64, of log: LogFile, _ source: SourceID,
    _ framer: inout LineFramer, _ buffer: inout [UInt8]
  ) throws(LogFile.OpenError) {
    var at = from
    while at < to {
      let wanted = Int(min(Int64(2 * max(Self.chunkBytesMin, lineBytesMax)), to - at))
      let count = try log.read(at: at, into: &buffer, count: wanted)
      let consumed = framer.recall(buffer.span.extracting(0..<count), at: at, source: source, as: pending)
      if consumed == 0 { return }
      at += Int64(consumed)
    }
  }
}
