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
        try recall(pending, from: pending.offset, to: file.offset, of: file, &framer, &buffer)
      } else if let (identity, earlier) = seen.first(where: { $0.value.source.id == pending.source }),
        let log = Self.open(identity, among: [earlier.path] + FileDiscovery.files(of: path))
      {
        let opened = TailedFile(file: log, source: earlier.source, offset: 0, recalled: nil)
        try recall(pending, from: pending.offset, to: opened.file.byteCount, of: opened, &framer, &buffer)
      } else {
        continue
      }
      if pending.source != file.source.id { try recall(pending, from: 0, to: file.offset, of: file, &framer, &buffer) }
    }
  }

  /// A file under whatever name it has now.
  private static func open(_ identity: FileIdentity, among paths: [String]) -> LogFile? {
    for path in paths {
      if let file = try? LogFile(path: path), file.identity == identity { return file }
    }
    return nil
  }

  private func recall(
    _ pending: PendingLine, from: Int64, to: Int64, of file: TailedFile,
    _ framer: inout LineFramer, _ buffer: inout [UInt8]
  ) throws(LogFile.OpenError) {
    var at = from
    while at < to {
      let wanted = Int(min(Int64(2 * max(Self.chunkBytesMin, lineBytesMax)), to - at))
      let count = try file.file.read(at: at, into: &buffer, count: wanted)
      let consumed = framer.recall(
        buffer.span.extracting(0..<count), at: at, source: file.source.id, stream: pending.stream)
      if consumed == 0 { return }
      at += Int64(consumed)
    }
  }
}
