package import AuditModel

/// The log files of one container incarnation or one program: the one that is being written and those that were renamed, read one
/// after another, oldest first. Their lines are one stream, so a line that a rotation cut is joined again.
///
/// A file is left for the next one when that one has bytes, this one is at its end after that was seen, and no unfinished line
/// is left or it has been quiet for `quietMax`. A file that left is still looked at for `quietMax`: not every writer has
/// noticed the rotation.
package final class Lineage {
  package let path: String
  package let tenant: TenantID
  /// The server's name where the lines say none.
  package let server: [UInt8]?
  private var framer: LineFramer
  let lineBytesMax: Int
  var queue: [TailedFile] = []
  var left: [TailedFile] = []
  /// Every file that is or was read and is still in the file system.
  var seen: [FileIdentity: Seen] = [:]
  /// Whether reading may find something; a cold lineage is woken by the discovery.
  package private(set) var isHot = false
  /// The collector's turn in which it was read last; who was read long ago gives its descriptors back first.
  package var lastTurn = 0

  struct Seen {
    let source: SourceRecord
    var path: String
    /// How far it was read when it was let go; nil while it is in hand.
    var offset: Int64?
    /// How many looks in a row did not find it.
    var missing = 0
  }

  /// A renaming may hide a file from a look or two. Forgotten too soon it would be read again from what is stored, beside
  /// what is on its way there.
  private static let missingMax = 120

  /// How long a file has to be quiet before its unfinished line is taken for its last one.
  package static let quietMax = Duration.seconds(3)

  package init(path: String, tenant: TenantID, server: [UInt8]?, lineBytesMax: Int) {
    self.path = path
    self.tenant = tenant
    self.server = server
    self.lineBytesMax = lineBytesMax
    framer = LineFramer(lineBytesMax: lineBytesMax)
  }

  package func knows(_ identity: FileIdentity) -> Bool { seen[identity] != nil }

  /// - Parameter newer: the files that come after this one. Where one of them is being read already, this one is read
  ///   beside it, as a line of its own.
  package func add(_ file: TailedFile, before newer: Set<FileIdentity> = []) {
    seen[file.file.identity] = Seen(source: file.source, path: file.file.path)
    isHot = true
    guard let index = queue.firstIndex(where: { newer.contains($0.file.identity) }) else { return queue.append(file) }
    if queue[index].hasBegun {
      left.append(file)
    } else {
      queue.insert(file, at: index)
    }
  }

  /// Nothing is to be had from it now; the discovery wakes it again.
  package func rest() { isHot = false }

  /// Takes note of what the file system shows now.
  package func observe(_ found: [FileDiscovery.Found]) {
    let present = Dictionary(found.map { ($0.status.identity, $0) }, uniquingKeysWith: { first, _ in first })
    for (identity, file) in seen {
      guard let now = present[identity] else {
        seen[identity]?.missing += 1
        if file.offset != nil, file.missing >= Self.missingMax { seen[identity] = nil }
        continue
      }
      seen[identity]?.missing = 0
      seen[identity]?.path = now.path
      if let offset = file.offset {
        if now.status.byteCount > offset { takeBack(identity, file, offset) }
      } else if queue.first?.file.identity != identity || queue.first?.offset != now.status.byteCount {
        isHot = true
      }
    }
    if queue.count > 1 || !left.isEmpty { isHot = true }
    // Nothing of it is left in the file system: its end has to be found and told.
    if found.isEmpty, !queue.isEmpty { isHot = true }
  }

  /// A file that was let go has grown: somebody still writes to it.
  private func takeBack(_ identity: FileIdentity, _ file: Seen, _ offset: Int64) {
    guard let opened = try? LogFile(path: file.path), opened.identity == identity else { return }
    seen[identity]?.offset = nil
    left.append(TailedFile(file: opened, source: file.source, offset: offset, recalled: nil))
    isHot = true
  }

  /// Nothing is left to read and nothing is there any more.
  package var isOver: Bool { queue.isEmpty && left.isEmpty && seen.isEmpty }

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
  package func step(
    buffer: inout [UInt8], now: ContinuousClock.Instant, isOnce: Bool, isGone: Bool,
    _ body: (Span<UInt8>, FramedLine) -> Void
  ) throws(LogFile.OpenError) -> Step {
    if let late = try lateStep(&buffer, now, isOnce: isOnce, body) { return late }
    guard let head = queue.first else {
      isHot = !left.isEmpty
      return Step(isAtEnd: true)
    }
    var step = Step()
    if !head.hasBegun {
      head.hasBegun = true
      if head.recalled == nil { step.begun = head.source }
      try recall(head, into: &framer, &buffer)
    }
    let hasSuccessor = queue.count > 1
    let wanted = chunkBytes
    let count = try head.file.read(at: head.offset, into: &buffer, count: wanted)
    let isAtEnd = count < wanted
    var isEnd = false
    if isAtEnd {
      let quiet = head.quietSince.map { now - $0 >= Self.quietMax } ?? false
      isEnd = isOnce || ((hasSuccessor || isGone) && quiet)
    }
    let before = head.offset
    let consumed = take(head, buffer, count, isEnd: isEnd, &step, body)
    if consumed > 0 || head.quietSince == nil { head.quietSince = now }
    if consumed == 0, !isAtEnd { needsMore() } else { chunkBytes = Self.chunkBytesMin }
    guard isAtEnd else { return step }
    let hasRest = before + Int64(count) > head.offset || framer.isFollowing
    if hasSuccessor, !hasRest {
      leave(head, now, isOnce: isOnce)
    } else if isGone, isEnd, !hasRest {
      close(head, &step, body)
    } else if isOnce, !hasSuccessor {
      close(head, &step, body)
      step.isAtEnd = true
    } else {
      step.isAtEnd = true
      // A file that somebody still has to leave is looked at again without being woken.
      isHot = hasSuccessor || isGone
    }
    return step
  }

  /// How much is asked for at once: more where a line did not fit.
  private var chunkBytes = Lineage.chunkBytesMin
  static let chunkBytesMin = 256 << 10
  private func needsMore() { chunkBytes = min(chunkBytes * 2, max(Self.chunkBytesMin, lineBytesMax * 2 + (64 << 10))) }

  private func take(
    _ file: TailedFile, _ buffer: [UInt8], _ count: Int, isEnd: Bool, _ step: inout Step,
    _ body: (Span<UInt8>, FramedLine) -> Void
  ) -> Int {
    if count == 0, !isEnd { return 0 }
    var lines: Int32 = 0
    let from = framer.committable(file.offset)
    let consumed = framer.consume(
      buffer.span.extracting(0..<count), at: file.offset, source: file.source.id, isEnd: isEnd
    ) { line, framed in
      lines += 1
      body(line, framed)
    }
    file.offset += Int64(consumed)
    step.byteCount += consumed
    if consumed > 0 || lines > 0 {
      step.span = SourceSpan(
        source: file.source.id, from: SourcePosition(from), to: SourcePosition(framer.committable(file.offset)),
        lines: lines,
        pending: framer.pending)
    }
    return consumed
  }

  private func leave(_ file: TailedFile, _ now: ContinuousClock.Instant, isOnce: Bool) {
    queue.removeFirst()
    if isOnce {
      letGo(file)
    } else {
      file.quietSince = now
      left.append(file)
    }
  }

  func letGo(_ file: TailedFile) { seen[file.file.identity]?.offset = file.offset }

  private func close(_ file: TailedFile, _ step: inout Step, _ body: (Span<UInt8>, FramedLine) -> Void) {
    queue.removeFirst()
    letGo(file)
    guard queue.isEmpty else { return }
    var lines: Int32 = 0
    framer.close { line, framed in
      lines += 1
      body(line, framed)
    }
    let end = SourcePosition(file.offset)
    let from = step.span?.from ?? end
    if lines > 0 || step.span != nil {
      step.span = SourceSpan(
        source: file.source.id, from: from, to: end, lines: (step.span?.lines ?? 0) + lines, pending: [])
    }
  }
}
