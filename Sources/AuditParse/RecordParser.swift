package import AuditModel
package import JSON

/// One framed line → which of its tokens fill which columns of a record, or why it is none.
///
/// Pure and reusable: it owns the tape of the line it read last. Nothing is copied; whoever writes the record (the
/// redactor) takes the values out of the same line by the tape.
package struct RecordParser: Sendable {
  package enum Outcome: Sendable, Hashable {
    case record
    /// Nothing but blanks: accounted for, stored nowhere.
    case blank
    case rejected(RejectReason)
  }

  /// Values of the columns that identify someone or something; a longer one stays in `extra`, where no index meets it.
  package static let identityBytesMax = 1024

  package private(set) var tape = JSONTape()

  package init() {}

  /// Reads one line.
  /// - Parameters:
  ///   - line: the content, framing and line end taken off.
  ///   - window: the times a record may have.
  ///   - record: filled when the outcome is `.record`; its former content is overwritten.
  package mutating func parse(_ line: Span<UInt8>, window: TimeWindow, into record: inout ParsedRecord) -> Outcome {
    do {
      try tape.scan(line)
    } catch {
      return Self.outcome(of: error)
    }
    guard tape.tokens[0].kind == .object else { return .rejected(.notObject) }
    record.clear()
    var fields = LineFields()
    fields.assign(tape, line, to: &record)
    record.marks = Self.marks(tape.flags)
    guard fields.time >= 0 else { return .rejected(.noTimestamp) }
    guard let time = RecordTime(fields.time, in: tape, line) else { return .rejected(.badTimestamp) }
    if time > window.latest { return .rejected(.timeAhead) }
    if time < window.earliest { return .rejected(.timeExpired) }
    guard record[.tool] >= 0, tape.tokens[Int(record[.tool])].kind == .string else { return .rejected(.noTool) }
    record.time = time
    return .record
  }

  private static let notable: UInt8 =
    JSONFlags.duplicateKey.rawValue | JSONFlags.hasNUL.rawValue | JSONFlags.hasLoneSurrogate.rawValue
    | JSONFlags.hugeNumber.rawValue

  private static func marks(_ flags: JSONFlags) -> RecordMarks {
    // Nearly every line has none of these; one comparison says so.
    if flags.rawValue & notable == 0 { return RecordMarks(rawValue: 0) }
    var marks: RecordMarks = []
    if flags.contains(.duplicateKey) { marks.insert(.duplicateKeys) }
    if flags.contains(.hasNUL) || flags.contains(.hasLoneSurrogate) { marks.insert(.escaped) }
    if flags.contains(.hugeNumber) { marks.insert(.numberAsText) }
    return marks
  }

  private static func outcome(of error: JSONError) -> Outcome {
    switch error.reason {
    case .empty: .blank
    case .truncated: .rejected(.cut)
    case .invalidUTF8: .rejected(.notUTF8)
    case .tooDeep: .rejected(.tooDeep)
    case .tooManyTokens: .rejected(.tooLong)
    case .unexpectedByte, .controlCharacter, .badEscape, .badNumber, .trailingBytes: .rejected(.notJSON)
    }
  }
}
