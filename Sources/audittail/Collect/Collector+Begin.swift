import AuditConfig
import AuditModel
import AuditSource
import AuditStore

/// Which source a file is: one that was read before, under whatever name, or a new one.
extension Collector {
  enum Beginning {
    case begun
    /// For the next look: a renaming is going on, or too many files are open.
    case waits
    case unreadable
    /// Nobody knows its inode: it is new, or its content has to tell.
    case stranger
  }

  /// Begins the files of one lineage that are new.
  /// - Parameter files: oldest first.
  /// - Returns: how many were begun.
  func begin(_ files: [FileDiscovery.Found], in path: String) async throws -> Int {
    var begun = 0
    var strangers: [(FileDiscovery.Found, before: Set<FileIdentity>)] = []
    for (index, file) in files.enumerated() {
      if file.status.byteCount == 0 || lineages[path]?.knows(file.status.identity) == true { continue }
      let newer = Set(files[(index + 1)...].map(\.status.identity))
      switch try await begin(file, in: path, before: newer, isStranger: false) {
      case .begun: begun += 1
      case .stranger: strangers.append((file, newer))
      case .waits: waiting.insert(path)
      case .unreadable: denied.insert(path)
      }
    }
    // After all whose inode told: it may be a copy of one of them, or what one was compressed to. Those that are come first, for they
    // tell where the others have their place.
    for (file, newer) in strangers where file.path != path {
      if try await adopt(file, in: path, before: newer) { begun += 1 }
    }
    // Files that are new come in their order: when one has to wait, those behind it wait too.
    for (file, newer) in strangers where lineages[path]?.knows(file.status.identity) != true {
      let beginning = try await begin(file, in: path, before: newer, isStranger: true)
      switch beginning {
      case .begun: begun += 1
      case .waits, .stranger: waiting.insert(path)
      case .unreadable: denied.insert(path)
      }
      if beginning == .waits { break }
    }
    return begun
  }

  /// - Returns: whether the file holds what is known.
  private func adopt(
    _ found: FileDiscovery.Found, in path: String, before newer: Set<FileIdentity>
  ) async throws -> Bool {
    guard let lineage = lineages[path], let earlier = try await earlier(in: lineage), hasRoom(),
      let file = held[found.status.identity]?.file ?? (try? LogFile(path: found.path)),
      file.identity == found.status.identity,
      (try? lineage.resume(stranger: file, among: earlier, before: newer)) == .known
    else { return false }
    held[found.status.identity] = nil
    return noted(lineage) == .begun
  }

  private func begin(
    _ found: FileDiscovery.Found, in path: String, before newer: Set<FileIdentity>, isStranger: Bool
  ) async throws -> Beginning {
    guard hasRoom() else { return .waits }
    do {
      let file = try takeHeld(found.status.identity) ?? LogFile(path: found.path)
      // Rotated since the look: this is another file under the name. The next look sees both, in their order.
      guard file.identity == found.status.identity else { return .waits }
      let beginning = try await begin(file, found, in: path, before: newer, isStranger: isStranger)
      // It may be deleted while the database or a label is waited for, or before its turn among the strangers comes.
      if beginning == .waits || beginning == .stranger { hold(file, of: path) }
      return beginning
    } catch let error as LogFile.OpenError {
      // Renamed or deleted between two looks: the next look finds it again if it is still there.
      if error.isMissing { return .waits }
      note(error)
      return .unreadable
    }
  }

  private func begin(
    _ file: LogFile, _ found: FileDiscovery.Found, in path: String, before newer: Set<FileIdentity>, isStranger: Bool
  ) async throws -> Beginning {
    guard let lineage = try await lineage(path) else { return .waits }
    if !isStranger {
      guard let known = try await knownSources(of: lineage.tenant, file.identity) else { return .waits }
      let sources = known.map { Lineage.Earlier($0) }
      // Its open lines may have been ended in a file that is gone.
      if sources.contains(where: { !$0.pending.isEmpty }), try await earlier(in: lineage) == nil { return .waits }
      return try lineage.resume(file, among: sources, before: newer) ? noted(lineage) : .stranger
    }
    if let earlier = try await earlier(in: lineage) {
      if found.path != path {
        switch try lineage.resume(stranger: file, among: earlier, before: newer) {
        case .known: return noted(lineage)
        case .undecided: return .waits
        case .unknown: break
        }
      }
    } else if found.path != path || !isBornInThisRun(file.identity, lineage.tenant) {
      // A file that is newer than what the ledger said is none of its sources, also while it cannot be asked.
      return .waits
    }
    guard let id = tenants[lineage.tenant]?.newSource() else { return .waits }
    try lineage.begin(file, path: found.path, as: id, before: newer)
    return noted(lineage)
  }

  /// Whoever writes down what the API server says of pods learns that one has lines.
  private func noted(_ lineage: Lineage) -> Beginning {
    if let podNotes, let uid = ContainerLogPath(lineage.path)?.uid { podNotes.want(uid, for: lineage.tenant) }
    return .begun
  }

  /// - Returns: nil while it is not known whose lines these are, or the database is away.
  private func lineage(_ path: String) async throws -> Lineage? {
    if let lineage = lineages[path] { return lineage }
    guard let tenant = try await tenant(ofLog: path) else {
      undecided.insert(path)
      return nil
    }
    guard try await isOpen(tenant) else { return nil }
    let lineage = Lineage(
      path: path, tenant: tenant, server: router.server(of: path), lineBytesMax: configuration.limits.lineBytesMax)
    lineages[path] = lineage
    return lineage
  }

  /// The sources that earlier runs found in the lineage; asked for once, when a file comes that no inode explains.
  /// - Returns: nil while the database is away.
  func earlier(in lineage: Lineage) async throws -> [Lineage.Earlier]? {
    if let earlier = lineage.earlier { return earlier }
    guard let known = try await knownSources(of: lineage.tenant, lineage: lineage.path) else { return nil }
    let earlier = known.map { Lineage.Earlier($0) }
    lineage.earlier = earlier
    return earlier
  }

  /// A container that was started anew: what its last incarnation left open may be told of.
  func wakePredecessor(of path: String) {
    guard let restarts = ContainerLogPath(path)?.restarts, restarts > 0, let slash = path.lastIndex(of: "/") else {
      return
    }
    // Counts that crashed without a word have no lineage.
    for count in stride(from: restarts - 1, through: max(0, restarts - 16), by: -1) {
      guard let lineage = lineages["\(path[...slash])\(count).log"] else { continue }
      lineage.wake()
      return wake(lineage)
    }
  }
}

extension Lineage.Earlier {
  init(_ known: KnownSource) {
    self.init(
      record: known.record, position: known.position, lastBlock: known.lastBlock, pending: known.pending,
      gapBytes: known.gapBytes)
  }
}
