import AuditModel
import Glibc

/// The tree of directories: entering, listing, and looking at single names. Everything here may be done again at any time: it asks the file
/// system how things are, and believes no news.
extension FileDiscovery {
  func enterRoots() {
    for (index, pattern) in patterns.enumerated() { enter(pattern.root, .init(pattern: index, step: 0)) }
  }

  /// Takes a directory into the tree, or another one that has come in its place.
  func enter(_ path: String, _ place: LogDirectory.Place?, naming name: String? = nil) {
    guard let status = FileStatus(path: path.isEmpty ? "." : path), status.isDirectory else { return }
    if let known = directories[path], known.identity != status.identity { remove(known) }
    let directory = directories[path] ?? LogDirectory(path: path, identity: status.identity)
    let isNew = directories[path] == nil
    directories[path] = directory
    var isMore = place.map { directory.places.insert($0).inserted } ?? false
    if let name { isMore = directory.names.insert(name).inserted || isMore }
    guard isNew || isMore else { return }
    // Watched first and listed then: what comes in between is told of twice, which is better than never.
    watch(directory)
    unlisted.insert(path)
    if isNew, place != nil { list(directory) }
  }

  private func watch(_ directory: LogDirectory) {
    guard let inotify, FileSystemKind.tellsOfWrites(directory.path) else {
      unwatched.insert(directory.path)
      return
    }
    let holdsFiles = !directory.names.isEmpty || directory.places.contains { isLast($0) }
    guard let watch = inotify.watch(directory.path, withWrites: holdsFiles) else {
      isOverWatches = isOverWatches || errno == ENOSPC
      unwatched.insert(directory.path)
      return
    }
    unwatched.remove(directory.path)
    guard directory.watch != watch else { return }
    directory.watch = watch
    watches[watch, default: []].append(directory)
  }

  private func isLast(_ place: LogDirectory.Place) -> Bool { place.step == patterns[place.pattern].steps.count - 1 }

  /// Takes a directory and everything below it out of the tree.
  func remove(_ directory: LogDirectory) {
    guard directories[directory.path] === directory else { return }
    directories[directory.path] = nil
    unwatched.remove(directory.path)
    for name in Array(directory.files.keys) { forget(name, in: directory) }
    for name in directory.children {
      if let child = directories[PathText.join(directory.path, name)] { remove(child) }
    }
    if let watch = directory.watch {
      let others = watches[watch, default: []].filter { $0 !== directory }
      watches[watch] = others.isEmpty ? nil : others
      if others.isEmpty { inotify?.unwatch(watch) }
    }
    let (parent, name) = PathText.split(directory.path)
    if directories[parent]?.children.remove(name) != nil { unlisted.insert(parent) }
  }

  /// Looks whether a directory or one of its files changed.
  func check(_ directory: LogDirectory) {
    guard let status = FileStatus(path: directory.path.isEmpty ? "." : directory.path), status.isDirectory,
      status.identity == directory.identity
    else { return remove(directory) }
    if directory.watch == nil, !isOverWatches { watch(directory) }
    if status.modified != directory.modified || !directory.isSettled { return list(directory) }
    for name in directory.files.keys { look(at: name, .file, in: directory) }
  }

  /// How much older than a listing the last change of names has to be for the next one to have another time: network file
  /// systems count in seconds, and their clock is not ours.
  private static let settlingMax: Int64 = 3_000_000_000

