import AuditModel

extension Lineage {
  /// Looks in a row that did not find a file with unread bytes before they count as lost: a renaming hides it from one or two.
  static let lostAfter = 3

  /// A file that was found, with its size, and could not be opened yet.
  struct Unbegun {
    var path: String
    var byteCount: Int64
    var missing = 0
  }

  /// Bytes that are gone.
  struct Loss {
    /// Nil where none of the file was ever read: it has no number yet.
    let source: SourceRecord?
    let path: String
    let identity: FileIdentity?
    let from: Int64
    let to: Int64
    let gap: SourceGap
    let lastBlock: Int64?
  }

  /// A source whose end was lost.
  struct Ended {
    let source: SourceRecord
    let mark: ContentMark
  }

  func lose(_ source: SourceRecord, after mark: ContentMark, _ gap: SourceGap) {
    lose(source, to: mark.offset + gap.byteCount, gap, mark)
  }

  /// - Parameter end: where the source ends, the loss included; before that it was read to `mark`.
  func lose(_ source: SourceRecord, to end: Int64, _ gap: SourceGap, _ mark: ContentMark) {
    losses.append(
      Loss(
        source: source, path: source.path, identity: nil, from: mark.offset, to: end, gap: gap,
        lastBlock: mark.lastBlock))
    remember(Ended(source: source, mark: mark))
    isHot = true
  }

  func remember(_ source: Ended) {
    ended.append(source)
    if ended.count > Self.endedMax { ended.removeFirst() }
  }

  private static let endedMax = 4

  /// Whether it has to be asked what earlier runs read: the file that is being written is not the one that they read last, though all
  /// that are there are known.
  package func wantsEarlier(_ found: [FileDiscovery.Found]) -> Bool {
    guard !isSettled, earlier == nil, !seen.isEmpty, let newest = found.last else { return false }
    return newest.path != path || !knows(newest.status.identity)
  }

  /// Looks whether the source that earlier runs read last is still there. Where it is not and its lineage goes on, what it got after
  /// that nobody will know: a gap of at least one byte, and of the lines that were open in it.
  /// - Parameter isAllFound: every file of the lineage was taken in.
  package func settle(isAllFound: Bool, isOnce: Bool) {
    guard !isSettled, !seen.isEmpty else { return }
    if !isAllFound { looksInVain += 1 }
    guard isAllFound else { return }
    // Of what was lost before it was opened nothing was read.
    guard let last = earlier?.first(where: { $0.record.fingerprint != nil }) else {
      // All that is there was known by its inode; what comes later is new.
      earlier = []
      isSettled = true
      return
    }
    looksBeforeSettling += 1
    // A renaming may hide a file from a look or two.
    guard isOnce || looksBeforeSettling >= Self.lostAfter || holds(last.record.id) else { return }
    isSettled = true
    for source in [last] + truncated where !source.isEnded && !holds(source.record.id) {
      let open = source.pending.filter { $0.source == source.record.id && !$0.isWhole }
      let openFrom = open.map(\.offset).min() ?? source.offset
      let gap = SourceGap(byteCount: source.offset + 1 - min(source.offset, openFrom), isLeast: true)
      lose(source.record, to: source.offset + 1, gap, source.mark)
    }
  }

  /// Sources that earlier runs read whose files hold something else now. An older file may have been found later, so these need not
  /// be the last ones by their number.
  private var truncated: [Earlier] {
    guard let earlier else { return [] }
    var newest: [FileIdentity: Earlier] = [:]
    for source in earlier {
      if let identity = source.record.identity, newest[identity] == nil { newest[identity] = source }
    }
    return order.compactMap { newest[$0] }.filter { $0.record.id != earlier.first?.record.id }
  }

  /// Whether files that are new have to wait: a loss is told before what comes after it, or a crash in between would hide it. For
  /// files that cannot be opened nobody waits long.
  var isHoldingBack: Bool { isUnsettled && looksInVain < Self.lostAfter }

  /// Whether it is to be looked at again before it is known what is missing.
  package var isUnsettled: Bool { !isSettled && earlier?.isEmpty == false }

