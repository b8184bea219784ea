import AuditModel
import Glibc

/// One content in two files: a compressed one and what it was made from, a copy and what was truncated after it.
extension Lineage {
  /// What a file under a rotation's name is, where its inode is new.
  package enum Adoption {
    /// Known content: it is gone on with here, or was read.
    case known
    /// A beginning of something; the next look will tell.
    case undecided
    case unknown
  }

  /// Compares a file that nobody has read under this inode with what was read.
  func adopt(_ log: LogFile) throws(LogFile.OpenError) -> Adoption {
    var vague: [TailedFile] = []
    for file in queue + left where !file.file.isCompressed {
      // A few bytes of something that is missing are like many a beginning: only what nothing else explains is taken for it.
      if file.mark.evidence < Int64(LogFile.tellingLength), try !file.isIntact() {
        vague.append(file)
        continue
      }
      let adoption = try adopt(log, file)
      if adoption != .unknown { return adoption }
    }
    for (_, entry) in seen {
      if let mark = entry.mark, try adopt(log, entry.source, mark, isEnded: false) { return .known }
    }
    for entry in ended where try adopt(log, entry.source, entry.mark, isEnded: true) { return .known }
    // Several files may begin so; the oldest one is it.
    for file in vague where !hasTwinThere(file) {
      let adoption = try adopt(log, file)
      if adoption != .unknown { return adoption }
    }
    return .unknown
  }

  private func adopt(_ log: LogFile, _ file: TailedFile) throws(LogFile.OpenError) -> Adoption {
    let adoption = try compare(log, file)
    if adoption == .known {
      if file.file.isThere, try !file.isIntact() { file.isReplaced = true }
      seen[log.identity] = Seen(source: file.source, path: log.path, mark: nil, isTwin: true)
    }
    return adoption
  }

  /// Adopts a file that holds what a source was read from: the source goes on here.
  /// - Parameter isEnded: its end was counted as lost; it stays counted, and what is here is not read twice.
  private func adopt(
    _ log: LogFile, _ source: SourceRecord, _ mark: ContentMark, isEnded: Bool
  ) throws(LogFile.OpenError) -> Bool {
    guard try isTelling(mark, in: log) else { return false }
    if try log.isReadThrough(mark) {
      seen[log.identity] = Seen(source: source, path: log.path, mark: mark, isTwin: true)
      return true
    }
    if let last = try log.lastBytes(of: mark) {
      let isTwin = isEnded || (!log.isCompressed && log.byteCount == mark.offset)
      seen[log.identity] = Seen(source: source, path: log.path, mark: isTwin ? mark : nil, isTwin: isTwin)
      if isTwin { return true }
      let file = TailedFile(file: log, source: source, offset: mark.offset, recalled: nil, lastBytes: last)
      file.hasBegun = true
      left.append(file)
      isHot = true
      return true
    }
    guard try isShorterCopy(log, mark) else { return false }
    seen[log.identity] = Seen(source: source, path: log.path, mark: mark, isTwin: true)
    return true
  }

  /// Whether a match would prove anything: enough bytes are compared, or all there are.
  func isTelling(_ mark: ContentMark, in log: LogFile) throws(LogFile.OpenError) -> Bool {
    if mark.evidence >= Int64(LogFile.tellingLength) { return true }
    return mark.lastBlock != nil && mark.offset == (log.claimedByteCount ?? log.byteCount)
  }

  /// A copy that was made before the last bytes were read: nothing in it is new.
  private func isShorterCopy(_ log: LogFile, _ mark: ContentMark) throws(LogFile.OpenError) -> Bool {
    guard !log.isCompressed, let fingerprint = mark.fingerprint, fingerprint.length == Fingerprint.lengthMax,
      log.byteCount < mark.offset
    else { return false }
    return try log.fingerprint(length: fingerprint.length) == fingerprint
  }

