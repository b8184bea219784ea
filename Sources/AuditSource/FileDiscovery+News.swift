import Glibc

/// What the kernel tells, and what links say.
extension FileDiscovery {
  /// Looks at every name that there is news of, once, however often it was told of.
  /// - Returns: whether news were lost.
  func readNews() -> Bool {
    guard let inotify else { return false }
    var names: Set<UnseenFiles.Name> = []
    var ended: [LogDirectory] = []
    var isIncomplete = false
    inotify.events { event in
      isIncomplete = isIncomplete || event.isOverflow
      for directory in watches[event.watch] ?? [] {
        if event.isEnd {
          ended.append(directory)
        } else if !event.name.isEmpty {
          names.insert(UnseenFiles.Name(directory: directory.path, name: event.name))
          unseen.take(event, in: directory.path)
        }
      }
    }
    for directory in ended { remove(directory) }
    for name in names {
      if let directory = directories[name.directory] { look(at: name.name, in: directory) }
    }
    listUnlisted()
    unseen.settle { directories[$0.directory]?.files[$0.name] != nil }
    for name in unseen.takeGone() { noteUnseen(name) }
    return isIncomplete
  }

  /// A log file came and went and was never looked at. Where it was compressed meanwhile, its content is there.
  private func noteUnseen(_ name: UnseenFiles.Name) {
    let path = PathText.join(name.directory, name.name)
    guard let directory = directories[name.directory], isWanted(name.name, path, in: directory),
      !RotatedName.isCompressed(path), FileStatus(path: path + RotatedName.compressed) == nil
    else { return }
    let base = RotatedName.lineage(of: path)
    unseenPaths[aliases[base] ?? base, default: []].append(path)
  }

  /// Files that came and went since the last call and were never looked at, by their lineages.
  package func takeUnseen() -> [String: [String]] {
    defer { unseenPaths = [:] }
    return unseenPaths
  }

  private static let linksMax = 8

  /// Goes after a symbolic link to the file itself, which is then looked for where it is, with what rotation leaves beside it.
  func follow(_ link: String) {
    var path = link
    var best = link
    for _ in 0..<Self.linksMax {
      guard let target = Self.target(of: path) else { break }
      path = target
      if Self.rank(path) > Self.rank(best) { best = path }
    }
    // Docker's own file says nothing of the pod, and the link that leads to it does.
    let (base, name) = (RotatedName.lineage(of: path), RotatedName.lineage(of: best))
    if Self.rank(path) < Self.rank(best), lineages[base] == nil { aliases[base] = name }
    let (directory, file) = PathText.split(path)
    enter(directory, nil, naming: file)
  }

  /// How much a path says of its container.
  private static func rank(_ path: String) -> Int {
    guard let container = ContainerLogPath(path) else { return 0 }
    return (container.namespace == nil ? 0 : 2) + (container.uid == nil ? 0 : 1)
  }

  private static func target(of link: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { chars in
        chars.baseAddress.map { readlink(link, $0, chars.count) } ?? -1
      }
    }
    guard count > 0 else { return nil }
    let text = String(decoding: buffer.prefix(count), as: UTF8.self)
    if text.hasPrefix("/"), !text.contains("/../") { return text }
    let whole = text.hasPrefix("/") ? text : PathText.join(PathText.split(link).directory, text)
    let (directory, name) = PathText.split(whole)
    guard let resolved = realpath(directory.isEmpty ? "." : directory, nil) else { return whole }
    defer { free(resolved) }
    return PathText.join(String(cString: resolved), name)
  }
}
