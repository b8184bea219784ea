import AuditModel
import JSON

/// How an OpenTelemetry log record becomes a line: as an OTLP/JSON payload of this one record. That is a dialect which the parser knows, so
/// a record means the same whether it came in protobuf, in JSON or in a log file.
///
///     {"resourceLogs":[{"resource":{…},"scopeLogs":[{"scope":{…},"logRecords":[{…}]}]}]}
struct OTLPLine {
  /// Of a resource and a scope, written once for all their records.
  struct Origin {
    let beginning: [UInt8]

    init(_ resource: OTLPResource, _ scope: OTLPInstrumentationScope) {
      var scopeText = JSONObjectText()
      scopeText.text("name", scope.name)
      scopeText.text("version", scope.version)
      scopeText.attributes(scope.attributes)
      var resourceText = JSONObjectText()
      resourceText.attributes(resource.attributes)
      beginning =
        Array("{\"resourceLogs\":[{\"resource\":".utf8) + resourceText.finished()
        + Array(",\"scopeLogs\":[{\"scope\":".utf8) + scopeText.finished() + Array(",\"logRecords\":[".utf8)
    }
  }

  let bytes: [UInt8]
  let time: RecordTime?

  init(_ record: OTLPLogRecord, _ origin: Origin) {
    var text = JSONObjectText()
    text.text("timeUnixNano", record.timeUnixNano == 0 ? "" : "\(record.timeUnixNano)")
    text.text("observedTimeUnixNano", record.observedTimeUnixNano == 0 ? "" : "\(record.observedTimeUnixNano)")
    if record.severityNumber != 0 { text.raw("severityNumber", Array("\(record.severityNumber)".utf8)) }
    text.text("severityText", record.severityText)
    text.text("eventName", record.eventName)
    text.text("traceId", Self.hex(record.traceID))
    text.text("spanId", Self.hex(record.spanID))
    if record.flags != 0 { text.raw("flags", Array("\(record.flags)".utf8)) }
    text.attributes(record.attributes)
    if record.hasBody {
      var body: [UInt8] = []
      OTLPValue.write(record.body, into: &body)
      text.raw("body", body)
    }
    bytes = origin.beginning + text.finished() + Array("]}]}]}".utf8)
    let nanoseconds = record.timeUnixNano != 0 ? record.timeUnixNano : record.observedTimeUnixNano
    time = nanoseconds == 0 ? nil : Int64(exactly: nanoseconds).map(RecordTime.init(nanoseconds:))
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

extension JSONObjectText {
  /// A member that is left out when it is empty, as protobuf does.
  fileprivate mutating func text(_ name: String, _ value: String) {
    if !value.isEmpty { string(name, value) }
  }

  fileprivate mutating func attributes(_ attributes: [OTLPKeyValue]) {
    if !attributes.isEmpty { raw("attributes", OTLPValue.list(attributes)) }
  }
}
