import AuditListen
import AuditModel
import AuditRedact
import AuditSource
import AuditSpool
import AuditStore

/// What a batch brought, for the figures that people see.
struct IntakeTotals: Sendable, Hashable {
  var lines = 0
  var records = 0
  var rejected = 0
  var redactions = 0
  var batches = 0
  var bytes = 0

  static func += (left: inout IntakeTotals, right: IntakeTotals) {
    left.lines += right.lines
    left.records += right.records
    left.rejected += right.rejected
    left.redactions += right.redactions
    left.batches += right.batches
    left.bytes += right.bytes
  }
}

/// The batch of one tenant while it is filled.
struct OpenBatch {
  private(set) var sequence: Int64
  /// When its first piece was read.
  private(set) var openedAt: ContinuousClock.Instant?
  var records: RecordRows
  var rejected: RejectedRows
  private var sources: [SourceRecord] = []
  private var spans: [SourceID: SourceSpan] = [:]
  private var bytes = 0

  /// - Parameter bytes: what the batch before it needed; the next one is seldom very different.
  init(sequence: Int64, textBytesMax: Int, reservingBytes bytes: Int) {
    records = RecordRows(reservingBytes: bytes)
    self.sequence = sequence
    rejected = RejectedRows(textBytesMax: textBytesMax)
  }

  var recordBytes: Int { records.byteCount }
  var byteCount: Int { recordBytes + rejected.byteCount }
  var rowCount: Int { records.count + rejected.count }
  /// Nothing was read: there is nothing to commit.
  var isEmpty: Bool { spans.isEmpty }

  /// A source that no batch has named yet.
  mutating func introduce(_ source: SourceRecord) { sources.append(source) }

  /// Takes note of what was read; the pieces of one source follow each other.
  mutating func note(_ span: SourceSpan, byteCount: Int, now: ContinuousClock.Instant) {
    bytes += byteCount
    openedAt = openedAt ?? now
    spans[span.source] = spans[span.source]?.followed(by: span) ?? span
  }

  /// Takes what the spool kept.
  /// - Parameter spans: those of the piece under the ledger's numbers, as far as they are not stored.
  mutating func append(
    _ piece: SpoolPiece, spans: [SourceSpan], naming named: [SourceRecord], _ binding: RowBinding
  ) {
    records.append(piece.records, redactions: Int(piece.redactions), binding)
    rejected.append(piece.rejected, binding)
    sources += named
    bytes += Int(piece.byteCount)
    for span in spans { note(span, byteCount: 0, now: openedAt ?? .now) }
  }

  /// Another batch went before it.
  mutating func renumber(_ sequence: Int64) {
    if sequence == self.sequence { return }
    self.sequence = sequence
    records.renumber(sequence)
    rejected.renumber(sequence)
  }

  /// What the spool keeps of it instead of a batch.
  consuming func piece(of tenant: TenantID, received: RecordTime, _ book: SourceBook) -> SpoolPiece {
    let redactions = records.redactions + rejected.redactions
    return SpoolPiece(
      files: tenant, spans: Array(spans.values), byteCount: bytes, redactions: redactions, received: received,
      records: records.finish(), rejected: rejected.finish(), book)
  }

  /// What the spool keeps of a submission.
  consuming func piece(
    of tenant: TenantID, span: SourceSpan, source: SourceRecord, key: Submission.Key?, byteCount: Int,
    received: RecordTime
  ) -> SpoolPiece {
    let redactions = records.redactions + rejected.redactions
    let keyed = key.map {
      KeyedSubmission(
        name: SubmissionKey($0.name), content: SubmissionKey($0.content), records: records.count,
        rejected: rejected.count)
    }
    return SpoolPiece(
      tenant: tenant, kind: .submission, key: keyed, sources: [source], spans: [span], byteCount: Int64(byteCount),
      redactions: redactions, received: received, records: records.finish(), rejected: rejected.finish())
  }

  func position(of source: SourceID) -> SourcePosition? { spans[source]?.to }
  func names(_ source: SourceID) -> Bool { sources.contains { $0.id == source } }

  /// What was read, and the sources that no batch has named yet.
  var contents: (spans: [SourceSpan], sources: [SourceRecord]) { (Array(spans.values), sources) }

  consuming func close(tenant: TenantID, collector: Int32, received: RecordTime) -> (RecordBatch, IntakeTotals) {
    let totals = IntakeTotals(
      lines: spans.values.reduce(0) { $0 + Int($1.lines) }, records: records.count, rejected: rejected.count,
      redactions: records.redactions + rejected.redactions, batches: 1, bytes: bytes)
    let batch = RecordBatch(
      tenant: tenant, collector: collector, sequence: sequence, received: received, records: records.finish(),
      rejected: rejected.finish(), sources: sources, spans: Array(spans.values))
    return (batch, totals)
  }
}
