import AuditModel
import AuditParse
import AuditRedact
import AuditSource

/// Turns framed lines into rows: parse, redact, write. One a thread; its buffers are used again line after line.
struct LineIntake: ~Copyable {
  private let collector: Int32
  private var parser = RecordParser()
  private var record = ParsedRecord()
  private var redactor: Redactor
  private var clean = CleanTexts()

  init(collector: Int32, policy: RedactionPolicy = RedactionPolicy()) {
    self.collector = collector
    redactor = Redactor(rules: RedactionRules(policy: policy))
  }

  /// - Parameters:
  ///   - server: what the server is called where the line does not say.
  ///   - now: what a rejected line without a usable time is filed under.
  mutating func take(
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

/// Holds the intake between chunks; one access a chunk, not one a line.
final class IntakeBox {
  private var intake: LineIntake

  init(_ intake: consuming LineIntake) { self.intake = intake }

  func use<R, Failure: Error>(_ body: (inout LineIntake) throws(Failure) -> R) throws(Failure) -> R {
    try body(&intake)
  }
}
