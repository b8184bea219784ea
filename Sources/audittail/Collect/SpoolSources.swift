import AuditModel
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
    guard var known = try await ledgerSources(of: tenant, identity) else { return nil }
    for source in known { tenants[tenant]?.book.register(source.record, at: source.position) }
    guard let spooled = await spool?.spool.file(identity, of: tenant) else { return known }
    let index = known.firstIndex {
      $0.record.identity == identity && $0.record.fingerprint == spooled.source.fingerprint
    }
    // Stored meanwhile, and more.
    if let index, known[index].position >= spooled.position { return known }
    let position = KnownSource(
      record: book(spooled.source, of: tenant), position: spooled.position,
      pending: spooled.pending.map { pending in
        let source = spooled.sources.first { $0.id == pending.source }.map { book($0, of: tenant).id }
        return PendingLine(stream: pending.stream, source: source ?? pending.source, offset: pending.offset)
      })
    if let index { known[index] = position } else { known.insert(position, at: 0) }
    return known
  }

  /// The source of a piece under the ledger's number, or the next one.
  private func book(_ source: SourceRecord, of tenant: TenantID) -> SourceRecord {
    if let id = tenants[tenant]?.book.id(of: source) { return tenants[tenant]?.book.record(id) ?? source }
    guard let id = tenants[tenant]?.newSource() else { return source }
    let record = SourceRecord(id: id, path: source.path, identity: source.identity, fingerprint: source.fingerprint)
    tenants[tenant]?.book.register(record, at: nil)
    return record
  }

  private func ledgerSources(of tenant: TenantID, _ identity: FileIdentity) async throws -> [KnownSource]? {
    if !isStoreAway {
      do {
        let known = try await store.sources(of: tenant, collector: collector, inode: identity.inode)
        storeBackoff.reset()
        return known
      } catch let error as PostgresError where error.isTransient {
        noteStoreAway()
      }
    }
    // A file that was born after the ledger was asked cannot be in it. Without a spool it may wait as well.
    guard spool != nil, let openedAt = tenants[tenant]?.openedAt, identity.birth > openedAt.nanoseconds else {
      return nil
    }
    return []
  }

  // MARK: A database that is away

  var isStoreAway: Bool { storeAwayUntil.map { ContinuousClock.now < $0 } ?? false }

  func noteStoreAway() { storeAwayUntil = .now + storeBackoff.next() }
}
