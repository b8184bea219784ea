package import AuditModel

/// A log file that is being read, or waits for its turn.
package final class TailedFile {
  package let file: LogFile
  package private(set) var source: SourceRecord
  /// Whether an earlier run read of it, and what it had open then.
  package let recalled: [PendingLine]?
  /// Where the next unread byte is.
  package private(set) var offset: Int64
  /// The bytes before `offset`, at most `Fingerprint.endingLengthMax`. Each reading begins with them: when they are no longer there,
  /// the file was truncated and written anew.
  private(set) var lastBytes: [UInt8]
  /// `SourceSpan.lastBlock` of what was told last.
  private(set) var lastBlock: Int64?
  /// How large it was seen to be.
  private(set) var seenSize: Int64
  /// The fingerprint, of as many bytes as there were when last looked at.
  private(set) var beginning: Fingerprint?
  /// When it was last found at its end with the same size; how long it has been quiet.
  var quietSince: ContinuousClock.Instant?
  var hasBegun = false
  /// Whether a batch was told its name.
  var isNamed = false
  /// Its content was seen to be gone from its file: it stays gone, also where what follows begins alike.
  var isReplaced = false
  /// An earlier run read all of it: it only has its place among the others.
  var isReadThrough = false
  /// Cuts what comes after the file was left for the next one, apart from the lineage's own lines.
  var late: LineFramer?

  /// - Parameter lastBytes: what `LogFile.lastBytes(of:)` gave for this offset; nil where nobody has looked.
  package init(
    file: LogFile, source: SourceRecord, offset: Int64, recalled: [PendingLine]?, lastBytes: [UInt8]? = nil
  ) {
    self.file = file
    self.source = source
    self.offset = offset
    self.recalled = recalled
    self.lastBytes = lastBytes ?? (try? file.lastBytes(before: offset)) ?? []
    lastBlock = offset > 0 ? Fingerprint.ending(self.lastBytes) : nil
    seenSize = offset
    beginning = source.fingerprint
  }

  /// Goes on in another file that has the same content.
  init(_ other: TailedFile, in file: LogFile) {
    self.file = file
    source = other.source
    recalled = other.recalled
    offset = other.offset
    lastBytes = other.lastBytes
    lastBlock = other.lastBlock
    // Nothing shows how much a compressed file holds: what was seen of the other one does, should this one go too.
    seenSize = file.isCompressed ? other.seenSize : other.offset
    beginning = other.beginning
    hasBegun = other.hasBegun
    isNamed = other.isNamed
    late = other.late
  }

  /// Whether nobody was told of its number yet.
  var mayBeRenumbered: Bool { !hasBegun && !isNamed && recalled == nil }

  func renumber(_ id: SourceID) { source = source.numbered(id) }

  /// Bytes were seen behind the last line's end.
  var hasUnfinishedLine: Bool { seenSize > offset }

  /// How large the file system shows it to be, though nobody has read so far.
  func note(size: Int64) {
    guard !file.isCompressed, !hasBegun || offset == 0, size != seenSize else { return }
    if size < seenSize {
      // While something is read what the file system showed may be older than that.
      if !hasBegun, offset == 0, recalled == nil { isReplaced = true }
      return
    }
    if isReplaced { return }
    seenSize = size
    // What was found with a few bytes can be told by more of them now.
    let length = Int32(min(size, Int64(Fingerprint.lengthMax)))
    guard offset == 0, let beginning, beginning.length < LogFile.tellingLength else { return }
    let wasOpen = file.isOpen
    defer { if !wasOpen { file.release() } }
    guard (try? isAsFound()) == true else { return }
    self.beginning = (try? file.fingerprint(length: length)) ?? beginning
  }

  /// Nobody will look into it again: how much it holds now is what counts as lost.
  func noteEnd() {
    guard file.isCompressed else { return seenSize = max(seenSize, file.byteCount) }
    if let claimed = file.claimedByteCount, file.isCredible(claimed) { seenSize = max(seenSize, claimed) }
  }

  /// Whether the file begins as it did when it was found; of interest until its first byte is read.
  func isAsFound() throws(LogFile.OpenError) -> Bool {
    guard offset == 0, !file.isCompressed, file.isThere, let found = beginning else { return true }
    return try file.fingerprint(length: found.length) == found
  }

  /// Whether it can be read and holds what was read of it.
  func isIntact() throws(LogFile.OpenError) -> Bool {
    guard !isReplaced, file.isThere, try isAsFound() else { return false }
    if file.isCompressed { return true }
    return file.byteCount >= seenSize ? try file.lastBytes(before: offset) == lastBytes : false
  }

  enum Look {
    /// New bytes, from `offset` on: where they are in the buffer.
    case bytes(Range<Int>)
    /// What was read is no longer there.
    case replaced
    /// The descriptor was given back, and the file is gone or has another name.
    case missing
  }

  /// Reads what follows, with the bytes before it to see that it does.
  func look(into buffer: inout [UInt8], count: Int) throws(LogFile.OpenError) -> Look {
    guard file.isThere else { return .missing }
    // What was compressed does not change, and to go back in it is dear.
    if file.isCompressed { return .bytes(0..<(try file.read(at: offset, into: &buffer, count: count))) }
    guard !isReplaced, try isAsFound() else { return .replaced }
    let overlap = lastBytes.count
    let got = try file.read(at: offset - Int64(overlap), into: &buffer, count: overlap + count)
    guard got >= overlap, buffer[..<overlap] == lastBytes[...] else { return .replaced }
    let size = offset + Int64(got - overlap)
    // An unfinished line that was there is gone.
    if size < seenSize, got < overlap + count { return .replaced }
    if size > seenSize {
      seenSize = size
      quietSince = nil
    }
    return .bytes(overlap..<got)
  }

  /// Takes note of what was read.
  /// - Parameters:
  ///   - chunk: the bytes that are done with, from `offset` on.
  ///   - told: where the span that tells of it ends: `offset` afterwards, or before that while a long line is followed.
  func advance(over chunk: Span<UInt8>, told: Int64) {
    let cut = told - offset
    if cut > 0 { lastBlock = Fingerprint.ending(Self.ending(lastBytes, chunk.extracting(0..<Int(cut)))) }
    lastBytes = Self.ending(lastBytes, chunk)
    offset += Int64(chunk.count)
    seenSize = max(seenSize, offset)
    growBeginning()
  }

  /// A file that was found with a few bytes gets a fingerprint that tells more.
  private func growBeginning() {
    let length = Int32(min(offset, Int64(Fingerprint.lengthMax)))
    guard !file.isCompressed, (beginning?.length ?? 0) < length else { return }
    beginning = (try? file.fingerprint(length: length)) ?? beginning
  }

  private static func ending(_ before: [UInt8], _ chunk: Span<UInt8>) -> [UInt8] {
    let max = Fingerprint.endingLengthMax
    var ending: [UInt8] = chunk.count >= max ? [] : before.suffix(max - chunk.count)
    let tail = chunk.extracting(Swift.max(0, chunk.count - max)..<chunk.count)
    tail.withUnsafeBufferPointer { ending.append(contentsOf: $0) }
    return ending
  }

  /// What is to be found where this content is.
  var mark: ContentMark {
    ContentMark(
      fingerprint: beginning, offset: offset, lastBlock: lastBytes.isEmpty ? nil : Fingerprint.ending(lastBytes))
  }

  /// What is told of bytes that were lost: where they begin, and the partial lines that end with them.
  func loss(_ gap: SourceGap, from: Int64, lines: Int32) -> SourceSpan {
    SourceSpan(
      source: source.id, from: SourcePosition(from), to: SourcePosition(offset + gap.byteCount), lines: lines,
      pending: [],
      lastBlock: lastBlock, gap: gap)
  }
}
