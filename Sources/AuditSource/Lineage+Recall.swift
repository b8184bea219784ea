import AuditModel

extension Lineage {
  /// Brings back the lines that an earlier run had open: their fragments are read again from where they are.
  func recall(
    _ file: TailedFile, into framer: inout LineFramer, _ buffer: inout [UInt8]
  ) throws(LogFile.OpenError) {
    guard let recalled = file.recalled else { return }
    framer.forgetPending()
    // What was open here was ended in a file that came after it and is gone.
    if earlier?.contains(where: { isBehind($0.record, file) && !holds($0.record.id) }) == true { return }
    for pending in recalled where !pending.isWhole {
      if pending.source == file.source.id {
        try recall(pending, from: pending.offset, to: file.offset, of: file.file, file.source.id, &framer, &buffer)
        continue
      }
      guard let log = open(pending.source) else {
        lose(pending)
        continue
      }
      if let gone = earlier?.first(where: { $0.record.id != pending.source && isGone($0, with: pending, before: file) })
      {
        losePiece(in: gone)
        continue
      }
      try recall(pending, from: pending.offset, to: .max, of: log, pending.source, &framer, &buffer)
      // It may go through whole files.
      for between in sources(between: pending.source, and: file.source.id) {
        if let log = open(between) { try recall(pending, from: 0, to: .max, of: log, between, &framer, &buffer) }
      }
      try recall(pending, from: 0, to: file.offset, of: file.file, file.source.id, &framer, &buffer)
    }
  }

  /// Whether a source of an earlier run was read after this one: by the order of their files where both are there, and by when they
  /// were read otherwise.
  private func isBehind(_ other: SourceRecord, _ file: TailedFile) -> Bool {
    // Of what was lost before it was opened nobody knows its place.
    if other.fingerprint == nil { return false }
    if let identity = other.identity, let place = order.firstIndex(of: identity),
      let own = order.firstIndex(of: file.file.identity), place != own
    {
      return place > own
    }
    guard let known = earlier, let place = known.firstIndex(where: { $0.record.id == other.id }),
      let own = known.firstIndex(where: { $0.record.id == file.source.id })
    else { return other.id > file.source.id }
    return place < own
  }

  /// Whether a source that an open line went through is gone: nobody knows whether it held a piece of it.
  private func isGone(_ source: Earlier, with pending: PendingLine, before file: TailedFile) -> Bool {
    source.record.id != file.source.id && source.pending.contains(pending) && !holds(source.record.id)
  }

  /// A file is lost before what an earlier run had open in it was read again: of that the pieces in other files are left.
  /// - Returns: whether pieces went with it.
  func endRecalled(_ file: TailedFile) -> Bool {
    guard !file.hasBegun, let recalled = file.recalled else { return false }
    // What is open here is from before, and the lost file ended it or not: its own places say.
    framer.forgetPending()
    var isLost = false
    var buffer: [UInt8] = []
    for pending in recalled {
      guard !pending.isWhole, pending.source != file.source.id, let log = open(pending.source),
        (try? recall(pending, from: pending.offset, to: .max, of: log, pending.source, &framer, &buffer)) != nil
      else {
        isLost = true
        continue
      }
    }
    return isLost
  }

  /// The sources that were read after one and before another one: in the order of their files, not of their numbers, for an older file
  /// may have been found later.
  func sources(between first: SourceID, and last: SourceID) -> [SourceID] {
    let inOrder = order.compactMap { seen[$0]?.source.id }
    guard let start = inOrder.lastIndex(of: first), let end = inOrder.firstIndex(of: last) else {
      return Set(seen.values.map(\.source.id)).filter { $0 > first && $0 < last }.sorted()
    }
    if start >= end { return [] }
    var between: [SourceID] = []
    for source in inOrder[(start + 1)..<end] where source != first && source != last && !between.contains(source) {
      between.append(source)
    }
    return between
  }

  /// The file that holds a source, under whatever name it has now.
  func open(_ source: SourceID) -> LogFile? {
    for (identity, file) in seen where file.source.id == source {
      for path in [file.path] + FileDiscovery.files(of: path) {
        if let log = try? LogFile(path: path), log.identity == identity { return log }
      }
    }
    return nil
  }

  /// The fragments of a line went with their file: they were read, and were never told of.
  private func lose(_ pending: PendingLine) {
    isHot = true
    guard let earlier = earlier?.first(where: { $0.record.id == pending.source }), earlier.offset > pending.offset
    else {
      // So old that nobody knows its source: at least something.
      let gap = SourceGap(byteCount: 1, isLeast: true)
      return losses.append(
        Loss(source: nil, path: path, identity: nil, from: 0, to: gap.byteCount, gap: gap, lastBlock: nil))
    }
    // Where another line of it was lost before, or its end, that is told of.
    if earlier.isEnded || ended.contains(where: { $0.source.id == pending.source }) { return }
    let gap = SourceGap(byteCount: earlier.offset - pending.offset, isLeast: false)
    lose(earlier.record, to: earlier.offset, gap, earlier.mark)
  }

  /// A piece of an open line may have gone with its file: it was read, and never told of.
  private func losePiece(in source: Earlier) {
    isHot = true
    if source.isEnded || ended.contains(where: { $0.source.id == source.record.id }) { return }
    lose(source.record, to: source.offset + 1, SourceGap(byteCount: 1, isLeast: true), source.mark)
  }

  /// A line that waited for others went with its file: it was read, and never told of.
  func loseWhole(_ pending: PendingLine) {
    isHot = true
    guard let earlier = earlier?.first(where: { $0.record.id == pending.source }) else {
      let gap = SourceGap(byteCount: 1, isLeast: true)
      return losses.append(
        Loss(source: nil, path: path, identity: nil, from: 0, to: gap.byteCount, gap: gap, lastBlock: nil))
    }
    // Where its end was lost, that is told of.
    let isRead = (queue + left).contains { $0.source.id == pending.source }
    if isRead || earlier.isEnded || ended.contains(where: { $0.source.id == pending.source }) { return }
    lose(earlier.record, to: earlier.offset + 1, SourceGap(byteCount: 1, isLeast: true), earlier.mark)
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
