package import AuditModel
import JSON

/// Reads the lines that are not in the two main dialects' words: tells what they are by a cheap look, and writes each record as
/// one canonical line, which `RecordParser`, the redactor and the rows then treat like any other.
///
/// One a thread; its buffers are used again. What lasts from line to line is the stream's `OpenEvents`, not the reader's.
package struct DialectReader: Sendable {
  /// What the line turned out to be, in order; empty where the line is kept open, or its content is another record's.
  package internal(set) var findings: [Finding] = []
  /// The findings' bytes.
  package internal(set) var bytes: [UInt8] = []
  /// The operator's own mappings; the first that matches is taken, before any dialect.
  package var mappings: [FieldMapping] = []
  /// The line's own document.
  var document = JSONDocument()

  package init() {}

  /// What is known of a line beside its bytes.
  struct Context {
    var place: LinePlace
    /// The collector's clock.
    var now: RecordTime
  }

  /// Looks at a line that the parser of the main dialects found to be none of theirs.
  /// - Parameters:
  ///   - outcome: what that parser said; its tape is taken over.
  ///   - isWhole: the line has its end.
  /// - Returns: whether the line is accounted for by `findings`; otherwise the outcome holds.
  package mutating func read(
    _ line: Span<UInt8>, _ parser: inout RecordParser, outcome: RecordParser.Outcome, place: LinePlace, isWhole: Bool,
    now: RecordTime, open: inout OpenEvents
  ) -> Bool {
    start()
    expire(&open, now: now)
    let context = Context(place: place, now: now)
    if open.document != nil, goesOn(line, outcome, context, isWhole: isWhole, &open) { return true }
    switch outcome {
    case .blank:
      return false
    case .record:
      return !mappings.isEmpty && takeOver(line, &parser, context) && readMapped(0, context)
    case .rejected(.cut):
      if isWhole, begin(line, context, &open) { return true }
      return readText(line, context, &open)
    case .rejected(.notJSON), .rejected(.notUTF8):
      return readText(line, context, &open)
    case .rejected(.noTool), .rejected(.noTimestamp), .rejected(.badTimestamp), .rejected(.timeAhead),
      .rejected(.timeExpired), .rejected(.notObject):
      guard takeOver(line, &parser, context) else { return false }
      return readValue(0, context, &open)
    case .rejected:
      return false
    }
  }

  /// Ends what was open for too long.
  package mutating func expire(now: RecordTime, open: inout OpenEvents) {
    start()
    expire(&open, now: now)
  }

  /// Ends everything that is open: no line will follow.
  package mutating func finish(now: RecordTime, open: inout OpenEvents) {
    start()
    if let document = open.document {
      open.document = nil
      giveUp(document, now: now, &open)
    }
    while let key = open.exchanges.oldest { endUnanswered(key, &open) }
    for id in open.stages.ids { endStage(id, &open) }
  }

  private mutating func start() {
    findings.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
  }

  /// Takes the line and what the parser made of it.
  private mutating func takeOver(_ line: Span<UInt8>, _ parser: inout RecordParser, _ context: Context) -> Bool {
    document.bytes.removeAll(keepingCapacity: true)
    document.bytes.append(span: line)
    parser.exchangeTape(with: &document.tape)
    return !document.tape.tokens.isEmpty
  }

  private mutating func expire(_ open: inout OpenEvents, now: RecordTime) {
    if open.isEmpty { return }
    for key in open.exchanges.expired(age: open.limits.ageMax, now: now) { endUnanswered(key, &open) }
    for id in open.stages.expired(age: open.limits.ageMax, now: now) { endStage(id, &open) }
    if let document = open.document, document.isOverdue(open.limits.documentAgeMax, now: now) {
      open.document = nil
      giveUp(document, now: now, &open)
    }
  }

  /// Makes room for one more.
  mutating func makeRoom(_ open: inout OpenEvents) {
    while open.exchanges.openCount >= open.limits.eventsMax || open.exchanges.byteCount > open.limits.bytesMax,
      let key = open.exchanges.oldest
    {
      endUnanswered(key, &open)
    }
    while open.stages.openCount >= open.limits.eventsMax || open.stages.byteCount > open.limits.bytesMax,
      let id = open.stages.ids.first
    {
      endStage(id, &open)
    }
  }

  // MARK: Findings

  /// - Parameter readAt: see `Finding`.
  mutating func emit(_ canonical: Canonical, _ place: LinePlace, readAt: RecordTime? = nil) {
    let start = bytes.count
    let end = canonical.write(into: &bytes)
    var finding = Finding(.record(canonical.dialect), bytes: start..<bytes.count, place: place)
    finding.columnsEnd = end
    finding.marks = canonical.marks
    finding.assumesUTC = canonical.assumesUTC
    finding.needsNoTime = canonical.needsNoTime
    finding.readAt = readAt
    findings.append(finding)
  }

  /// A line, or a piece of one, that is read or rejected on its own.
  mutating func emit(_ kind: Finding.Kind, _ text: some Collection<UInt8>, _ place: LinePlace) {
    let start = bytes.count
    bytes.append(contentsOf: text)
    findings.append(Finding(kind, bytes: start..<bytes.count, place: place))
  }

  mutating func reject(_ value: Int, _ reason: RejectReason, _ context: Context) {
    emit(.rejected(reason), document.json(value), context.place)
  }
}
