import AuditConfig
import AuditModel
import AuditSource
import Glibc
import Logging

/// A file that was opened when it appeared and is not being read yet: its pod may be gone before its first line is.
struct HeldFile {
  let file: LogFile
  let lineage: String
  let since: ContinuousClock.Instant
}

/// What the discovery tells becomes lineages that are read.
extension Collector {
  var hasNews: Bool { !news.isEmpty }
  /// Whether something has to be looked at again though nothing is told.
  var hasChores: Bool { !waiting.isEmpty || !denied.isEmpty || !lingering.isEmpty || !held.isEmpty }

  /// How long files may be begun before the others are read again.
  private static let beginningMax = Duration.milliseconds(100)
  /// How many looks a lineage that lost a file is still looked at; more than a lineage needs to forget one.
  private static let lingeringMax = 130
  /// A file that may not be read is tried again once in so many ticks.
  private static let deniedTicks = 10
  private static let glanceInterval = Duration.milliseconds(50)

  /// Takes in what changed and begins what is new.
  /// - Returns: how many files were begun.
  @discardableResult
  func discover(isOnce: Bool) async throws -> Int {
    takeNews(isOnce: isOnce)
    let began = ContinuousClock.now
    if began >= nextTick || isOnce { tick(began) }
    var begun = 0
    while let (path, files) = news.popFirst() {
      begun += try await attend(to: path, files, isOnce: isOnce)
      if !isOnce, ContinuousClock.now - began > Self.beginningMax { break }
    }
    return begun
  }

  /// Opens what appears while the reading waits for the store. This gets its turn only then: the actor's thread is its own otherwise.
  func watchWhileWaiting() async {
    while !Task.isCancelled {
      glance()
      try? await Task.sleep(for: Self.glanceInterval)
    }
  }

  /// Opens what appeared meanwhile, in the middle of a turn.
  func glance() {
    if ContinuousClock.now >= nextGlance { takeNews(isOnce: false) }
  }

  private func takeNews(isOnce: Bool) {
    discovery.update()
    let changes = discovery.takeChanges()
    for (path, files) in discovery.takeUnseen() {
      // A lineage of which nothing was ever seen has no tenant to tell it to.
      guard let lineage = lineages[path] else { continue }
      for file in files { lineage.loseUnseen(file) }
      wake(lineage)
    }
    if hasLooked, !isOnce {
      for (path, files) in changes { hold(files, of: path) }
    }
    hasLooked = true
    news.merge(changes) { $1 }
    nextGlance = .now + Self.glanceInterval
    if configuration.discovery.watch, !discovery.isWatching {
      tell("instances") {
        logger.warning(
          "The kernel has no inotify instance left (fs.inotify.max_user_instances); log files are found by looking again and again."
        )
      }
    }
    if discovery.isShortOfWatches {
      tell("watches") {
        logger.warning(
          "The kernel has no more watches (fs.inotify.max_user_watches); further directories are looked at again and again."
        )
      }
    }
  }

  /// Says something once.
  func tell(_ what: String, _ body: () -> Void) {
    if told.insert(what).inserted { body() }
  }

  /// What has to be tried again: files that could not be begun, and lineages that lost a file.
  private func tick(_ now: ContinuousClock.Instant) {
    nextTick = now + configuration.discovery.interval
    for path in waiting where news[path] == nil { news[path] = discovery.again(path) }
    waiting.removeAll()
    ticks += 1
    if ticks % Self.deniedTicks == 0 {
      for path in denied where news[path] == nil { news[path] = discovery.again(path) }
      denied.removeAll()
    }
    for (path, looks) in lingering {
      if news[path] == nil { news[path] = discovery.again(path) }
      lingering[path] = looks > 1 ? looks - 1 : nil
    }
    giveUpDeleted()
    for (identity, held) in held where news[held.lineage] == nil {
      let size = held.file.byteCount
      if size > 0 { news[held.lineage] = discovery.again(held.lineage) }
      if size == 0, now - held.since > Self.heldMax { self.held[identity] = nil }
    }
  }

