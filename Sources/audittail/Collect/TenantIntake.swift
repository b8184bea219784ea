import AuditModel
import AuditSpool
import AuditStore

/// What a collector holds of one tenant: where its ledger stands and the batch that is being filled.
struct TenantIntake {
  let tenant: TenantID
  /// How long this tenant's records are kept; older ones are rejected.
  let retention: Duration
  /// The hash of the ledger's last row when this collector came.
  let head: Digest
  private var nextSequence: Int64
  private var lastSource: SourceID
  var open: OpenBatch?
  private var lastBytes = 0
  var book = SourceBook()
  /// By the wall clock, when the ledger was asked where it stands: a file that was born later is in no ledger.
  let openedAt: RecordTime
  /// What was handed on last came from the spool; the next one does not.
  var isFilesTurn = false
  /// Numbers of batches on their way that were written to the spool as well.
  var spilled: Set<Int64> = []
  /// The spool was read so far, and nothing of it went on its way that is not stored already.
  var passed: SpoolMark?
  /// How far each source was read in this run.
  private var reached: [SourceID: SourcePosition] = [:]

  init(tenant: TenantID, head: TenantHead, retention: Duration, openedAt: RecordTime) {
    self.openedAt = openedAt
    self.tenant = tenant
    self.retention = retention
    self.head = head.hash
    nextSequence = head.sequence + 1
    lastSource = head.lastSource
  }

  mutating func newSource() -> SourceID {
    lastSource = SourceID(lastSource.number + 1)
    return lastSource
  }

  /// The batch in hand, or a new one with the next number.
  mutating func takeBatch(textBytesMax: Int) -> OpenBatch {
    if let batch = open {
      // Moved out, so that filling it copies nothing.
      open = nil
      return batch
    }
    return freshBatch(textBytesMax: textBytesMax)
  }

  func freshBatch(textBytesMax: Int) -> OpenBatch {
    OpenBatch(sequence: nextSequence, textBytesMax: textBytesMax, reservingBytes: lastBytes + lastBytes / 16)
  }

  /// The batch goes on its way: from now on its number is taken.
  mutating func number(_ batch: inout OpenBatch) {
    batch.renumber(nextSequence)
    nextSequence += 1
    let contents = batch.contents
    book.hand(contents.spans, naming: contents.sources)
  }

  /// Whether a span goes on where its source was left in this run; takes note of it.
  mutating func follows(_ span: SourceSpan) -> Bool {
    if let reached = reached[span.source], reached != span.from { return false }
    reached[span.source] = span.to
    return true
  }

  /// The batch in hand if something was read into it.
  mutating func takeFilled() -> OpenBatch? {
    guard let batch = open, !batch.isEmpty else { return nil }
    open = nil
    lastBytes = batch.recordBytes
    return batch
  }

  /// The times a record of this tenant may have.
  func window(now: RecordTime, skew: Duration) -> TimeWindow {
    TimeWindow(
      earliest: now.advanced(by: .zero - retention).day.start, latest: now.advanced(by: skew))
  }
}

/// A source was read out of order, which no renaming should lead to. Nothing of it is stored: the collector reads again from where
/// the ledger stands.
struct IntakeDisorder: Error, CustomStringConvertible {
  let path: String
  var description: String { "\(path) was read out of order." }
}
