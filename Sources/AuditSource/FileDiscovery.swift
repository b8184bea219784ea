import AuditModel
import Glibc

/// Finds log files: those that a pattern names, the rotated ones beside them, and those that symbolic links lead to.
///
/// It keeps a tree of the directories that the patterns lead through and tells what changed since the last time. News come from
/// inotify where it is to be had; where it is not (network file systems, no watches left, switched off), and once in a while
/// everywhere, it looks again: at a directory's names when its time of change moved, and at each file's status. How long it may look is
/// a share of the time, so ten thousand files cost no more than ten, they only wait longer.
package final class FileDiscovery {
  /// A file that is there now.
  package struct Found: Sendable, Hashable {
    package let path: String
    package let status: FileStatus

    package init(path: String, status: FileStatus) {
      self.path = path
      self.status = status
    }
  }

  let patterns: [FilePattern]
  let inotify: Inotify?
  var directories: [String: LogDirectory] = [:]
  var watches: [Int32: [LogDirectory]] = [:]
  /// Directories without a watch.
  var unwatched: Set<String> = []
  /// Directories to be listed before anything is told.
  var unlisted: Set<String> = []
  /// The files of each lineage, in no order.
  var lineages: [String: [Found]] = [:]
  /// The name under which each file is told of: a file with two names is one file.
  var owners: [FileIdentity: String] = [:]
  /// Lineages that are better known by the name of a link.
  var aliases: [String: String] = [:]
  var changed: Set<String> = []
  /// Files that are not where they were, and where that was.
  var vanished: [FileIdentity: String] = [:]
  /// Lineages with a file that is being compressed, and since when that was seen.
  private var unfinished: [String: ContinuousClock.Instant] = [:]
  var unseen = UnseenFiles()
  var unseenPaths: [String: [String]] = [:]
  var isOverWatches = false
  private let interval: Duration
  private var nextSweep = ContinuousClock.now
  private var nextGlance = ContinuousClock.now
  private var sweepTook = Duration.zero

  /// - Parameters:
  ///   - patterns: shell patterns as glob(7) has them.
  ///   - isWatching: whether the kernel is asked for news.
  ///   - interval: the shortest time between two looks at what it tells no news of.
  ///   - watchesMax: how many directories are watched at most.
  package init(
    patterns: [String], isWatching: Bool = false, interval: Duration = .milliseconds(500), watchesMax: Int = .max
  ) {
    self.patterns = patterns.map(FilePattern.init)
    self.interval = interval
    inotify = isWatching ? Inotify(watchesMax: watchesMax) : nil
  }

  /// The kernel has no more watches to give: `fs.inotify.max_user_watches` is reached.
  package var isShortOfWatches: Bool { isOverWatches }

  /// Whether the kernel tells news at all.
  package var isWatching: Bool { inotify != nil }

  // MARK: Looking

  /// Share of the time that may go into looking at everything, and into what there is no news of: 1 in so many.
  private static let sweepShare = 200
  private static let glanceShare = 25
  /// Least time between two looks at everything where the kernel tells news.
  private static let sweepInterval = Duration.seconds(1)

  /// Takes in what happened since the last time, and looks where it is due.
  package func update(now: ContinuousClock.Instant = .now) {
    if readNews() { nextSweep = min(nextSweep, now + sweepTook * 20) }
    if now >= nextSweep {
      sweep()
      let done = ContinuousClock.now
      sweepTook = done - now
      nextSweep = done + max(Self.sweepInterval, interval, sweepTook * Self.sweepShare)
      nextGlance = done + max(interval, sweepTook * Self.glanceShare)
    } else if hasBlindSpots, now >= nextGlance {
      glance()
      let done = ContinuousClock.now
      nextGlance = done + max(interval, (done - now) * Self.glanceShare)
    }
  }

  /// When `update` is due though there is no news.
  package var nextLook: ContinuousClock.Instant { hasBlindSpots ? min(nextSweep, nextGlance) : nextSweep }

  private var hasBlindSpots: Bool {
    !unwatched.isEmpty || patterns.contains { directories[$0.root] == nil }
  }

  /// Waits for news, for `waker`, or for the end of `duration`.
  package func wait(atMost duration: Duration, waker: Waker) {
    var descriptors = [pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0)]
    if let inotify { descriptors.append(pollfd(fd: inotify.descriptor, events: Int16(POLLIN), revents: 0)) }
    let parts = max(.zero, duration).components
    let milliseconds =
      min(parts.seconds, 3600) * 1000 + (parts.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    poll(&descriptors, nfds_t(descriptors.count), Int32(milliseconds))
    if descriptors[0].revents != 0 { waker.clear() }
  }

  /// Looks at everything.
  func sweep() {
    // Watches may have become free: the first directory that gets none says whether.
    isOverWatches = false
    // What is entered now is listed now.
    let known = Array(directories.values)
    enterRoots()
    for directory in known where directories[directory.path] === directory { check(directory) }
    listUnlisted()
  }

  /// Looks at what no news comes from.
  private func glance() {
    enterRoots()
    for path in Array(unwatched) {
      if let directory = directories[path] { check(directory) }
    }
    listUnlisted()
  }

  // MARK: Telling

  /// The lineages in which something changed since the last call, and the files that each has now: oldest first, the one
  /// that is being written, if it is there, last; none where all are gone.
  package func takeChanges() -> [String: [Found]] {
    // A file that was renamed between two looks is missing under both names; whoever reads must not take it for deleted.
    let lost = Set(vanished.filter { owners[$0.key] == nil }.values)
    vanished.removeAll()
    for path in lost {
      if let directory = directories[path] { list(directory) }
    }
    listUnlisted()
    vanished.removeAll()
    // Nobody tells when a compression is done that leaves its plain file.
    let isLongAgo = ContinuousClock.now - .nanoseconds(Self.compressingMax)
    for (lineage, since) in unfinished where since < isLongAgo { changed.insert(lineage) }
    var told: [String: [Found]] = [:]
    for lineage in changed {
      told[lineage] = files(ofKnown: lineage)
      if lineages[lineage] == nil, !aliases.isEmpty { aliases = aliases.filter { $0.value != lineage } }
    }
    changed.removeAll()
    return told
  }

  /// Looks at a lineage's files again, though nothing is known to have changed.
  package func again(_ lineage: String) -> [Found] {
    for file in lineages[lineage] ?? [] {
      let (path, name) = PathText.split(file.path)
      if let directory = directories[path] { look(at: name, in: directory) }
    }
    return files(ofKnown: lineage)
  }

  /// Oldest first: what is compressed, in the order of its names, then by the time of the last write; the file that is being written
  /// comes last. What a compression has not finished, the file that it is made from still beside it, is not there yet. One that was
  /// finished long ago and has such a file beside it comes behind that: it may hold the same.
  private func files(ofKnown lineage: String) -> [Found] {
    let files = lineages[lineage] ?? []
    let plain = Dictionary(files.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let beside: (Found) -> Found? = { RotatedName.isCompressed($0.path) ? plain[RotatedName.plain($0.path)] : nil }
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let settled = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) - Self.compressingMax
    unfinished[lineage] = files.contains { $0.status.modified > settled && beside($0) != nil } ? .now : nil
    return files.filter { $0.status.modified <= settled || beside($0) == nil }.sorted { left, right in
      let (old, new) = (beside(left) ?? left, beside(right) ?? right)
      if old == new { return left == old && right != old }
      let (isLeft, isRight) = (Self.isBeingWritten(old.path), Self.isBeingWritten(new.path))
      if isLeft != isRight { return isRight }
      let (isOld, isNew) = (RotatedName.isCompressed(old.path), RotatedName.isCompressed(new.path))
      if isOld, isNew { return RotatedName.isOlder(old.path, new.path) }
      if isOld != isNew { return isOld }
      return (old.status.modified, old.path) < (new.status.modified, new.path)
    }
  }

  /// How long after its last write a compressed file may still be being written.
  private static let compressingMax = Int64(10_000_000_000)

  /// The files of each lineage, found anew.
  package func scan() -> [String: [Found]] {
    for directory in directories.values { directory.isSettled = false }
    sweep()
    _ = takeChanges()
    return Dictionary(uniqueKeysWithValues: lineages.keys.map { ($0, files(ofKnown: $0)) })
  }

  // MARK: Names

  /// The paths of one lineage: the file that is being written and the rotated ones.
  static func files(of lineage: String) -> [String] {
    let (directory, name) = PathText.split(lineage)
    let names = DirectoryListing.names(directory) ?? []
    return [lineage]
      + names.map { PathText.join(directory, $0.name) }.filter {
        $0 != lineage && RotatedName.lineage(of: $0) == lineage
      }
      .filter { PathText.split($0).name != name }
  }

  static func isBeingWritten(_ path: String) -> Bool { RotatedName.lineage(of: path) == path }
}
