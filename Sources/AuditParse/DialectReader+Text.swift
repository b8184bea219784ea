import AuditModel
import JSON

extension DialectReader {
  /// Reads a line that is not JSON as a whole.
  /// - Returns: whether it is accounted for.
  mutating func readText(_ line: Span<UInt8>, _ context: Context, _ open: inout OpenEvents) -> Bool {
    var text: [UInt8] = []
    text.append(span: line)
    while let last = text.last, last == 13 || last == 32 { text.removeLast() }
    // The cookie of "Common Event Expression" that syslog daemons look for before JSON.
    if text.starts(with: "@cee:".utf8) {
      let rest = Array(text.dropFirst(5).drop { $0 == 32 })
      return readJSON(rest, context, &open)
    }
    let head = Array(text.prefix(Self.headBytes))
    if let start = head.index(of: "{\"jsonrpc\""), let message = JSONDocument(Array(text[start...])) {
      document = message
      var context = context
      context.place.time = Self.leadingTime(text) ?? context.place.time
      return readMessages(0, context, &open)
    }
    if let start = head.index(of: "AUDIT: ") {
      let after = start + 7
      if text[after...].starts(with: "id=".utf8) { return readLegacyKubernetes(text, fieldsAt: after, context, &open) }
      if text[after...].starts(with: "SESSION,".utf8) || text[after...].starts(with: "OBJECT,".utf8) {
        return readPostgres(text, messageAt: after, context, &open)
      }
    }
    if head.containsText("alling tool ") || head.containsText("ecret") {
      if readGateway(text, context, &open) { return true }
    }
    if head.containsText("audit=true") { return readKuadrant(text, context) }
    return false
  }

  /// How far into a line the words are looked for that tell what it is; most lines are noise, and some are long.
  private static let headBytes = 1024

  /// A line whose JSON stood behind something else: read as a line of its own.
  mutating func readJSON(_ text: [UInt8], _ context: Context, _ open: inout OpenEvents) -> Bool {
    guard let inner = JSONDocument(text) else { return false }
    document = inner
    if readValue(0, context, &open) { return true }
    emit(.line, text, context.place)
    return true
  }

  /// The time that a line begins with, an opening bracket before it allowed.
  static func leadingTime(_ text: [UInt8]) -> RecordTime? {
    let start = text.first == UInt8(ascii: "[") ? 1 : 0
    var end = start
    while end < text.count, end - start < 40, text[end] != 32, text[end] != UInt8(ascii: "]") { end += 1 }
    if let time = RecordTime(rfc3339: text.span.extracting(start..<end)) { return time }
    // `2026-01-02 03:04:05.678 UTC`, as PostgreSQL writes it.
    guard end - start == 10, end < text.count else { return nil }
    var clock = end + 1
    while clock < text.count, text[clock] != 32, text[clock] != UInt8(ascii: "]") { clock += 1 }
    let zone = text[clock...].dropFirst()
    guard zone.starts(with: "UTC".utf8) || zone.starts(with: "GMT".utf8) || zone.starts(with: "Z".utf8) else {
      return RecordTime(rfc3339: text.span.extracting(start..<clock))
    }
    let moment = Array(text[start..<clock]) + [UInt8(ascii: "Z")]
    return RecordTime(rfc3339: moment.span)
  }
}

/// `key=value` and `key="quoted value"`, separated by blanks, as logfmt and the API server's legacy audit text have it.
struct TextFields {
  private(set) var fields: [(name: String, value: [UInt8])] = []

  init(_ text: ArraySlice<UInt8>) {
    var at = text.startIndex
    while at < text.endIndex {
      while at < text.endIndex, text[at] == 32 || text[at] == 9 { at += 1 }
      let start = at
      while at < text.endIndex, text[at] != UInt8(ascii: "="), text[at] != 32 { at += 1 }
      guard at < text.endIndex, text[at] == UInt8(ascii: "=") else { continue }
      let name = String(decoding: text[start..<at], as: UTF8.self)
      at += 1
      fields.append((name, Self.value(text, &at)))
    }
  }

  /// The last field of a name; nil where there is none or it is empty.
  subscript(_ name: String) -> [UInt8]? {
    fields.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
  }

  private static func value(_ text: ArraySlice<UInt8>, _ at: inout Int) -> [UInt8] {
    guard at < text.endIndex, text[at] == UInt8(ascii: "\"") else {
      let start = at
      while at < text.endIndex, text[at] != 32 { at += 1 }
      return Array(text[start..<at])
    }
    at += 1
    var value: [UInt8] = []
    while at < text.endIndex, text[at] != UInt8(ascii: "\"") {
      if text[at] == UInt8(ascii: "\\"), at + 1 < text.endIndex {
        at += 1
        switch text[at] {
        case UInt8(ascii: "n"): value.append(10)
        case UInt8(ascii: "t"): value.append(9)
        case UInt8(ascii: "r"): value.append(13)
        default: value.append(text[at])
        }
      } else {
        value.append(text[at])
      }
      at += 1
    }
    at += 1
    return value
  }
}

/// How an HTTP status ends a call.
func statusWord(http code: Int64) -> String {
  switch code {
  case 401, 403: "denied"
  case 100..<400: "success"
  default: "error"
  }
}
