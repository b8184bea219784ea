import AuditListen
import AuditModel
import AuditParse
import AuditRedact
import AuditSource

/// Turns framed lines into rows: parse, redact, write. One a thread; its buffers are used again line after line.
struct LineIntake: ~Copyable {
  private let collector: Int32
  private var parser = RecordParser()
  private var reader = DialectReader()
  private var record = ParsedRecord()
  private var redactor: Redactor
  private var clean = CleanTexts()
  /// What the streams have open, by their names; the one that is being read is not here.
  private var streams: [String: OpenEvents] = [:]
  private var stream = ""
  private var open = OpenEvents()
  private let limits: OpenEvents.Limits
  private let hasMappings: Bool
  /// Near which time a syslog header without a year is; nil: near the present.
  private let yearNear: RecordTime?
  /// Whether each row was a record, in their order, where somebody wants to know.
  private(set) var order: [Bool]?

  /// - Parameters:
  ///   - mappings: the operator's own dialects.
  ///   - assumesUTC: what a time without a zone means.
  init(
    collector: Int32, policy: RedactionPolicy = RedactionPolicy(), mappings: [FieldMapping] = [],
    assumesUTC: Bool = false, limits: OpenEvents.Limits = OpenEvents.Limits(), notesOrder: Bool = false,
    yearNear: RecordTime? = nil
  ) {
    self.yearNear = yearNear
    self.collector = collector
    self.limits = limits
    redactor = Redactor(rules: RedactionRules(policy: policy))
    parser.assumesUTC = assumesUTC
    reader.mappings = mappings
    hasMappings = !mappings.isEmpty
    open = OpenEvents(limits: limits)
    order = notesOrder ? [] : nil
  }

  // MARK: Streams

  /// Says whose lines follow: what one stream has open is nobody else's.
  mutating func enter(_ name: String) {
    guard name != stream else { return }
    if !open.isEmpty || (open.hasMemory && streams.count < Self.memoriesMax) { streams[stream] = open }
    open = streams.removeValue(forKey: name) ?? OpenEvents(limits: limits)
    stream = name
  }

  /// Streams with nothing open whose ids are remembered all the same.
  private static let memoriesMax = 256

  /// Where the lines are of what the present stream has open.
  var openPlaces: [LinePlace] { open.isEmpty ? [] : open.places }

  /// The lines that the present stream has to read again after a restart; see `OpenEvents.beginnings`.
  var openLines: [PendingLine] {
    open.isEmpty ? [] : open.beginnings.map { PendingLine(whole: $0.source, offset: $0.offset) }
  }

  /// Whether the present stream has something that waits for lines to come.
  var hasOpenEvents: Bool { !open.isEmpty }

  /// Forgets what the present stream has open: its lines are about to be read again.
  mutating func forgetOpen() { open = OpenEvents(limits: limits) }

  /// Ends what the present stream has had open for too long.
  mutating func expire(server: [UInt8]?, window: TimeWindow, now: RecordTime, into batch: inout OpenBatch) {
    guard !open.isEmpty else { return }
    reader.expire(now: now, open: &open)
    takeFindings(server, window, now, &batch)
  }

  /// Ends everything that the present stream has open: nothing will follow.
  mutating func finish(server: [UInt8]?, window: TimeWindow, now: RecordTime, into batch: inout OpenBatch) {
    guard !open.isEmpty else { return }
    reader.finish(now: now, open: &open)
    takeFindings(server, window, now, &batch)
  }

  /// Takes a line again that was read before a restart and is the beginning of something open; its rows are stored, or will be
  /// when what it began has ended.
  /// - Returns: whether the lines behind it belong to it, and have to be read again too.
  mutating func recall(_ line: Span<UInt8>, _ framed: FramedLine, window: TimeWindow, now: RecordTime) -> Bool {
    let line = line.extracting(line.markBytes..<line.count)
    let outcome = parser.parse(line, lineTime: framed.runtimeTime, window: window, into: &record)
    if let (start, time) = message(in: line, outcome, now) {
      return recall(line.extracting(start..<line.count), framed.timed(time), window: window, now: now)
    }
    let place = LinePlace(
      source: framed.source, offset: framed.offset, byteCount: framed.byteCount, time: framed.runtimeTime)
    _ = reader.read(line, &parser, outcome: outcome, place: place, isWhole: true, now: now, open: &open)
    return open.isInDocument
  }

  // MARK: Lines

  /// - Parameters:
  ///   - server: what the server is called where the line does not say.
  ///   - now: what a rejected line without a usable time is filed under.
  mutating func take(
    _ line: Span<UInt8>, _ framed: FramedLine, server: [UInt8]?, window: TimeWindow, now: RecordTime,
    into batch: inout OpenBatch
  ) {
    let line = line.extracting(line.markBytes..<line.count)
    let outcome =
      framed.ending == .tooLong
      ? RecordParser.Outcome.rejected(.tooLong)
      : parser.parse(line, lineTime: framed.runtimeTime, window: window, into: &record)
    if case .record = outcome, !hasMappings, !open.isInDocument {
      return append(line, framed, server, &batch)
    }
    takeOther(line, framed, outcome, server, window, now, &batch)
  }

