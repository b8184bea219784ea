import AuditModel
import AuditSource
import AuditSpool
import AuditStore
import Postgres

/// What is known of a file when it is found, by the ledger and by the spool, also while the database is away.
extension Collector {
  /// Whether the tenant's ledger is known; false while the database is away.
  func isOpen(_ tenant: TenantID) async throws -> Bool {
    if tenants[tenant] != nil { return true }
    if isStoreAway { return false }
    do {
      try await open(tenant)
      storeBackoff.reset()
      return true
    } catch let error as PostgresError where error.isTransient {
      noteStoreAway()
      return false
    }
  }

  /// The sources that may be this file, and how far they were read.
  /// - Returns: nil where only the database could say, and it is away.
  func knownSources(of tenant: TenantID, _ identity: FileIdentity) async throws -> [KnownSource]? {
    let asked = try await unlessAway { collector in
      try await collector.store.sources(of: tenant, collector: collector.collector, inode: identity.inode)
    }
    guard let ledger = asked ?? (isBornInThisRun(identity, tenant) ? [] : nil) else { return nil }
    let spooled = await spool?.spool.file(identity, of: tenant)
    return merged(ledger, with: spooled.map { [$0] } ?? [], of: tenant)
  }

  /// The sources that were found under a lineage's path, and how far they were read.
  /// - Returns: nil where only the database could say, and it is away.
  func knownSources(of tenant: TenantID, lineage path: String) async throws -> [KnownSource]? {
    let asked = try await unlessAway { collector in
      try await collector.store.sources(of: tenant, collector: collector.collector, lineage: path)
    }
    guard let ledger = asked else { return nil }
    let spooled = await spool?.spool.files(of: tenant).filter { RotatedName.lineage(of: $0.source.path) == path }
    return merged(ledger, with: spooled ?? [], of: tenant)
  }

  /// What the ledger says, where the spool does not know more.
  private func merged(_ ledger: [KnownSource], with spooled: [SpooledFile], of tenant: TenantID) -> [KnownSource] {
    var known = ledger
    for source in known { tenants[tenant]?.book.register(source.record, at: source.position) }
    for file in spooled {
      let index = known.firstIndex {
        $0.record.identity == file.source.identity && $0.record.fingerprint == file.source.fingerprint
      }
      // Stored meanwhile, and more.
      if let index, known[index].position >= file.position { continue }
      let position = KnownSource(
        record: book(file.source, of: tenant), position: file.position,
        pending: file.pending.map { pending in
          let source = file.sources.first { $0.id == pending.source }.map { book($0, of: tenant).id }
          return PendingLine(
            stream: pending.stream, format: pending.format, source: source ?? pending.source, offset: pending.offset)
        }, lastBlock: file.lastBlock, gapBytes: file.gapBytes, sequence: .max)
      if let index { known[index] = position } else { known.insert(position, at: 0) }
    }
    return known.sorted { KnownSource.isOlder($1, $0) }
  }

  /// The source of a piece under the ledger's number, or the next one.
  private func book(_ source: SourceRecord, of tenant: TenantID) -> SourceRecord {
    if let id = tenants[tenant]?.book.id(of: source) { return tenants[tenant]?.book.record(id) ?? source }
    guard let id = tenants[tenant]?.newSource() else { return source }
    let record = SourceRecord(id: id, path: source.path, identity: source.identity, fingerprint: source.fingerprint)
    tenants[tenant]?.book.register(record, at: nil)
    return record
  }

  /// - Returns: nil where the database does not answer.
  private func unlessAway<T: Sendable>(
    _ ask: (isolated Collector) async throws -> T
  ) async throws -> T? {
    if isStoreAway { return nil }
    do {
      let answer = try await ask(self)
      storeBackoff.reset()
      return answer
    } catch let error as PostgresError where error.isTransient {
      noteStoreAway()
      return nil
    }
  }

  /// A file that was born after the ledger was asked cannot be in it. Without a spool it may wait for the database as well.
  func isBornInThisRun(_ identity: FileIdentity, _ tenant: TenantID) -> Bool {
    guard spool != nil, let openedAt = tenants[tenant]?.openedAt else { return false }
    return identity.birth > openedAt.nanoseconds
  }

  // MARK: A database that is away

  var isStoreAway: Bool { storeAwayUntil.map { ContinuousClock.now < $0 } ?? false }

  func noteStoreAway() { storeAwayUntil = .now + storeBackoff.next() }
}