  func list(_ directory: LogDirectory) {
    unlisted.remove(directory.path)
    guard let status = FileStatus(path: directory.path.isEmpty ? "." : directory.path),
      status.identity == directory.identity
    else { return remove(directory) }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    directory.modified = status.modified
    directory.isSettled = status.modified < Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) - Self.settlingMax
    guard let names = DirectoryListing.names(directory.path) else { return lookAtLiterals(of: directory) }
    let listed = Set(names.map(\.name))
    for name in Array(directory.files.keys) where !listed.contains(name) { look(at: name, in: directory) }
    for name in directory.children where !listed.contains(name) {
      if let child = directories[PathText.join(directory.path, name)] { remove(child) }
    }
    for (name, kind) in names where !directory.children.contains(name) { look(at: name, kind, in: directory) }
  }

  /// A directory that may be passed through and not be read: names without wildcards can be found all the same.
  private func lookAtLiterals(of directory: LogDirectory) {
    let steps = directory.places.map { patterns[$0.pattern].steps[$0.step] }.filter { !FilePattern.hasWildcard($0) }
    for name in directory.names.union(steps).union(directory.files.keys) { look(at: name, in: directory) }
  }

  func listUnlisted() {
    while let path = unlisted.popFirst() {
      if let directory = directories[path] { list(directory) }
    }
  }

  /// Finds out what a name in a directory stands for now.
  func look(at name: String, _ kind: DirectoryListing.Kind = .unknown, in directory: LogDirectory) {
    let path = PathText.join(directory.path, name)
    switch kind == .unknown ? DirectoryListing.kind(of: path) : kind {
    case .directory: descend(into: name, of: directory)
    case .file:
      guard isWanted(name, path, in: directory) else { return }
      guard let status = FileStatus(path: path), status.isRegular else { return forget(name, in: directory) }
      note(Found(path: path, status: status), name, in: directory)
    case .link:
      let status = FileStatus(path: path)
      if status?.isDirectory == true { return descend(into: name, of: directory) }
      forget(name, in: directory)
      guard isWanted(name, path, in: directory) else { return }
      // What a link leads to may come later, and nobody tells the link's own directory.
      if status == nil { directory.isSettled = false }
      if status?.isRegular != false { follow(path) }
    case nil, .other, .unknown:
      forget(name, in: directory)
      if let child = directories[path] { remove(child) }
    }
  }

  private func descend(into name: String, of directory: LogDirectory) {
    for place in directory.places where !isLast(place) {
      guard FilePattern.matches(name, patterns[place.pattern].steps[place.step]) else { continue }
      let path = PathText.join(directory.path, name)
      enter(path, .init(pattern: place.pattern, step: place.step + 1))
      if directories[path] != nil { directory.children.insert(name) }
    }
  }

  func isWanted(_ name: String, _ path: String, in directory: LogDirectory) -> Bool {
    if directory.files[name] != nil { return true }
    if RotatedName.isUnfinished(name) || ContainerLogPath.isForeign(path) { return false }
    // A rotated file is wanted where the one that it was renamed from is.
    let base = RotatedName.lineage(of: name)
    if directory.names.contains(base) || directory.names.contains(name) { return true }
    return directory.places.contains { place in
      guard isLast(place), let step = patterns[place.pattern].steps.last else { return false }
      return FilePattern.matches(name, step) || FilePattern.matches(base, step)
    }
  }

  private func note(_ found: Found, _ name: String, in directory: LogDirectory) {
    if let lineage = directory.files[name],
      let index = lineages[lineage]?.firstIndex(where: { $0.path == found.path }),
      let before = lineages[lineage]?[index]
    {
      if before == found { return }
      if before.status.identity == found.status.identity {
        lineages[lineage]?[index] = found
        changed.insert(lineage)
        return
      }
      forget(name, in: directory)
    }
    guard claim(found) else { return }
    let base = RotatedName.lineage(of: found.path)
    let lineage = aliases[base] ?? base
    directory.files[name] = lineage
    lineages[lineage, default: []].append(found)
    changed.insert(lineage)
  }

  /// A file has one name here; a second one counts only once the first is gone.
  private func claim(_ found: Found) -> Bool {
    let identity = found.status.identity
    if let owner = owners[identity], owner != found.path {
      if FileStatus(path: owner)?.identity == identity { return false }
      let (path, name) = PathText.split(owner)
      if let directory = directories[path] { forget(name, in: directory) }
    }
    owners[identity] = found.path
    return true
  }

  func forget(_ name: String, in directory: LogDirectory) {
    guard let lineage = directory.files.removeValue(forKey: name) else { return }
    let path = PathText.join(directory.path, name)
    changed.insert(lineage)
    guard let index = lineages[lineage]?.firstIndex(where: { $0.path == path }),
      let found = lineages[lineage]?.remove(at: index)
    else { return }
    if lineages[lineage]?.isEmpty == true { lineages[lineage] = nil }
    if owners[found.status.identity] == path { owners[found.status.identity] = nil }
    vanished[found.status.identity] = directory.path
  }
}