  /// A line that is not plainly one of the main dialects'.
  @inline(never)
  private mutating func takeOther(
    _ line: Span<UInt8>, _ framed: FramedLine, _ outcome: RecordParser.Outcome, _ server: [UInt8]?,
    _ window: TimeWindow, _ now: RecordTime, _ batch: inout OpenBatch
  ) {
    if let (start, time) = message(in: line, outcome, now) {
      return take(
        line.extracting(start..<line.count), framed.timed(time), server: server, window: window, now: now, into: &batch)
    }
    let place = LinePlace(
      source: framed.source, offset: framed.offset, byteCount: framed.byteCount, time: framed.runtimeTime)
    let isTaken = reader.read(
      line, &parser, outcome: outcome, place: place, isWhole: framed.ending == .whole, now: now, open: &open)
    let hasFindings = !reader.findings.isEmpty
    takeFindings(server, window, now, &batch, cut: framed.ending == .cut ? place : nil)
    if isTaken { return }
    switch outcome {
    case .blank:
      return
    case .record:
      // The findings before it, or a mapping that looked at it, had the parser's tape.
      if hasFindings || hasMappings {
        guard case .record = parser.parse(line, lineTime: framed.runtimeTime, window: window, into: &record) else {
          return
        }
      }
      append(line, framed, server, &batch)
    case .rejected(let reason):
      reject(line, reason, place, window, now, &batch)
    }
  }

  /// Where the message of a syslog line begins that stands in a file, when it is JSON, and the header's time.
  private func message(
    in line: Span<UInt8>, _ outcome: RecordParser.Outcome, _ now: RecordTime
  ) -> (start: Int, time: RecordTime?)? {
    guard case .rejected(.notJSON) = outcome, !open.isInDocument,
      let header = SyslogHeader(inFile: line, now: yearNear ?? now), header.messageStart > 0,
      header.messageStart < line.count, line[header.messageStart] == UInt8(ascii: "{")
    else { return nil }
    return (header.messageStart, header.time)
  }

  private mutating func append(
    _ line: Span<UInt8>, _ framed: FramedLine, _ server: [UInt8]?, _ batch: inout OpenBatch
  ) {
    if framed.ending == .cut { record.marks.insert(.incomplete) }
    batch.records.append(
      record, tape: parser.tape, line: line, origin: origin(framed.source, framed.offset, batch), server: server,
      redactor: &redactor, clean: &clean)
    order?.append(true)
  }

  private mutating func takeFindings(
    _ server: [UInt8]?, _ window: TimeWindow, _ now: RecordTime, _ batch: inout OpenBatch, cut: LinePlace? = nil
  ) {
    if reader.findings.isEmpty { return }
    // Held beside the reader, so that the parser and the redactor may change meanwhile.
    let bytes = reader.bytes
    for finding in reader.findings {
      let text = bytes.span.extracting(finding.bytes)
      let outcome: RecordParser.Outcome
      switch finding.kind {
      case .rejected(let reason): outcome = .rejected(reason)
      case .line: outcome = parser.parse(text, lineTime: finding.place.time, window: window, into: &record)
      case .record: outcome = parser.parse(canonical: text, finding, readAt: now, window: window, into: &record)
      }
      switch outcome {
      case .blank: continue
      case .record:
        if finding.place == cut { record.marks.insert(.incomplete) }
        batch.records.append(
          record, tape: parser.tape, line: text, origin: origin(finding.place.source, finding.place.offset, batch),
          server: server, redactor: &redactor, clean: &clean)
        order?.append(true)
      case .rejected(let reason):
        reject(text, reason, finding.place, window, now, &batch)
      }
    }
  }

  private mutating func reject(
    _ text: Span<UInt8>, _ reason: RejectReason, _ place: LinePlace, _ window: TimeWindow, _ now: RecordTime,
    _ batch: inout OpenBatch
  ) {
    let time = place.time.flatMap { $0 >= window.earliest && $0 <= window.latest ? $0 : nil } ?? now
    batch.rejected.append(
      text, byteCount: place.byteCount, reason: reason, time: time, origin: origin(place.source, place.offset, batch),
      redactor: &redactor)
    order?.append(false)
  }

  private func origin(_ source: SourceID, _ offset: Int64, _ batch: borrowing OpenBatch) -> RowOrigin {
    RowOrigin(collector: collector, sequence: batch.sequence, source: source, offset: offset)
  }

  /// The order of the rows since the last time.
  mutating func takeOrder() -> [Bool] {
    let taken = order ?? []
    order?.removeAll(keepingCapacity: true)
    return taken
  }
}

extension FramedLine {
  /// The same with the time that stands nearer to the content, where there is one.
  fileprivate func timed(_ time: RecordTime?) -> FramedLine {
    var line = self
    line.runtimeTime = time ?? runtimeTime
    return line
  }
}

extension Span where Element == UInt8 {
  /// Bytes of UTF-8's byte order mark, with which some programs begin a file.
  fileprivate var markBytes: Int { count >= 3 && self[0] == 0xEF && self[1] == 0xBB && self[2] == 0xBF ? 3 : 0 }
}

/// Holds the intake between chunks; one access a chunk, not one a line.
final class IntakeBox {
  private var intake: LineIntake

  init(_ intake: consuming LineIntake) { self.intake = intake }

  func use<R, Failure: Error>(_ body: (inout LineIntake) throws(Failure) -> R) throws(Failure) -> R {
    try body(&intake)
  }
}
