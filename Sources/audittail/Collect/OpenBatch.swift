import AuditModel
import AuditParse
import AuditRedact
import AuditSource
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
  let sequence: Int64
  /// When its first piece was read.
  private(set) var openedAt: ContinuousClock.Instant?
  var records = RecordRows()
  var rejected: RejectedRows
  private var sources: [SourceRecord] = []
  private var spans: [SourceID: SourceSpan] = [:]
  private var bytes = 0

  init(sequence: Int64, textBytesMax: Int) {
    self.sequence = sequence
    rejected = RejectedRows(textBytesMax: textBytesMax)
  }

  var byteCount: Int { records.byteCount + rejected.byteCount }
  var rowCount: Int { records.count + rejected.count }
  /// Nothing was read: there is nothing to commit.
  var isEmpty: Bool { spans.isEmpty }

  /// A source that no batch has named yet.
  mutating func introduce(_ source: SourceRecord) { sources.append(source) }

  /// Takes note of what was read; the pieces of one source follow each other.
  mutating func note(_ span: SourceSpan, byteCount: Int, now: ContinuousClock.Instant) {
    bytes += byteCount
    openedAt = openedAt ?? now
    guard var known = spans[span.source] else {
      spans[span.source] = span
      return
    }
    precondition(known.to == span.from, "The pieces of a source follow each other.")
    known.to = span.to
    known.lines += span.lines
    known.pending = span.pending
    spans[span.source] = known
  }

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

/// Turns framed lines into rows: parse, redact, write. One a thread; its buffers are used again line after line.
final class LineIntake {
  private let collector: Int32
  private let lineBytesMax: Int
  private var parser = RecordParser()
  private var record = ParsedRecord()
  private var redactor = Redactor()
  private var clean = CleanTexts()

  init(collector: Int32, lineBytesMax: Int) {
    self.collector = collector
    self.lineBytesMax = lineBytesMax
  }

  /// - Parameters:
  ///   - server: what the server is called where the line does not say.
  ///   - now: what a rejected line without a usable time is filed under.
  func take(
    _ line: Span<UInt8>, _ framed: FramedLine, server: [UInt8]?, window: TimeWindow, now: RecordTime,
    into batch: inout OpenBatch
  ) {
    let origin = RowOrigin(
      collector: collector, sequence: batch.sequence, source: framed.source, offset: framed.offset)
    let outcome =
      framed.ending == .tooLong
      ? RecordParser.Outcome.rejected(.tooLong) : parser.parse(line, window: window, into: &record)
    switch outcome {
    case .blank:
      return
    case .record:
      if framed.ending == .cut { record.marks.insert(.incomplete) }
      batch.records.append(
        record, tape: parser.tape, line: line, origin: origin, server: server, redactor: &redactor,
        clean: &clean)
    case .rejected(let reason):
      let time = framed.runtimeTime.flatMap { $0 >= window.earliest && $0 <= window.latest ? $0 : nil } ?? now
      batch.rejected.append(
        line, byteCount: framed.byteCount, reason: reason, time: time, origin: origin, redactor: &redactor)
    }
  }
}
