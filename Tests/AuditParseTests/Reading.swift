import AuditModel
import AuditParse
import JSON

/// Lines through the parser and the reader, as the collector hands them on.
struct Reading {
  /// What came out, a few words each.
  enum Row: Equatable, CustomStringConvertible {
    case record(String, Dialect, [String])
    case rejected(RejectReason)

    var description: String {
      switch self {
      case .record(let tool, let dialect, let marks): "\(dialect.name) \(tool) \(marks)"
      case .rejected(let reason): reason.rawValue
      }
    }
  }

  static let window = TimeWindow(earliest: RecordTime(nanoseconds: .min), latest: RecordTime(nanoseconds: .max))

  var parser = RecordParser()
  var reader = DialectReader()
  var open: OpenEvents
  var now = RecordTime(nanoseconds: 0)
  private var offset: Int64 = 0
  private(set) var rows: [Row] = []
  /// The canonical lines and the plain ones of the records.
  private(set) var lines: [String] = []
  private(set) var records: [ParsedRecord] = []

  init(limits: OpenEvents.Limits = OpenEvents.Limits()) { open = OpenEvents(limits: limits) }

  mutating func take(_ text: String, time: RecordTime? = nil, isWhole: Bool = true) {
    let line = Array(text.utf8)
    var record = ParsedRecord()
    let place = LinePlace(source: SourceID(1), offset: offset, byteCount: line.count, time: time)
    offset += Int64(line.count) + 1
    let outcome = parser.parse(line.span, lineTime: time, window: Self.window, into: &record)
    let isTaken = reader.read(
      line.span, &parser, outcome: outcome, place: place, isWhole: isWhole, now: now, open: &open)
    let hadFindings = !reader.findings.isEmpty
    note()
    if isTaken { return }
    if hadFindings || !reader.mappings.isEmpty {
      _ = parser.parse(line.span, lineTime: time, window: Self.window, into: &record)
    }
    note(outcome, record, line)
  }

  mutating func expire() {
    reader.expire(now: now, open: &open)
    note()
  }

  mutating func finish() {
    reader.finish(now: now, open: &open)
    note()
  }

  private mutating func note() {
    for finding in reader.findings {
      let line = Array(reader.bytes[finding.bytes])
      var record = ParsedRecord()
      let outcome: RecordParser.Outcome =
        switch finding.kind {
        case .rejected(let reason): .rejected(reason)
        case .line: parser.parse(line.span, lineTime: finding.place.time, window: Self.window, into: &record)
        case .record: parser.parse(canonical: line.span, finding, readAt: now, window: Self.window, into: &record)
        }
      note(outcome, record, line)
    }
  }

  private mutating func note(_ outcome: RecordParser.Outcome, _ record: ParsedRecord, _ line: [UInt8]) {
    switch outcome {
    case .blank: return
    case .rejected(let reason): rows.append(.rejected(reason))
    case .record:
      var tool: [UInt8] = []
      parser.tape.decodeString(parser.tape.tokens[Int(record[.tool])], in: line.span, into: &tool)
      rows.append(.record(String(decoding: tool, as: UTF8.self), record.dialect, record.marks.names))
      lines.append(String(decoding: line, as: UTF8.self))
      records.append(record)
    }
  }

  /// All lines of a text, and then the end.
  static func rows(_ text: String) -> [Row] {
    var reading = Reading()
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) { reading.take(String(line)) }
    reading.finish()
    return reading.rows
  }
}