  /// Files that have bytes and are not open: when they go, what they had is lost, to the byte.
  func observeUnbegun(_ present: [FileIdentity: FileDiscovery.Found], held: Set<FileIdentity>) {
    for (identity, now) in present where now.status.byteCount > 0 && seen[identity] == nil {
      unbegun[identity] = Unbegun(path: now.path, byteCount: now.status.byteCount)
    }
    for (identity, file) in unbegun where present[identity] == nil || seen[identity] != nil {
      // Compressed meanwhile, it is there under another inode.
      let isCompressed = present.values.contains { $0.path == file.path + RotatedName.compressed }
      if held.contains(identity) { continue }
      if seen[identity] != nil || isCompressed {
        unbegun[identity] = nil
      } else if file.missing < Self.lostAfter {
        unbegun[identity]?.missing += 1
      } else {
        unbegun[identity] = nil
        // Of a compressed file only the compressed size was seen.
        let isLeast = RotatedName.isCompressed(file.path)
        let gap = SourceGap(byteCount: isLeast ? 1 : file.byteCount, isLeast: isLeast)
        losses.append(
          Loss(source: nil, path: file.path, identity: identity, from: 0, to: gap.byteCount, gap: gap, lastBlock: nil))
      }
    }
  }

  /// A file of the lineage came and went and was never looked at: nobody knows how much was in it.
  package func loseUnseen(_ path: String) {
    let gap = SourceGap(byteCount: 1, isLeast: true)
    losses.append(
      Loss(source: nil, path: path, identity: nil, from: 0, to: gap.byteCount, gap: gap, lastBlock: nil))
    isHot = true
  }

  /// Tells of one loss.
  func lossStep(_ newSource: () -> SourceID?) -> Step? {
    guard let loss = losses.first else { return nil }
    var step = Step()
    guard let id = loss.source?.id ?? newSource() else { return nil }
    losses.removeFirst()
    if loss.source == nil {
      step.begun = SourceRecord(id: id, path: loss.path, identity: loss.identity, fingerprint: nil)
    }
    step.span = SourceSpan(
      source: id, from: SourcePosition(loss.from), to: SourcePosition(loss.to), lines: 0, pending: [],
      lastBlock: loss.lastBlock, gap: loss.gap)
    return step
  }

  /// A source that no batch has named yet is named with its first span.
  func name(_ file: TailedFile, _ step: inout Step) {
    if file.recalled == nil, !file.isNamed { step.begun = file.source }
    file.isNamed = true
  }

  /// The rest of a compressed file cannot be read.
  func giveUp(_ head: TailedFile, _ step: inout Step, _ body: (Span<UInt8>, FramedLine) -> Void) {
    queue.removeFirst()
    letGo(head)
    cut(head, Self.rest(of: head), &step, body)
  }

  /// The trailer says how much there was, where it is whole and credible.
  static func rest(of file: TailedFile) -> SourceGap {
    if file.file.end == .damaged, let claimed = file.file.claimedByteCount {
      let rest = claimed - file.offset
      if rest > 0, file.file.isCredible(rest) { return SourceGap(byteCount: rest, isLeast: false) }
    }
    return SourceGap(byteCount: 1, isLeast: true)
  }

  /// Ends what is open, since bytes are missing from it, and tells of the gap.
  func cut(
    _ file: TailedFile, _ gap: SourceGap, _ step: inout Step, _ body: (Span<UInt8>, FramedLine) -> Void
  ) {
    var lines = step.span?.lines ?? 0
    let from = step.span?.from.offset ?? framer.committable(file.offset)
    let count: (Span<UInt8>, FramedLine) -> Void = { line, framed in
      lines += 1
      body(line, framed)
    }
    // A line beyond the limit that was being followed ends here too.
    _ = framer.consume([UInt8]().span, at: file.offset, source: file.source.id, isEnd: true, count)
    framer.close(count)
    name(file, &step)
    step.span = file.loss(gap, from: from, lines: lines)
    remember(Ended(source: file.source, mark: file.mark))
    isHot = true
  }
}
