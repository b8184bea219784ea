/// One row of the ledger: what one batch of one collector brought to one tenant, and the proof of it.
///
/// Its hash covers everything below, so a changed row breaks the chain:
///
///     "audittail ledger 1\n"
///     int32 collector · int64 seq · int16 layout · int64 received (µs since 2000-01-01)
///     int32 days · per day: int32 day (since 2000-01-01), int32 records, root, int32 rejected, root
///     int64 gap bytes
///     int32 spans · per span, by source: int32 source, int64 from, int64 to, int32 lines,
///                    int32 pending · per pending: int8 stream and format, int32 source, int64 offset
///     previous row's hash
///
/// Where a span knows its last block or has a gap, the row begins with "audittail ledger 2\n" instead, and each span ends with
///
///     int8 flags (1 last block, 2 gap, 4 gap is the least) · int64 last block or 0 · int64 gap bytes
///
/// Rows of before are then hashed as they were, and no row has two readings.
///
/// All integers big-endian, roots and hashes 32 bytes. The row's `root` is the Merkle root over its days, each
/// leaf being the day's bytes as above: a day's records can leave, its root stays.
package struct LedgerEntry: Hashable, Sendable {
  package var collector: Int32
  package var sequence: Int64
  package var layout: Int16
  /// Microseconds since 2000-01-01, by the collector's clock.
  package var received: Int64
  package var days: [LedgerDay]
  /// The sum of the spans' gaps.
  package var gapBytes: Int64
  package var spans: [SourceSpan]
  package var previous: Digest

  package init(
    collector: Int32, sequence: Int64, layout: Int16, received: Int64, days: [LedgerDay], gapBytes: Int64,
    spans: [SourceSpan], previous: Digest
  ) {
    self.collector = collector
    self.sequence = sequence
    self.layout = layout
    self.received = received
    self.days = days.sorted { $0.day < $1.day }
    self.gapBytes = gapBytes
    self.spans = spans.sorted { $0.source < $1.source }
    self.previous = previous
  }

  package var records: Int { days.reduce(0) { $0 + Int($1.records) } }
  package var rejected: Int { days.reduce(0) { $0 + Int($1.rejected) } }

  package var root: Digest {
    var tree = MerkleTree()
    for day in days {
      var leaf: [UInt8] = []
      day.append(to: &leaf)
      tree.append(leaf)
    }
    return tree.root
  }

  package var hash: Digest {
    let isPlain = spans.allSatisfy { $0.lastBlock == nil && $0.gap == nil }
    var bytes = Array("audittail ledger \(isPlain ? 1 : 2)\n".utf8)
    bytes.appendBigEndian(collector)
    bytes.appendBigEndian(sequence)
    bytes.appendBigEndian(layout)
    bytes.appendBigEndian(received)
    bytes.appendBigEndian(Int32(days.count))
    for day in days { day.append(to: &bytes) }
    bytes.appendBigEndian(gapBytes)
    bytes.appendBigEndian(Int32(spans.count))
    for span in spans {
      bytes.appendBigEndian(span.source.number)
      bytes.appendBigEndian(span.from.offset)
      bytes.appendBigEndian(span.to.offset)
      bytes.appendBigEndian(span.lines)
      bytes.appendBigEndian(Int32(span.pending.count))
      for pending in span.pending {
        bytes.append(pending.code)
        bytes.appendBigEndian(pending.source.number)
        bytes.appendBigEndian(pending.offset)
      }
      if !isPlain { span.appendEnding(to: &bytes) }
    }
    bytes.append(contentsOf: previous.bytes)
    return Digest(of: bytes)
  }
}

extension SourceSpan {
  fileprivate func appendEnding(to bytes: inout [UInt8]) {
    let flags: UInt8 = (lastBlock == nil ? 0 : 1) | (gap == nil ? 0 : 2) | (gap?.isLeast == true ? 4 : 0)
    bytes.append(flags)
    bytes.appendBigEndian(lastBlock ?? 0)
    bytes.appendBigEndian(gap?.byteCount ?? 0)
  }
}

/// What a batch brought to one day.
package struct LedgerDay: Hashable, Sendable {
  package var day: Day
  package var records: Int32
  package var recordsRoot: Digest
  package var rejected: Int32
  package var rejectedRoot: Digest

  package init(day: Day, records: Int32, recordsRoot: Digest, rejected: Int32, rejectedRoot: Digest) {
    self.day = day
    self.records = records
    self.recordsRoot = recordsRoot
    self.rejected = rejected
    self.rejectedRoot = rejectedRoot
  }

  func append(to bytes: inout [UInt8]) {
    bytes.appendBigEndian(day.postgresDays)
    bytes.appendBigEndian(records)
    bytes.append(contentsOf: recordsRoot.bytes)
    bytes.appendBigEndian(rejected)
    bytes.append(contentsOf: rejectedRoot.bytes)
  }
}
