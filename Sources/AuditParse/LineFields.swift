import AuditModel
import JSON

/// Walks the top of one line and gives each member its place: a column, or `extra`.
struct LineFields {
  private static let free = Int(ParsedRecord.absent)

  /// Token of the timestamp's value.
  private(set) var time = LineFields.free
  private var duration = LineFields.free
  private var resultBytes = LineFields.free
  private var isStructured = false

  /// - Parameter columnsEnd: where the members begin that no column may take, however they are called; nil where any may.
  @inline(__always)
  mutating func assign(
    _ tape: borrowing JSONTape, _ line: Span<UInt8>, columnsEnd: Int?, to record: inout ParsedRecord
  ) {
    // Taken once: another target's property is a call.
    let tokens = tape.tokens
    let end = Int(tokens[0].next)
    var columns = end
    if let columnsEnd {
      columns = 1
      while columns < end, Int(tokens[columns].start) <= columnsEnd { columns = Int(tokens[columns + 1].next) }
    }
    var key = 1
    while key < columns {
      place(key, tokens, tape, line, &record)
      key = Int(tokens[key + 1].next)
    }
    while key < end {
      record.keep(key)
      key = Int(tokens[key + 1].next)
    }
    record.dialect = isStructured ? .structured : .middleware
  }

  @inline(__always)
  private mutating func place(
    _ key: Int, _ tokens: borrowing [JSONToken], _ tape: borrowing JSONTape, _ line: Span<UInt8>,
    _ record: inout ParsedRecord
  ) {
    let value = key + 1
    let token = tokens[value]
    let repeats = tokens[key].flags.rawValue & JSONFlags.duplicateKey.rawValue != 0
    if case .null = token.kind { return record.keep(key) }
    guard let name = FieldName(tokens[key], in: tape, line) else { return record.keep(key) }
    switch name {
    case .time:
      time = record.place(value, over: time, repeats)
    case .args:
      record.args = Int32(record.place(value, over: Int(record.args), repeats))
      isStructured = isStructured || tokens[key].end - tokens[key].start == 9  // "arguments"
    case .durationMilliseconds:
      guard let nanoseconds = tape.scaled(token, in: line, scale: 6), nanoseconds >= 0 else { return record.keep(key) }
      duration = record.place(value, over: duration, repeats)
      if duration == value { record.duration = nanoseconds }
    case .resultBytes:
      guard let bytes = tape.decimal(token, in: line, scale: 0), bytes >= 0 else { return record.keep(key) }
      resultBytes = record.place(value, over: resultBytes, repeats)
      if resultBytes == value { record.resultBytes = bytes }
    case .addresses:
      record.keep(key)
      if record[.address] < 0, let last = tape.lastElement(of: value), Self.fits(tokens[last], .address) {
        record[.address] = Int32(last)
      }
    case .text(let column):
      guard Self.fits(token, column) else { return record.keep(key) }
      let taken = record.texts[column.rawValue]
      record.texts[column.rawValue] = Int32(record.place(value, over: Int(taken), repeats))
      if case .event = column { isStructured = true }
    }
  }

  /// An error may be anything; the other columns take a string, a number or a boolean of a bounded length.
  private static func fits(_ token: JSONToken, _ column: TextColumn) -> Bool {
    if case .error = column { return true }
    switch token.kind {
    case .object, .array, .null: return false
    case .string, .number, .true, .false: return Int(token.end - token.start) <= RecordParser.identityBytesMax
    }
  }
}

extension ParsedRecord {
  fileprivate mutating func keep(_ key: Int) { extra.append(Int32(key)) }

  /// Of two members for one column the first counts; of one member given twice the last, as in jsonb. The other one is
  /// kept in `extra`.
  /// - Returns: the token that the column takes from now on.
  fileprivate mutating func place(_ value: Int, over taken: Int, _ repeats: Bool) -> Int {
    if taken == Int(ParsedRecord.absent) { return value }
    keep(repeats ? taken - 1 : value - 1)
    return repeats ? value : taken
  }
}

extension JSONTape {
  /// Token index of a list's last element; nil where it is no list or empty.
  func lastElement(of list: Int) -> Int? {
    guard tokens[list].kind == .array else { return nil }
    var last: Int?
    forEachElement(of: list) { last = $0 }
    return last
  }
}
