import AuditModel
import AuditRedact
import AuditSpool
import AuditStore
import Logging

/// Lines of files that go to the spool because the store does not take them: rotation does not wait for it.
extension Collector {
  /// Writes the tenant's open batch to the spool, behind what is on its way to the store: after a crash that is nowhere else.
  /// - Returns: false where the spool does not take it.
  func spill(_ tenant: TenantID, _ batches: BatchLanes) async -> Bool {
    guard let spool, spool.isUsable else { return false }
    // What came from the spool is there already. What is stored meanwhile is passed over when its turn comes.
    let held = batches.held(tenant).filter { $0.spooled == nil && $0.batch.entry.spans.contains { $0.to > $0.from } }
    tenants[tenant]?.spilled.formIntersection(held.map(\.batch.entry.sequence))
    for item in held where tenants[tenant]?.spilled.contains(item.batch.entry.sequence) == false {
      guard let book = tenants[tenant]?.book, await append(item.piece(received: clock(), book), to: spool) else {
        return false
      }
      tenants[tenant]?.spilled.insert(item.batch.entry.sequence)
    }
    guard let batch = tenants[tenant]?.open, !batch.isEmpty else { return true }
    // Rows without a byte, of a call whose response never came: only bytes tell later whether a piece is stored already.
    guard batch.contents.spans.contains(where: { $0.to > $0.from }) else { return false }
    for source in batch.contents.sources { tenants[tenant]?.book.register(source, at: nil) }
    guard let book = tenants[tenant]?.book,
      await append(batch.piece(of: tenant, received: clock(), book), to: spool)
    else { return false }
    _ = tenants[tenant]?.takeFilled()
    return true
  }

  private func append(_ piece: SpoolPiece, to spool: SpoolAccess) async -> Bool {
    do throws(SpoolError) {
      let outcome = try await spool.spool.append(piece)
      if outcome == .full {
        tell("spool full") {
          self.logger.warning("The spool is full; log files wait until the database takes batches again.")
        }
      }
      return outcome != .full
    } catch {
      spool.refuse(error)
      return false
    }
  }
}

extension BatchInFlight {
  fileprivate func piece(received: RecordTime, _ book: SourceBook) -> SpoolPiece {
    SpoolPiece(
      files: batch.tenant, spans: batch.entry.spans, byteCount: totals.bytes, redactions: totals.redactions,
      received: received, records: batch.records, rejected: batch.rejected, book)
  }
}

extension SpoolPiece {
  /// A piece of files, with what the book knows of every source that it names.
  init(
    files tenant: TenantID, spans: [SourceSpan], byteCount: Int, redactions: Int, received: RecordTime,
    records: Redacted<EncodedRows>, rejected: Redacted<EncodedRows>, _ book: SourceBook
  ) {
    var numbers = Set(spans.map(\.source) + spans.flatMap { $0.pending.map(\.source) })
    // A line that a rotation cut belongs to the file in which it began.
    records.value.forEach { numbers.insert($0.source(field: 7)) }
    rejected.value.forEach { numbers.insert($0.source(field: 6)) }
    self.init(
      tenant: tenant, kind: .files, sources: numbers.sorted().map { book.record($0) }, spans: spans,
      byteCount: Int64(byteCount), redactions: redactions, received: received, records: records, rejected: rejected)
  }
}

extension Span<UInt8> {
  /// The source of a tuple.
  fileprivate func source(field: Int) -> SourceID {
    var cursor = TupleCursor()
    cursor.skip(to: field, self)
    return SourceID(cursor.next(self).map { int32(at: $0.lowerBound) } ?? 0)
  }
}
