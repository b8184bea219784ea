package import AuditModel
package import AuditRedact
package import AuditSignal

/// Records of one tenant and one collector that are committed together, once. It does not change from try to try.
package struct RecordBatch: Sendable {
  package let tenant: TenantID
  /// What the ledger will say; its predecessor is known only when the batch before it is stored.
  package private(set) var entry: LedgerEntry
  package let records: Redacted<EncodedRows>
  package let rejected: Redacted<EncodedRows>
  /// Sources that appear in this batch first.
  package let sources: [SourceRecord]
  /// What the batch adds to the golden signals.
  package let signals: SignalDeltas
  let firstTime: Int64?
  let lastTime: Int64?

  /// - Parameter received: the collector's clock when the batch was closed.
  package init(
    tenant: TenantID, collector: Int32, sequence: Int64, received: RecordTime,
    records: Redacted<EncodedRows>, rejected: Redacted<EncodedRows>, sources: [SourceRecord], spans: [SourceSpan]
  ) {
    self.tenant = tenant
    self.records = records
    self.rejected = rejected
    self.sources = sources
    var trees = DayTrees()
    var first: Int64?
    var last: Int64?
    records.value.forEach { tuple in
      trees.append(record: tuple)
      let time = tuple.int64(at: 6)
      first = min(first ?? time, time)
      last = max(last ?? time, time)
    }
    rejected.value.forEach { trees.append(rejected: $0) }
    firstTime = first
    lastTime = last
    signals = SignalDeltas(of: records)
    entry = LedgerEntry(
      collector: collector, sequence: sequence, layout: RecordLayout.version, received: received.postgresMicroseconds,
      days: trees.days, gapBytes: spans.reduce(0) { $0 + ($1.gap?.byteCount ?? 0) }, spans: spans, previous: .zero)
  }

  /// The same batch with some of its records turned into rejected lines.
  func refusing(_ refused: [Int: String], textBytesMax: Int) -> RecordBatch {
    let parts = records.refusing(refused, rejected: rejected, textBytesMax: textBytesMax)
    return RecordBatch(
      tenant: tenant, collector: entry.collector, sequence: entry.sequence,
      received: RecordTime(postgresMicroseconds: entry.received), records: parts.records, rejected: parts.rejected,
      sources: sources, spans: entry.spans
    ).chained(to: entry.previous)
  }

  func chained(to previous: Digest) -> RecordBatch {
    var batch = self
    batch.entry.previous = previous
    return batch
  }
}
