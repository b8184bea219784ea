import AuditModel
import JSON

/// How an OpenTelemetry log record becomes an audit line:
///
///     {"timestamp":…,"eventName":…,"severityText":…,"traceId":…,"spanId":…,"attributes":{…},"resource":{…},"scope":…,"body":…}
///
/// Where the body is an audit line itself, as JSON text or as key-value list, it is the line, and the rest is added to it under the names
/// that it does not use.
struct OTLPLine {
  /// Of a resource and a scope, written once for all their records.
  struct Origin {
    let resource: [UInt8]?
    let scope: [UInt8]?

    init(_ resource: OTLPResource, _ scope: OTLPInstrumentationScope) {
      self.resource = resource.attributes.isEmpty ? nil : OTLPValue.object(resource.attributes)
      if scope.name.isEmpty {
        self.scope = nil
      } else {
        var text: [UInt8] = []
        writeString(Array(scope.name.utf8).span, into: &text)
        self.scope = text
      }
    }
  }

  /// A body with one of these is an audit line.
  private static let auditKeys: [StaticString] = [
    "tool", "toolName", "tool_name", "mcp.method.name", "gen_ai.tool.name", "jsonrpc", "auditID",
  ]
  private static let timeKeys: [StaticString] = ["timestamp", "time", "ts", "@timestamp", "requestReceivedTimestamp"]

  let bytes: [UInt8]
  let time: RecordTime?

  init(_ record: OTLPLogRecord, _ origin: Origin, tape: inout JSONTape) {
    time = Self.time(record)
    let body = Self.body(record.body)
    if let body, body.first == UInt8(ascii: "{"), (try? tape.scan(body.span)) != nil,
      Self.has(Self.auditKeys, tape, body)
    {
      var text = JSONObjectText(continuing: body[tape.tokens[0].outerRange], isEmpty: tape.tokens.count == 1)
      let hasTime = Self.has(Self.timeKeys, tape, body)
      Self.add(record, origin, time: hasTime ? nil : time, to: &text) { !Self.has([$0], tape, body) }
      bytes = text.finished()
    } else {
      var text = JSONObjectText()
      Self.add(record, origin, time: time, to: &text) { _ in true }
      if let value = Self.plainBody(record.body) { text.raw("body", value) }
      bytes = text.finished()
    }
  }

  private static func add(
    _ record: OTLPLogRecord, _ origin: Origin, time: RecordTime?, to text: inout JSONObjectText,
    _ isFree: (StaticString) -> Bool
  ) {
    func put(_ name: StaticString, _ value: String) {
      if !value.isEmpty, isFree(name) { text.string("\(name)", value) }
    }
    if let time { put("timestamp", time.rfc3339) }
    put("eventName", record.eventName)
    put("severityText", record.severityText)
    if record.severityNumber != 0, isFree("severityNumber") {
      text.raw("severityNumber", Array("\(record.severityNumber)".utf8))
    }
    put("traceId", hex(record.traceID))
    put("spanId", hex(record.spanID))
    if !record.attributes.isEmpty, isFree("attributes") { text.raw("attributes", OTLPValue.object(record.attributes)) }
    if let resource = origin.resource, isFree("resource") { text.raw("resource", resource) }
    if let scope = origin.scope, isFree("scope") { text.raw("scope", scope) }
  }

  private static func has(_ keys: [StaticString], _ tape: JSONTape, _ body: [UInt8]) -> Bool {
    guard tape.tokens[0].kind == .object else { return false }
    return keys.contains { tape.member(of: 0, named: $0, in: body.span) != nil }
  }

  /// The body as the text of a JSON object, perhaps; nil for what is none.
  private static func body(_ value: OTLPAnyValue) -> [UInt8]? {
    switch value.value {
    case .stringValue(let text): text.utf8.first { $0 != 0x20 } == UInt8(ascii: "{") ? trimmed(text) : nil
    case .kvlistValue(let list): OTLPValue.object(list.values)
    case .boolValue, .intValue, .doubleValue, .arrayValue, .bytesValue, nil: nil
    }
  }

  private static func trimmed(_ text: String) -> [UInt8] {
    var bytes = ArraySlice(text.utf8)
    while let first = bytes.first, first == 0x20 { bytes = bytes.dropFirst() }
    return Array(bytes)
  }

  private static func plainBody(_ value: OTLPAnyValue) -> [UInt8]? {
    guard value.value != nil else { return nil }
    var text: [UInt8] = []
    OTLPValue.write(value, into: &text)
    return text
  }

  private static func time(_ record: OTLPLogRecord) -> RecordTime? {
    let nanoseconds = record.timeUnixNano != 0 ? record.timeUnixNano : record.observedTimeUnixNano
    return nanoseconds == 0 ? nil : Int64(exactly: nanoseconds).map(RecordTime.init(nanoseconds:))
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