  /// Compares a file with one in hand, as far as both go: a copy may still be growing, and what was compressed no longer does.
  private func compare(_ log: LogFile, _ file: TailedFile) throws(LogFile.OpenError) -> Adoption {
    guard try file.isIntact() else {
      // Only what is remembered of it can be compared. Few bytes will do: its content is missing, and here is one like it.
      let mark = file.mark
      if mark.fingerprint == nil { return .unknown }
      if try log.isReadThrough(mark) { return .known }
      return try log.lastBytes(of: mark) == nil ? .unknown : .known
    }
    let (plain, own) = (log.claimedByteCount ?? log.byteCount, file.file.byteCount)
    let size = min(plain, own)
    let length = Int32(min(size, Int64(Fingerprint.lengthMax)))
    guard size > 0, !log.isCompressed || plain == own,
      try log.fingerprint(length: length) == file.file.fingerprint(length: length)
    else { return .unknown }
    // The trailer's size and the beginning do for a compressed file; inflating all of it for its end is dear.
    if !log.isCompressed, try log.lastBytes(before: size) != file.file.lastBytes(before: size) { return .unknown }
    if log.isCompressed || size >= Int64(LogFile.tellingLength) { return .known }
    // So few bytes may be alike by chance. A copy grows; what does not is a file of its own.
    guard let now = FileStatus(path: log.path) else { return .undecided }
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let age = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) - now.modified
    return age < Self.copyingNanoseconds ? .undecided : .unknown
  }

  private static let copyingNanoseconds = Int64(5_000_000_000)

  /// The file in hand was truncated, or written anew: goes on in its copy where there is one, otherwise tells of the gap.
  func goOn(
    insteadOf head: TailedFile, _ newSource: () -> SourceID?, _ step: inout Step,
    _ body: (Span<UInt8>, FramedLine) -> Void
  ) {
    isHot = true
    let known = head.seenSize - head.offset
    let name = seen.removeValue(forKey: head.file.identity)?.path
    let copy = copy(of: head)
    if let copy {
      seen[copy.identity] = Seen(source: head.source, path: copy.path)
      queue[0] = TailedFile(head, in: copy)
    } else {
      queue.removeFirst()
    }
    // What is there now is another source. Where it is empty the discovery finds it once it is not.
    if let other = holder(ofContentOf: head.file) {
      seen[head.file.identity] = Seen(source: other, path: name ?? head.source.path, mark: nil, isTwin: true)
    } else if head.file.byteCount > 0, let id = newSource() {
      let path = name ?? head.source.path
      let record = SourceRecord(
        id: id, path: path, identity: head.file.identity, fingerprint: try? head.file.fingerprint())
      seen[head.file.identity] = Seen(source: record, path: path)
      // Without a name it is older than all that have one; what waits behind it and lost its name is newer.
      let newer = order.firstIndex(of: head.file.identity).map { Set(order[($0 + 1)...]) } ?? Set(order)
      let first = copy == nil ? 0 : 1
      let place =
        queue[first...].firstIndex { file in
          newer.contains(file.file.identity) || !order.contains(file.file.identity) && !hasTwin(file)
        } ?? queue.endIndex
      queue.insert(TailedFile(file: head.file, source: record, offset: 0, recalled: nil), at: place)
      renumber()
    }
    if copy != nil { return }
    // A copy was seen that ends before what was read: what is known to be missing is what was seen and not read.
    let hasCopy = seen.values.contains { $0.source.id == head.source.id }
    letGo(head)
    if hasCopy, known == 0 { return }
    let isLeast = endRecalled(head) || known <= 0
    cut(head, SourceGap(byteCount: max(1, known), isLeast: isLeast), &step, body)
  }

  /// Where what was written after a truncation was compressed or moved meanwhile, and found there before: the source that it is.
  private func holder(ofContentOf log: LogFile) -> SourceRecord? {
    // While it has a name it is itself what that name holds.
    guard !order.contains(log.identity), log.byteCount > 0 else { return nil }
    let isSame: (LogFile) -> Bool = { other in
      let size = other.claimedByteCount ?? other.byteCount
      let length = Int32(min(size, Int64(Fingerprint.lengthMax)))
      guard size == log.byteCount, other.identity != log.identity,
        let beginning = try? log.fingerprint(length: length)
      else { return false }
      return (try? other.fingerprint(length: length)) == beginning
    }
    return (queue + left).first { isSame($0.file) }?.source
  }

  /// Its descriptor was given back and it is gone: goes on where the content is now, or tells of the gap.
  func goOn(
    without head: TailedFile, isOnce: Bool, _ step: inout Step, _ body: (Span<UInt8>, FramedLine) -> Void
  ) {
    step.isAtEnd = true
    if !hasTwin(head), !isLost(head, isOnce: isOnce) { return }
    isHot = true
    step.isAtEnd = false
    if let copy = copy(of: head) {
      seen[copy.identity] = Seen(source: head.source, path: copy.path)
      queue[0] = TailedFile(head, in: copy)
      return
    }
    let known = unread(of: head)
    queue.removeFirst()
    letGo(head)
    // A compressed file was not read to its end, or it would have been left; how much more it held nobody saw.
    let isCompressed = head.file.isCompressed && !head.isReadThrough
    guard known > 0 || isCompressed else { return }
    let isLeast = endRecalled(head) || known <= 0
    cut(head, SourceGap(byteCount: max(1, known), isLeast: isLeast), &step, body)
  }

  func hasTwin(_ file: TailedFile) -> Bool {
    seen.contains { $0.key != file.file.identity && $0.value.source.id == file.source.id }
  }

  /// Whether a file with the same content still has its name.
  private func hasTwinThere(_ file: TailedFile) -> Bool {
    seen.contains { identity, entry in
      identity != file.file.identity && entry.source.id == file.source.id
        && FileStatus(path: entry.path)?.identity == identity
    }
  }

  /// Whether a file that cannot be read any more was missed often enough: a renaming hides it from a look or two.
  func isLost(_ file: TailedFile, isOnce: Bool) -> Bool {
    isOnce || seen[file.file.identity].map { $0.missing >= Self.lostAfter } ?? true
  }

  /// What was seen of it and not read.
  func unread(of file: TailedFile) -> Int64 {
    max(file.seenSize, file.file.isCompressed ? 0 : seen[file.file.identity]?.byteCount ?? 0) - file.offset
  }
}
