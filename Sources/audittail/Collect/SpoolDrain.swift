import AuditConfig
import AuditModel
import AuditRedact
import AuditSpool
import AuditStore
import Postgres

/// What waits in the spool becomes batches.
extension Collector {
  /// Whether it is time to make a batch of what waits.
  func isDue(_ backlog: SpoolBacklog) -> Bool {
    if backlog.isEmpty { return false }
    let limits = configuration.limits
    if backlog.filePieces > 0 || backlog.rows >= limits.batchRowsMax || backlog.bytes >= limits.batchBytesMax {
      return true
    }
    return backlog.since.map { ContinuousClock.now - $0 >= limits.batchAgeMax } ?? true
  }

  /// When there will be something to do; nil where nothing can be done.
  func spoolDue(_ batches: BatchLanes) -> ContinuousClock.Instant? {
    guard let spool else { return nil }
    let dues = spool.spool.backlogs.filter { batches.hasRoom($0.key) }.map { tenant, backlog in
      isDue(backlog) ? ContinuousClock.now : (backlog.since ?? .now) + configuration.limits.batchAgeMax
    }
    // A database that is away is asked when its time has come, not at once.
    return dues.min().map { max($0, storeAwayUntil ?? $0) }
  }

  /// Makes a batch for each tenant whose lane has room and whose pieces are due.
  /// - Parameter isFinishing: everything is due.
  /// - Returns: whether there was something to do.
  @discardableResult
  func drain(_ batches: BatchLanes, isFinishing: Bool) async throws -> Bool {
    guard let spool, !isStoreAway else { return false }
    var isProgress = false
    for (tenant, backlog) in spool.spool.backlogs
    where (isFinishing || isDue(backlog)) && batches.hasRoom(tenant) {
      // A full batch of files that waits has its turn in between.
      if tenants[tenant]?.isFilesTurn == true, backlog.filePieces == 0, !isFinishing,
        tenants[tenant]?.open?.isEmpty == false
      {
        tenants[tenant]?.isFilesTurn = false
        continue
      }
      guard try await isOpen(tenant) else { continue }
      isProgress = try await drain(tenant, spool.spool, batches) || isProgress
    }
    for (tenant, intake) in tenants {
      guard let passed = intake.passed, batches.isIdle(tenant) else { continue }
      tenants[tenant]?.passed = nil
      await spool.spool.release(tenant, upTo: passed)
    }
    return isProgress
  }

  private func drain(_ tenant: TenantID, _ spool: Spool, _ batches: BatchLanes) async throws -> Bool {
    let limits = configuration.limits
    guard let read = await spool.read(tenant, rowsMax: limits.batchRowsMax, bytesMax: limits.batchBytesMax),
      var batch = tenants[tenant]?.freshBatch(textBytesMax: limits.rejectedTextBytesMax)
    else { return false }
    do {
      for item in read.items {
        switch item {
        case .piece(let piece): try await take(piece, isLost: false, into: &batch)
        case .lost(let piece): try await take(piece, isLost: true, into: &batch)
        }
      }
    } catch let error as PostgresError where error.isTransient {
      // Nothing of it went on its way; it is read again when the database is back.
      noteStoreAway()
      await spool.rewind(tenant)
      return false
    }
    if batch.isEmpty {
      tenants[tenant]?.passed = read.end
      return !read.items.isEmpty
    }
    tenants[tenant]?.isFilesTurn = true
    send(&batch, of: tenant, spooled: read.end, batches)
    return true
  }

  /// Puts a piece into a batch, unless it is stored already or on its way.
  /// - Parameter isLost: its rows are damaged; what it read is a gap.
  private func take(_ piece: SpoolPiece, isLost: Bool, into batch: inout OpenBatch) async throws {
    let tenant = piece.tenant
    var numbers: [SourceID: SourceID] = [:]
    for source in piece.sources { numbers[source.id] = try await bind(source, of: tenant) }
    guard let book = tenants[tenant]?.book else { return }
    let placed = PlacedPiece(piece, numbers: numbers, isLost: isLost) {
      batch.position(of: $0) ?? book.position(of: $0)
    }
    if placed.spans.isEmpty { return }
    let spanned = Set(placed.spans.map(\.source))
    let fresh = spanned.filter { !book.isNamed($0) && !batch.names($0) }.sorted().map { book.record($0) }
    batch.append(
      piece, spans: placed.spans, naming: fresh,
      RowBinding(collector: collector, sequence: batch.sequence, base: piece.base, sources: numbers))
  }

  /// The ledger's number of a piece's source; a source that nobody knows gets the next one.
  func bind(_ source: SourceRecord, of tenant: TenantID) async throws -> SourceID {
    guard let identity = source.identity else { return source.id }
    if let known = tenants[tenant]?.book.id(of: source) { return known }
    for known in try await store.sources(of: tenant, collector: collector, inode: identity.inode)
    where known.record.identity == identity && known.record.fingerprint == source.fingerprint {
      tenants[tenant]?.book.register(known.record, at: known.position)
      return known.record.id
    }
    guard let id = tenants[tenant]?.newSource() else { return source.id }
    tenants[tenant]?.book.register(
      SourceRecord(id: id, path: source.path, identity: identity, fingerprint: source.fingerprint), at: nil)
    return id
  }
}