  private func attend(to path: String, _ now: [FileDiscovery.Found], isOnce: Bool) async throws -> Int {
    let files = orphans(of: path, beside: now) + now
    let isFirst = lineages[path] == nil
    // Before others are compared with them, those in hand are to be found under the names that they have now.
    lineages[path]?.rename(now)
    let begun = try await begin(files, in: path)
    guard let lineage = lineages[path] else { return begun }
    if isFirst { wakePredecessor(of: path) }
    if now.isEmpty { gone.insert(path) } else { gone.remove(path) }
    lineage.rename(now)
    lineage.observe(now, held: Set(held.filter { $0.value.lineage == path }.keys))
    if lineage.wantsEarlier(now) { _ = try await earlier(in: lineage) }
    lineage.settle(
      isAllFound: now.allSatisfy { $0.status.byteCount == 0 || lineage.knows($0.status.identity) }, isOnce: isOnce)
    if lineage.isUnsettled { waiting.insert(path) }
    if lineage.isOver {
      lineages[path] = nil
      gone.remove(path)
    }
    if lineage.isOver || !now.isEmpty && !lineage.isMissingFiles {
      lingering[path] = nil
    } else if lingering[path] == nil {
      lingering[path] = Self.lingeringMax
    }
    wake(lineage)
    return begun
  }

  // MARK: Files that may be gone soon

  /// How long an empty file that nobody has written to is kept open.
  private static let heldMax = Duration.seconds(30)

  private func hold(_ files: [FileDiscovery.Found], of path: String) {
    for file in files where lineages[path]?.knows(file.status.identity) != true && held[file.status.identity] == nil {
      guard held.count < openFilesMax / 4, hasRoom(), let log = try? LogFile(path: file.path),
        log.identity == file.status.identity
      else { continue }
      held[log.identity] = HeldFile(file: log, lineage: path, since: .now)
    }
  }

  /// Keeps a file open that cannot be begun yet.
  func hold(_ file: LogFile, of path: String) {
    guard held.count < openFilesMax / 4, held[file.identity] == nil else { return }
    held[file.identity] = HeldFile(file: file, lineage: path, since: .now)
  }

  func takeHeld(_ identity: FileIdentity) -> LogFile? { held.removeValue(forKey: identity)?.file }

  /// Files that were held and have no name any more.
  private func orphans(of path: String, beside files: [FileDiscovery.Found]) -> [FileDiscovery.Found] {
    held.values.filter { held in
      held.lineage == path && !files.contains { $0.status.identity == held.file.identity }
    }
    .compactMap { held in held.file.status.map { FileDiscovery.Found(path: held.file.path, status: $0) } }
    .sorted { $0.status.modified < $1.status.modified }
  }

  // MARK: Deleted files

  /// Deleted files keep the disk full for as long as they are open, and while nothing takes their lines that may be long. Beyond the
  /// limit the lineage that keeps most of it gives up its oldest ones.
  private func giveUpDeleted() {
    var kept: [(lineage: Lineage, bytes: Int64)] = lineages.values.filter(\.isMissingFiles).map {
      ($0, $0.deletedBytes)
    }
    var excess = kept.reduce(0) { $0 + $1.bytes } - Int64(configuration.limits.deletedBytesMax)
    while excess > 0, let most = kept.indices.max(by: { kept[$0].bytes < kept[$1].bytes }) {
      let freed = kept[most].lineage.giveUpDeleted()
      guard freed > 0 else { return }
      tell("deleted bytes") {
        logger.error(
          "limits.deleted_bytes is reached: log files that were deleted before they could be read are given up, each with a gap in the ledger.",
          metadata: ["deleted_bytes": "\(configuration.limits.deletedBytesMax)"])
      }
      kept[most].bytes -= freed
      excess -= freed
      wake(kept[most].lineage)
    }
  }

  // MARK: Descriptors

  /// Whether another file can be opened. At the limit others give their descriptors back first.
  func hasRoom() -> Bool {
    if LogFile.openCount < openFilesMax { return true }
    makeRoom()
    if LogFile.openCount < openFilesMax { return true }
    tell("open files") {
      logger.warning(
        "limits.open_files is reached, and every open file is deleted; further log files wait.",
        metadata: ["open_files": "\(openFilesMax)"])
    }
    return false
  }

  /// Closes files that can be opened again when they have something new: those at their end first, the one that was read
  /// longest ago before the others; then those that just had their turn, because they wait longest for the next one.
  func makeRoom() {
    let candidates = lineages.values.filter { !gone.contains($0.path) && $0.openCount > 0 }.sorted { left, right in
      if left.isHot != right.isHot { return right.isHot }
      return left.isHot ? left.lastTurn > right.lastTurn : left.lastTurn < right.lastTurn
    }
    let wanted = openFilesMax - openFilesMax / 8
    for lineage in candidates {
      if LogFile.openCount <= wanted { return }
      lineage.release()
    }
  }
}
