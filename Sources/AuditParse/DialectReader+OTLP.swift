import AuditModel
import JSON

/// OTLP/JSON: a whole `ExportLogsServiceRequest` or `ExportTraceServiceRequest` as one value. Each log record, and each span that
/// is about a tool, becomes a record. A payload against the protocol is rejected as a whole; none of it is taken.
///
/// Sources: opentelemetry-proto, docs "OTLP/JSON" (lowerCamelCase, 64-bit integers as strings, ids in hex) and logs.proto.
extension DialectReader {
  /// The payload is against the protocol.
  private struct BadPayload: Error {}

  mutating func readPayload(_ payload: Int, _ context: Context) -> Bool {
    let first = findings.count
    let used = bytes.count
    do throws(BadPayload) {
      try readResources(payload, ["resourceLogs", "resource_logs"], isLogs: true, context)
      try readResources(payload, ["resourceSpans", "resource_spans"], isLogs: false, context)
    } catch {
      findings.removeSubrange(first...)
      bytes.removeSubrange(used...)
      reject(payload, .badPayload, context)
    }
    return true
  }

  private mutating func readResources(
    _ payload: Int, _ names: [StaticString], isLogs: Bool, _ context: Context
  ) throws(BadPayload) {
    for entry in try list(names, of: payload, isNeeded: false) {
      let resource = document.value("resource", of: entry)
      try check(resource)
      let scopes: [StaticString] =
        isLogs ? ["scopeLogs", "scope_logs", "instrumentationLibraryLogs"] : ["scopeSpans", "scope_spans"]
      for scopeEntry in try list(scopes, of: entry, isNeeded: true) {
        let scope = document.value("scope", of: scopeEntry)
        try check(scope)
        let records: [StaticString] = isLogs ? ["logRecords", "log_records"] : ["spans"]
        for record in try list(records, of: scopeEntry, isNeeded: false) {
          try checkRecord(record)
          readTelemetry(record, resource: resource, scope: scope, isLog: isLogs, context)
        }
      }
    }
  }

  /// The objects of a list; it has to be one.
  private func list(_ names: [StaticString], of object: Int, isNeeded: Bool) throws(BadPayload) -> [Int] {
    guard let list = document.value(names, of: object) else {
      if isNeeded { throw BadPayload() }
      return []
    }
    let elements = document.elements(of: list)
    guard document.isArray(list), elements.allSatisfy({ document.isObject($0) }) else { throw BadPayload() }
    return elements
  }

  private func check(_ part: Int?) throws(BadPayload) {
    guard let part else { return }
    guard document.isObject(part) else { throw BadPayload() }
    try checkAttributes(document.value("attributes", of: part))
  }

  private func checkRecord(_ record: Int) throws(BadPayload) {
    try checkAttributes(document.value("attributes", of: record))
    if let body = document.value("body", of: record), !document.isObject(body) { throw BadPayload() }
    let times: [[StaticString]] = [
      ["timeUnixNano", "time_unix_nano"], ["observedTimeUnixNano", "observed_time_unix_nano"],
      ["startTimeUnixNano", "start_time_unix_nano"], ["endTimeUnixNano", "end_time_unix_nano"],
    ]
    for names in times {
      if let time = document.value(names, of: record), document.integer(time) == nil { throw BadPayload() }
    }
    try checkID(document.value(["traceId", "trace_id"], of: record), digits: 32)
    try checkID(document.value(["spanId", "span_id"], of: record), digits: 16)
  }

  private func checkID(_ id: Int?, digits: Int) throws(BadPayload) {
    guard let id else { return }
    guard document.isString(id) else { throw BadPayload() }
    guard let text = document.text(id) else { return }
    let isHex = text.allSatisfy { $0.isASCIIDigit || ($0 | 0x20) &- 0x61 < 6 }
    guard text.count == digits, isHex else { throw BadPayload() }
  }

  private func checkAttributes(_ attributes: Int?) throws(BadPayload) {
    guard let attributes else { return }
    guard document.isArray(attributes) else { throw BadPayload() }
    for pair in document.elements(of: attributes) {
      guard document.isString(document.value("key", of: pair)) else { throw BadPayload() }
      if let value = document.value("value", of: pair), !document.isObject(value) { throw BadPayload() }
    }
  }
}
