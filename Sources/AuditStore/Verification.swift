package import AuditModel

/// One thing that is not as the ledger says.
package struct LedgerFault: Sendable, Hashable {
  package enum Kind: String, Sendable {
    /// As many records as there should be, and at least one of them is another.
    case changed
    case missing
    case added
    /// The row's own hash, its predecessor or its number does not fit.
    case chainBroken = "chain broken"
    /// Bytes that nobody read: lost before they could be, and counted then; or not accounted for at all.
    case gap
    case overlap
  }

  package let tenant: TenantID
  package let collector: Int32
  package let sequence: Int64?
  package let day: Day?
  package let kind: Kind
  package let detail: String
}

/// What a verification went through.
package struct VerificationSummary: Sendable, Hashable {
  package var batches = 0
  package var records = 0
  package var rejected = 0
  package var sources = 0
  package var faults = 0
  /// Days whose records left by retention: their roots are in the chain, their records cannot be hashed again.
  package var prunedDays = 0

  package init() {}
}

/// Walks the chain of one tenant's ledger, row by row in order of collector and number.
struct ChainWalk {
  private let tenant: TenantID
  private let report: (LedgerFault) -> Void
  private var collector: Int32?
  private var last: (sequence: Int64, hash: Digest) = (0, .zero)
  /// Where each source of the present collector was read up to.
  private var positions: [SourceID: SourcePosition] = [:]
  /// The paths of the sources that have gaps, of the batch that is being read.
  private var paths: [SourceID: String] = [:]
  private(set) var batches = 0
  private(set) var sources = 0

  init(tenant: TenantID, report: @escaping (LedgerFault) -> Void) {
    self.tenant = tenant
    self.report = report
  }

  /// What a source's file was called, for the words about its gap.
  mutating func name(_ source: SourceID, _ path: String?) { paths[source] = path }

  mutating func take(_ entry: LedgerEntry, storedRoot: Digest, storedHash: Digest) {
    if collector != entry.collector {
      collector = entry.collector
      last = (0, .zero)
      sources += positions.count
      positions = [:]
    }
    batches += 1
    func broken(_ detail: String) {
      report(
        LedgerFault(
          tenant: tenant, collector: entry.collector, sequence: entry.sequence, day: nil, kind: .chainBroken,
          detail: detail))
    }
    if entry.sequence != last.sequence + 1 {
      broken("batches \(last.sequence + 1) to \(entry.sequence - 1) are not in the ledger")
    } else if entry.previous != last.hash {
      broken("its predecessor is not batch \(last.sequence)")
    }
    if entry.hash != storedHash { broken("the ledger row or its positions were changed") }
    if entry.root != storedRoot { broken("its root is not that of its days") }
    if entry.layout != RecordLayout.version {
      broken("it was hashed under layout \(entry.layout), which this program does not know")
    }
    if entry.gapBytes != entry.spans.reduce(0, { $0 + ($1.gap?.byteCount ?? 0) }) {
      broken("its count of lost bytes is not that of its positions")
    }
    for span in entry.spans { take(span, of: entry) }
    paths = [:]
    last = (entry.sequence, storedHash)
  }

  mutating func finish() {
    sources += positions.count
    positions = [:]
  }

  private mutating func take(_ span: SourceSpan, of entry: LedgerEntry) {
    let expected = positions[span.source] ?? .start
    if span.from != expected {
      let isGap = span.from > expected
      report(
        LedgerFault(
          tenant: tenant, collector: entry.collector, sequence: entry.sequence, day: nil, kind: isGap ? .gap : .overlap,
          detail:
            "bytes \(min(span.from, expected).offset)–\(max(span.from, expected).offset) of source \(span.source.number)"
            + (isGap ? " are not accounted for" : " were read twice")))
    }
    positions[span.source] = span.to
    guard let gap = span.gap else { return }
    let place =
      "source \(span.source.number)" + (paths[span.source].map { ", \($0)," } ?? "")
      + " were lost before they could be read"
    report(
      LedgerFault(
        tenant: tenant, collector: entry.collector, sequence: entry.sequence, day: nil, kind: .gap,
        detail: gap.isLeast
          ? "at least \(gap.byteCount) \(gap.byteCount == 1 ? "byte" : "bytes") from \(span.to.offset - gap.byteCount) on of \(place)"
          : "bytes \(span.to.offset - gap.byteCount)–\(span.to.offset) of \(place)"))
  }
}

/// Compares the tuples of one table and day, in order of batch and index, with what the ledger says of that day.
struct DayWalk {
  struct Batch: Hashable {
    let collector: Int32
    let sequence: Int64
  }

  struct Expected {
    let count: Int
    let root: Digest
    /// When the batch came; microseconds since 2000.
    let received: Int64
  }

  private let tenant: TenantID
  private let day: Day
  private let noun: String
  private var expected: [Batch: Expected]
  private let report: (LedgerFault) -> Void
  private var present: Batch?
  private var tree = MerkleTree()
  private(set) var count = 0

  init(tenant: TenantID, day: Day, noun: String, expected: [Batch: Expected], report: @escaping (LedgerFault) -> Void) {
    self.tenant = tenant
    self.day = day
    self.noun = noun
    self.expected = expected
    self.report = report
  }

  mutating func take(_ tuple: Span<UInt8>, batch: Batch) {
    if batch != present {
      close()
      present = batch
    }
    count += 1
    tuple.withUnsafeBufferPointer { tree.append(UnsafeRawBufferPointer($0)) }
  }

  /// Every batch that has rows was taken; what is left had none.
  mutating func finish() {
    close()
    for (batch, expected) in expected.sorted(by: {
      ($0.key.collector, $0.key.sequence) < ($1.key.collector, $1.key.sequence)
    }) {
      fault(batch, .missing, "all \(expected.count) \(noun) are gone")
    }
    expected = [:]
  }

  private mutating func close() {
    guard let batch = present else { return }
    let found = tree
    present = nil
    tree = MerkleTree()
    guard let wanted = expected.removeValue(forKey: batch) else {
      return fault(batch, .added, "\(found.count) \(noun) that the ledger does not know")
    }
    if found.count < wanted.count {
      fault(batch, .missing, "\(wanted.count - found.count) of \(wanted.count) \(noun) are gone")
    } else if found.count > wanted.count {
      fault(batch, .added, "\(found.count - wanted.count) \(noun) more than the \(wanted.count) it brought")
    } else if found.root != wanted.root {
      fault(batch, .changed, "at least one of its \(wanted.count) \(noun) is not what was stored")
    }
  }

  private func fault(_ batch: Batch, _ kind: LedgerFault.Kind, _ detail: String) {
    report(
      LedgerFault(
        tenant: tenant, collector: batch.collector, sequence: batch.sequence, day: day, kind: kind, detail: detail))
  }
}
