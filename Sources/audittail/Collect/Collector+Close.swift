import AuditConfig
import AuditModel
import AuditSpool
import AuditStore

/// When a batch that is being filled goes on its way.
extension Collector {
  /// Bytes that the open batches of all tenants may hold together.
  private static let openBytesMax = 16 << 20

  private var openBytes: Int { tenants.values.reduce(0) { $0 + ($1.open?.byteCount ?? 0) } }

  private func isFull(_ tenant: TenantID) -> Bool {
    guard let batch = tenants[tenant]?.open else { return false }
    return batch.rowCount >= configuration.limits.batchRowsMax || batch.byteCount >= configuration.limits.batchBytesMax
  }

  /// Whether more of the tenant's lines can be read now.
  func hasRoom(_ tenant: TenantID, _ batches: BatchLanes) async throws -> Bool {
    var room = openBytes <= Self.openBytesMax
    if isFull(tenant) { room = try await close(tenant, batches) }
    if !room { isWaitingForRoom = true }
    return room
  }

  /// Hands the tenant's batch on where its lane has room. While the lane is stuck it goes to the spool, and behind what the spool
  /// has of the tenant's files it goes there as well: each source stays in its order.
  /// - Returns: false where neither takes it; then it stays, and its tenant's files wait.
  @discardableResult
  func close(_ tenant: TenantID, _ batches: BatchLanes) async throws -> Bool {
    guard let openedAt = tenants[tenant]?.open?.openedAt else { return true }
    let backlog = spool?.spool.backlog(of: tenant)
    let isBehindSpool = backlog.map { $0.filePieces > 0 } ?? false
    let isSpoolsTurn = backlog.map { isDue($0) && tenants[tenant]?.isFilesTurn != true } ?? false
    if !isBehindSpool, !isSpoolsTurn, batches.hasRoom(tenant) {
      guard var batch = tenants[tenant]?.takeFilled(), let book = tenants[tenant]?.book else { return true }
      // A source that is read again from before where it was handed on would be stored twice.
      for span in batch.contents.spans where span.from < book.position(of: span.source) {
        throw IntakeDisorder(path: book.record(span.source).path)
      }
      send(&batch, of: tenant, spooled: nil, batches)
      tenants[tenant]?.isFilesTurn = false
      return true
    }
    guard isStuck(tenant, openedAt, batches) else { return false }
    return await spill(tenant, batches)
  }

  /// Whether the store has not taken a batch of the tenant for so long that rotation may overtake it.
  private func isStuck(_ tenant: TenantID, _ openedAt: ContinuousClock.Instant, _ batches: BatchLanes) -> Bool {
    let oldest = min(openedAt, batches.busySince(tenant) ?? openedAt)
    return ContinuousClock.now - oldest >= configuration.spool.limits.spillAfter
  }

  /// Numbers a batch and puts it into its lane, which has to have room.
  func send(_ batch: inout OpenBatch, of tenant: TenantID, spooled: SpoolMark?, _ batches: BatchLanes) {
    guard let head = tenants[tenant]?.head else { return }
    tenants[tenant]?.number(&batch)
    let (closed, totals) = batch.close(tenant: tenant, collector: collector, received: clock())
    batches.send(BatchInFlight(batch: closed, totals: totals, head: head, spooled: spooled))
  }

  /// Closes the batches that are old enough, and the largest while all of them together hold too much; hands on what the spool has.
  func closeAged(_ batches: BatchLanes) async throws {
    let now = ContinuousClock.now
    gauge(batches, now)
    for (tenant, intake) in tenants {
      guard let openedAt = intake.open?.openedAt, now - openedAt >= configuration.limits.batchAgeMax else { continue }
      try await close(tenant, batches)
    }
    if openBytes > Self.openBytesMax {
      for (tenant, _) in tenants.sorted(by: { $0.value.open?.byteCount ?? 0 > $1.value.open?.byteCount ?? 0 })
      where openBytes > Self.openBytesMax {
        try await close(tenant, batches)
      }
    }
    try await drain(batches, isFinishing: false)
  }

  /// Hands the tenant's batch on; waits while its lane has no room.
  func closeWaiting(_ tenant: TenantID, _ batches: BatchLanes) async throws {
    while try await !close(tenant, batches), !Task.isCancelled {
      try await drain(batches, isFinishing: true)
      await pause(batches)
    }
  }

  /// Waits until something was stored; where nothing is on its way, a moment.
  private func pause(_ batches: BatchLanes) async {
    if batches.isIdle { try? await Task.sleep(for: .milliseconds(50)) } else { await batches.change() }
  }

  /// At the end: what is open is handed on, and what the spool has as far as the store takes it. With `isOnce` all of it.
  func finish(_ batches: BatchLanes, isOnce: Bool) async throws {
    for tenant in tenants.keys.sorted() { try await closeWaiting(tenant, batches) }
    let began = ContinuousClock.now
    while let spool, !spool.spool.backlogs.isEmpty, !Task.isCancelled {
      if !isOnce, ContinuousClock.now - began > Self.lastPiecesMax { return }
      if try await !drain(batches, isFinishing: true) {
        // Nothing is on its way and nothing could be sent: what is left stays for the next run.
        if batches.isIdle { return }
        await pause(batches)
      }
    }
  }

  /// How long the end may be put off for the spool's sake.
  private static let lastPiecesMax = Duration.seconds(5)
}
