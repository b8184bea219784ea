import AuditModel
import AuditSource
import AuditStore

/// Which source a file is: one that was read before, under whatever name, or a new one.
extension Collector {
  enum Beginning {
    case begun
    /// For the next scan: a renaming is going on, or too many files are open.
    case waits
    case unreadable
    /// A file under a rotation's name whose inode nobody knows: its content has to tell.
    case stranger
  }

  func begin(
    _ found: FileDiscovery.Found, in path: String, before newer: Set<FileIdentity>
  ) async throws -> Beginning {
    guard hasRoom() else { return .waits }
    let file: LogFile
    switch open(found) {
    case .opened(let opened): file = opened
    case .failed(let beginning): return beginning
    }
    let tenant = router.tenant(of: path)
    try await open(tenant)
    let lineage = lineage(path, of: tenant)
    for known in try await store.sources(of: tenant, collector: collector, inode: file.identity.inode)
    where known.record.identity == file.identity && !lineage.holds(known.record.id) {
      if try await take(file, as: known, into: lineage, before: newer) { return .begun }
    }
    if found.path != path { return .stranger }
    return await takeAsNew(file, into: lineage, before: newer)
  }

  /// After all whose inode told: the file may be a copy of one of them, or what one was compressed to.
  func begin(
    stranger found: FileDiscovery.Found, in path: String, before newer: Set<FileIdentity>
  ) async throws -> Beginning {
    guard hasRoom() else { return .waits }
    let file: LogFile
    switch open(found) {
    case .opened(let opened): file = opened
    case .failed(let beginning): return beginning
    }
    let lineage = lineage(path, of: router.tenant(of: path))
    do throws(LogFile.OpenError) {
      switch try lineage.adopt(file) {
      case .known: return .begun
      case .undecided: return .waits
      case .unknown: break
      }
    } catch {
      note(error)
      return .unreadable
    }
    for known in try await earlier(in: lineage) where !lineage.holds(known.record.id) {
      if try await take(file, as: known, into: lineage, before: newer) { return .begun }
    }
    return await takeAsNew(file, into: lineage, before: newer)
  }

  private enum Opening {
    case opened(LogFile)
    case failed(Beginning)
  }

  private func open(_ found: FileDiscovery.Found) -> Opening {
    do throws(LogFile.OpenError) {
      let file = try LogFile(path: found.path)
      // Rotated since the scan: this is another file under the name. The next scan sees both, in their order.
      return file.identity == found.status.identity ? .opened(file) : .failed(.waits)
    } catch {
      // Renamed or deleted between two looks: the next scan finds it again if it is still there.
      if error.isMissing { return .failed(.waits) }
      note(error)
      return .failed(.unreadable)
    }
  }

  private func lineage(_ path: String, of tenant: TenantID) -> Lineage {
    if let lineage = lineages[path] { return lineage }
    let lineage = Lineage(
      path: path, tenant: tenant, server: router.server(of: path), lineBytesMax: configuration.limits.lineBytesMax)
    lineages[path] = lineage
    return lineage
  }

  /// The sources that earlier runs found in the lineage; asked for once, when a file comes that no inode explains.
  private func earlier(in lineage: Lineage) async throws -> [Lineage.Earlier] {
    if let earlier = lineage.earlier { return earlier }
    let known = try await store.sources(of: lineage.tenant, collector: collector, lineage: lineage.path)
    let earlier = known.map {
      Lineage.Earlier(record: $0.record, offset: $0.position.offset - $0.gapBytes, lastBlock: $0.lastBlock, pending: $0.pending, isEnded: $0.gapBytes > 0)
    }
    lineage.earlier = earlier
    return earlier
  }

}
