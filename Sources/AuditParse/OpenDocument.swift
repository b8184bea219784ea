import AuditModel

/// A document that goes over several lines, while its end has not come: pretty-printed JSON, or a statement in pgaudit's CSV.
///
/// Only what can go on is taken for one: a line that was torn off, and whatever follows it, must not be swallowed.
struct OpenDocument: Sendable {
  enum Kind: Sendable {
    case json
    /// With an open quotation mark.
    case csv
  }

  enum Step {
    case open, complete, broken
  }

  let kind: Kind
  private(set) var bytes: [UInt8] = []
  /// Where each line ends in `bytes`.
  private(set) var ends: [Int] = []
  private(set) var places: [LinePlace] = []
  /// When its last line was read, by the clock.
  private var readAt: RecordTime
  /// A bit a container that is open: 1 for an object.
  private var stack: UInt64 = 0
  private var depth = 0
  /// The last byte that was no blank; the closing quotation mark for a string.
  private var last: UInt8 = 0

  /// - Returns: nil where the line cannot be the beginning of one.
  init?(json line: Span<UInt8>, _ place: LinePlace, now: RecordTime) {
    kind = .json
    readAt = now
    guard case .open = scan(line), Self.goesOn.contains(last) else { return nil }
    keep(line, place, now)
  }

  init(csv line: Span<UInt8>, _ place: LinePlace, now: RecordTime) {
    kind = .csv
    readAt = now
    keep(line, place, now)
  }

  /// What a line of pretty-printed JSON ends with when more has to follow. The first one is judged by it; a torn line mostly
  /// ends otherwise.
  private static let goesOn = Array("{[,:".utf8)

  func isOverdue(_ age: Duration, now: RecordTime) -> Bool { readAt < now.advanced(by: .zero - age) }

  /// Takes the next line of the stream; what is broken has not taken it, and takes no further one.
  mutating func append(_ line: Span<UInt8>, _ place: LinePlace, now: RecordTime, limits: OpenEvents.Limits) -> Step {
    guard ends.count < limits.documentLinesMax, bytes.count + line.count < limits.documentBytesMax else {
      return .broken
    }
    let step = judge(line)
    if case .broken = step { return step }
    keep(line, place, now)
    return step
  }

  /// The lines one by one, with their places.
  var lines: [(text: ArraySlice<UInt8>, place: LinePlace)] {
    places.indices.map { (bytes[($0 == 0 ? 0 : ends[$0 - 1] + 1)..<ends[$0]], places[$0]) }
  }

  /// Where the document begins, as one line with all of its bytes.
  var place: LinePlace {
    var place = places[0]
    place.byteCount = places.reduce(0) { $0 + $1.byteCount + 1 } - 1
    return place
  }

  private mutating func keep(_ line: Span<UInt8>, _ place: LinePlace, _ now: RecordTime) {
    // In JSON a line's end can only stand between tokens, and a blank says the same: a record's values stay on one line.
    if !places.isEmpty { bytes.append(kind == .json ? 32 : 10) }
    bytes.append(span: line)
    if kind == .json, bytes.last == 13 { bytes[bytes.count - 1] = 32 }
    ends.append(bytes.count)
    places.append(place)
    readAt = now
  }

  private mutating func judge(_ line: Span<UInt8>) -> Step {
    switch kind {
    case .json: return scan(line)
    case .csv:
      var quotes = 0
      for index in 0..<line.count where line[index] == UInt8(ascii: "\"") { quotes += 1 }
      return quotes % 2 == 0 ? .open : .complete
    }
  }

  // MARK: JSON

  /// Follows brackets and strings over one line. It judges what comes first in the line by what came last before it, and
  /// leaves the rest of the grammar to the scanner, who sees the whole.
  private mutating func scan(_ line: Span<UInt8>) -> Step {
    var at = 0
    var isFirst = true
    while at < line.count {
      let byte = line[at]
      at += 1
      if byte == 32 || byte == 9 || byte == 13 { continue }
      if isFirst, last != 0, !mayFollow(byte) { return .broken }
      if depth == 0, last != 0 { return .broken }
      isFirst = false
      last = byte
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard depth < 64 else { return .broken }
        stack = stack << 1 | (byte == UInt8(ascii: "{") ? 1 : 0)
        depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0, isInObject == (byte == UInt8(ascii: "}")) else { return .broken }
        stack >>= 1
        depth -= 1
      case UInt8(ascii: "\""):
        guard let end = Self.stringEnd(line, at) else { return .broken }
        at = end
      default:
        if depth == 0 { return .broken }
      }
    }
    return depth == 0 && last != 0 ? .complete : .open
  }

  private var isInObject: Bool { stack & 1 == 1 }

  private func mayFollow(_ byte: UInt8) -> Bool {
    switch last {
    case UInt8(ascii: "{"): byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "}")
    case UInt8(ascii: ","): !isInObject || byte == UInt8(ascii: "\"")
    case UInt8(ascii: "["), UInt8(ascii: ":"): true
    default:
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
    }
  }

  private static func stringEnd(_ line: Span<UInt8>, _ start: Int) -> Int? {
    var at = start
    while at < line.count {
      if line[at] == UInt8(ascii: "\"") { return at + 1 }
      at += line[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }
}
