package import AuditModel

/// The log files of one container incarnation or one program: the one that is being written and those that were put aside, plain or
/// compressed, read one after another, oldest first. Their lines are one stream, so a line that a rotation cut is joined again.
///
/// A file is left for the next one when that one has bytes, this one is at its end after that was seen, and no unfinished line
/// is left or it has been quiet for `quietMax`. A file that left is still looked at for `quietMax`: not every writer has
/// noticed the rotation.
///
/// A source is a content and not a file: it is gone on with in a compressed file or a copy that holds the same bytes. Bytes that were
/// there and cannot be had any more are told of as the gap of a span.
package final class Lineage {
  package let path: String
  package let tenant: TenantID
  /// The server's name where the lines say none.
  package let server: [UInt8]?
  var framer: LineFramer
  let lineBytesMax: Int
  var queue: [TailedFile] = []
  var left: [TailedFile] = []
  /// Every file that is or was read and is still in the file system.
  var seen: [FileIdentity: Seen] = [:]
  /// The files as the discovery found them last, oldest first.
  var order: [FileIdentity] = []
  /// Files that wait for their turn to be opened.
  var unbegun: [FileIdentity: Unbegun] = [:]
  /// What was lost and is still to be told.
  var losses: [Loss] = []
  /// The last sources that ended with a gap, in case what was missing turns up.
  var ended: [Ended] = []
  /// What earlier runs read, once that was asked for: what was read last comes first.
  package var earlier: [Earlier]?
  /// Lines that earlier runs read and that are to be read again before anything else.
  var again: Again?
  /// Whether it was looked into what of that is gone.
  var isSettled = false
  var looksBeforeSettling = 0
  /// Looks at which not every file could be taken in.
  var looksInVain = 0
  /// Whether reading may find something; a cold lineage is woken by the discovery.
  package internal(set) var isHot = false
  /// The collector's turn in which it was read last; who was read long ago gives its descriptors back first.
  package var lastTurn = 0
  /// How much is asked for at once: more where a line did not fit.
  var chunkBytes = Lineage.chunkBytesMin

  struct Seen {
    var source: SourceRecord
    var path: String
    /// How far it was read when it was let go; nil while it is in hand.
    var mark: ContentMark?
    /// It holds what is read elsewhere: in the file it was copied or compressed from.
    var isTwin = false
    /// How many looks in a row did not find it.
    var missing = 0
    /// Bytes that were seen beyond `mark` and could not be opened yet.
    var unread: Int64 = 0
    /// As the file system showed them last.
    var modified: Int64 = 0
    var byteCount: Int64 = 0
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

  /// Whether a source is read, or was, from a file that is still there.
  package func holds(_ source: SourceID) -> Bool { seen.values.contains { $0.source.id == source } }

  /// - Parameter newer: the files that come after this one. Where one of them is being read already, this one is read
  ///   beside it, as a line of its own.
  package func add(_ file: TailedFile, before newer: Set<FileIdentity> = []) {
    seen[file.file.identity] = Seen(source: file.source, path: file.file.path)
    unbegun[file.file.identity] = nil
    isHot = true
    guard let index = queue.firstIndex(where: { isAmong($0, newer) }) else { return queue.append(file) }
    if queue[index].hasBegun, queue[index].offset > 0 || queue[index].recalled != nil {
      left.append(file)
    } else {
      queue.insert(file, at: index)
      renumber()
    }
  }

  /// Gives sources of which nobody was told yet their numbers in the order in which they will be read: that order is what tells later
  /// which one was read last.
  func renumber() {
    let open = queue.filter(\.mayBeRenumbered)
    let ids = open.map(\.source.id)
    let sorted = ids.sorted()
    if ids == sorted { return }
    let new = Dictionary(zip(ids, sorted), uniquingKeysWith: { first, _ in first })
    for file in open { if let id = new[file.source.id] { file.renumber(id) } }
    for (identity, entry) in seen {
      if let id = new[entry.source.id] { seen[identity]?.source = entry.source.numbered(id) }
    }
  }

  /// Whether a file in hand is one of these, or its content is in one of them. Where that was truncated, what the file holds now tells
  /// nothing: what is in hand is older than that.
  private func isAmong(_ file: TailedFile, _ files: Set<FileIdentity>) -> Bool {
    let own = file.file.identity
    if files.contains(own), (try? file.isIntact()) != false { return true }
    return seen.contains { $0.key != own && $0.value.source.id == file.source.id && files.contains($0.key) }
  }

  /// Nothing is to be had from it now; the discovery wakes it again.
  package func rest() { isHot = false }

  /// Takes note of what the file system shows now.
  /// - Parameter held: files that are kept open and cannot be begun yet: they are not lost without a name.
  package func observe(_ found: [FileDiscovery.Found], held: Set<FileIdentity> = []) {
    order = found.map(\.status.identity)
    let present = Dictionary(found.map { ($0.status.identity, $0) }, uniquingKeysWith: { first, _ in first })
    for (identity, file) in seen {
      if let now = present[identity] {
        observe(identity, file, now)
      } else {
        miss(identity, file)
      }
    }
    observeUnbegun(present, held: held)
    if queue.count > 1 || !left.isEmpty || !losses.isEmpty { isHot = true }
    // Nothing of it is left in the file system: its end has to be found and told.
    if found.isEmpty, !queue.isEmpty { isHot = true }
  }

  /// The container was started anew, or something else happened beside it: its last line may be the last one.
  package func wake() { isHot = true }

  private func observe(_ identity: FileIdentity, _ file: Seen, _ now: FileDiscovery.Found) {
    seen[identity]?.missing = 0
    seen[identity]?.path = now.path
    seen[identity]?.modified = now.status.modified
    seen[identity]?.byteCount = now.status.byteCount
    for file in queue + left where file.file.identity == identity { file.note(size: now.status.byteCount) }
    // A twin is not read, and what is compressed does not grow.
    if file.isTwin || RotatedName.isCompressed(now.path) { return }
    guard let mark = file.mark else {
      let isAsRead = queue.first?.file.identity == identity && queue.first?.offset == now.status.byteCount
      // Written anew to the same size, it has another time.
      if !isAsRead || file.modified != now.status.modified { isHot = true }
      return
    }
    if now.status.byteCount != mark.offset { takeBack(identity, file, mark, now) }
  }

  private func miss(_ identity: FileIdentity, _ file: Seen) {
    seen[identity]?.missing += 1
    guard let mark = file.mark else {
      // Its descriptor may have been given back: then it cannot be read any more.
      isHot = true
      return
    }
    if file.unread > 0, file.missing >= Self.lostAfter {
      lose(file.source, after: mark, SourceGap(byteCount: file.unread, isLeast: false))
      seen[identity] = nil
    } else if file.missing >= Self.missingMax {
      seen[identity] = nil
    }
  }

  /// A file that was let go has another size: somebody still writes to it, or began anew.
  private func takeBack(_ identity: FileIdentity, _ file: Seen, _ mark: ContentMark, _ now: FileDiscovery.Found) {
    guard let opened = try? LogFile(path: file.path), opened.identity == identity else {
      seen[identity]?.unread = max(0, now.status.byteCount - mark.offset)
      return
    }
    guard let last = try? opened.lastBytes(of: mark) else {
      // Another content under the inode: another source, when the discovery looks next.
      if file.unread > 0 { lose(file.source, after: mark, SourceGap(byteCount: file.unread, isLeast: false)) }
      seen[identity] = nil
      return
    }
    seen[identity]?.mark = nil
    seen[identity]?.unread = 0
    left.append(TailedFile(file: opened, source: file.source, offset: mark.offset, recalled: nil, lastBytes: last))
    isHot = true
  }

  /// Nothing is left to read and nothing is there any more.
  package var isOver: Bool { queue.isEmpty && left.isEmpty && seen.isEmpty && unbegun.isEmpty && losses.isEmpty }

  func letGo(_ file: TailedFile) {
    for (identity, entry) in seen where entry.source.id == file.source.id { seen[identity]?.mark = file.mark }
  }
}
