package import AuditModel
package import JSON

/// One framed line → which of its tokens fill which columns of a record, or why it is none.
///
/// Pure and reusable: it owns the tape of the line it read last. Nothing is copied; whoever writes the record (the
/// redactor) takes the values out of the same line by the tape. Lines in other words than the middleware's and the
/// structured event's come here too, as the canonical line that `DialectReader` wrote of them.
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
  /// Whether a time without a zone is taken for UTC.
  package var assumesUTC = false

  package init() {}

  /// Reads one line.
  /// - Parameters:
  ///   - line: the content, framing and line end taken off.
  ///   - lineTime: the framing's own time of the line; a record without a usable time gets it.
  ///   - window: the times a record may have.
  ///   - record: filled when the outcome is `.record`; its former content is overwritten.
  package mutating func parse(
    _ line: Span<UInt8>, lineTime: RecordTime? = nil, window: TimeWindow, into record: inout ParsedRecord
  ) -> Outcome {
    do {
      try tape.scan(line)
    } catch {
      return Self.outcome(of: error)
    }
    guard tape.tokens[0].kind == .object else { return .rejected(.notObject) }
    record.clear()
    var fields = LineFields()
    fields.assign(tape, line, columnsEnd: nil, to: &record)
    record.marks = Self.marks(tape.flags)
    if fields.time >= 0, let time = RecordTime(fields.time, in: tape, line) {
      record.time = time
    } else if let reason = setTime(fields.time, line, TimeFallback(lineTime: lineTime), &record) {
      return .rejected(reason)
    }
    return judge(record, window)
  }

  /// Reads a canonical line: the columns under the middleware's words first, then what no column takes.
  @inline(never)
  package mutating func parse(
    canonical line: Span<UInt8>, _ finding: Finding, readAt now: RecordTime, window: TimeWindow,
    into record: inout ParsedRecord
  ) -> Outcome {
    do {
      try tape.scan(line)
    } catch {
      return Self.outcome(of: error)
    }
    record.clear()
    var fields = LineFields()
    fields.assign(tape, line, columnsEnd: finding.columnsEnd, to: &record)
    if case .record(let dialect) = finding.kind { record.dialect = dialect }
    // A key of the canonical line may come again behind it, and that is no duplicate of the original's.
    record.marks = Self.marks(tape.flags).subtracting(.duplicateKeys).union(finding.marks)
    var fallback = TimeFallback(lineTime: finding.place.time)
    fallback.assumesUTC = finding.assumesUTC
    fallback.readAt = finding.needsNoTime ? finding.readAt ?? now : nil
    if fields.time >= 0, let time = RecordTime(fields.time, in: tape, line) {
      record.time = time
    } else if let reason = setTime(fields.time, line, fallback, &record) {
      return .rejected(reason)
    }
    return judge(record, window)
  }

  /// Exchanges the tape of the line that was read last for another one, so that it can be kept without a copy.
  mutating func exchangeTape(with other: inout JSONTape) { swap(&tape, &other) }

  @inline(__always)
  private func judge(_ record: borrowing ParsedRecord, _ window: TimeWindow) -> Outcome {
    if record.time > window.latest { return .rejected(.timeAhead) }
    if record.time < window.earliest { return .rejected(.timeExpired) }
    let tool = Int(record[.tool])
    guard tool >= 0, tape.tokens[tool].kind == .string, tape.tokens[tool].end > tape.tokens[tool].start else {
      return .rejected(.noTool)
    }
    return .record
  }

  private struct TimeFallback {
    var lineTime: RecordTime?
    var assumesUTC = false
    var readAt: RecordTime?
  }

  /// Finds a time for a record whose own is missing or unreadable; what stands there is kept in `extra`.
  /// - Returns: why there is none.
  @inline(never)
  private func setTime(
    _ token: Int, _ line: Span<UInt8>, _ fallback: TimeFallback, _ record: inout ParsedRecord
  ) -> RejectReason? {
    let zoneless = token < 0 ? nil : RecordTime(zoneless: token, in: tape, line)
    if let zoneless, assumesUTC || (fallback.assumesUTC && fallback.lineTime == nil) {
      record.time = zoneless
      record.marks.insert(.zoneAssumed)
    } else if let time = fallback.lineTime {
      record.time = time
      record.marks.insert(.timeOfLine)
    } else if let time = fallback.readAt {
      record.time = time
      record.marks.insert(.timeUnknown)
    } else {
      return token < 0 ? .noTimestamp : .badTimestamp
    }
    if token >= 0 { record.extra.append(Int32(token - 1)) }
    return nil
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
