import AuditModel
import JSON

/// OpenTelemetry's attributes of MCP and GenAI: in a log record or span of an OTLP payload, in an object `attributes`, or as members
/// with dotted names at the top of a line.
///
/// Source: open-telemetry/semantic-conventions-genai, model/mcp.
extension DialectReader {
  /// A line that is one log record or span, or a flat object.
  /// - Returns: false where it names no tool and no MCP method.
  mutating func readAttributes(_ object: Int, _ context: Context) -> Bool {
    var attributes = AttributeList()
    attributes.add(document.value(["attributes", "Attributes"], of: object), of: document)
    attributes.addMembers(of: object, document)
    let telling: [StaticString] = ["gen_ai.tool.name", "mcp.tool.name", "mcp.method.name", "gen_ai.operation.name"]
    guard attributes.value(telling, in: document) != nil else { return false }
    if isOtherMethod(attributes) {
      reject(object, .notACall, context)
      return true
    }
    let resource = document.value(["resource", "Resource"], of: object)
    var canonical = canonical(object, attributes, resource: resource)
    keep(attributesAndBodyOf: object, in: &canonical)
    canonical.keepMembers(
      of: object, in: document, except: Self.recordNames + Self.takenAttributes)
    emit(canonical, context.place)
    return true
  }

  /// A log record or a span of a payload.
  mutating func readTelemetry(_ record: Int, resource: Int?, scope: Int?, isLog: Bool, _ context: Context) {
    var attributes = AttributeList()
    attributes.add(document.value("attributes", of: record), of: document)
    let body = document.value("body", of: record)
    let isAboutMCP = attributes.has(prefix: "mcp.", in: document) || attributes.has(prefix: "gen_ai.", in: document)
    if isOtherMethod(attributes) || (!isLog && !isAboutMCP) { return reject(record, .notACall, context) }
    if !isAboutMCP, let content = body.flatMap({ AttributeList.content(of: $0, document) }) {
      if readBody(content, record, resource, context) { return }
      // A body that is a map may be the event itself.
      for pair in document.elements(of: document.value("values", of: content)) {
        guard let key = document.value("key", of: pair), let value = document.value("value", of: pair) else { continue }
        attributes.add(key: key, value: AttributeList.content(of: value, document) ?? value)
      }
    }
    var canonical = canonical(record, attributes, resource: resource)
    keep(attributesAndBodyOf: record, in: &canonical)
    for (name, part) in [("resource", resource), ("scope", scope)] {
      guard let part else { continue }
      var map: [UInt8] = []
      AttributeList.writeMap(document.value("attributes", of: part), document, &map)
      if let scopeName = document.value("name", of: part) { canonical.keep("scopeName", scopeName, of: document) }
      if let version = document.value("version", of: part) { canonical.keep("scopeVersion", version, of: document) }
      if map != Array("{}".utf8) { canonical.keep(name, json: map[...]) }
    }
    canonical.keepMembers(of: record, in: document, except: Self.recordNames)
    emit(canonical, context.place)
  }

  /// Whether it is about MCP or GenAI and calls no tool: `tools/list`, `initialize`, `chat` and their like are no more records here than
  /// the same messages are as JSON-RPC.
  private func isOtherMethod(_ attributes: AttributeList) -> Bool {
    if attributes.value(["gen_ai.tool.name", "mcp.tool.name"], in: document) != nil { return false }
    if let method = attributes.value(["mcp.method.name"], in: document) {
      return !document.isText(method, "tools/call")
    }
    guard let operation = attributes.value(["gen_ai.operation.name"], in: document) else { return false }
    return !document.isText(operation, "execute_tool")
  }

  /// What no column takes of them is nowhere else.
  private func keep(attributesAndBodyOf record: Int, in canonical: inout Canonical) {
    if let attributes = document.value(["attributes", "Attributes"], of: record) {
      var map: [UInt8] = []
      AttributeList.writeMap(attributes, document, &map)
      canonical.keep("attributes", json: map[...])
    }
    if let body = document.value("body", of: record) {
      var json: [UInt8] = []
      AttributeList.write(body, document, &json)
      canonical.keep("body", json: json[...])
    }
  }

  /// A log record whose body is an audit line of its own: read as that line, with what stands around it.
  private mutating func readBody(_ content: Int, _ record: Int, _ resource: Int?, _ context: Context) -> Bool {
    guard document.isString(content), var line = document.text(content),
      line.first(where: { $0 > 32 }) == UInt8(ascii: "{"),
      let inner = JSONDocument(line), inner.value(["tool", "toolName", "tool_name"]) != nil
    else { return false }
    while let last = line.last, last <= 32 || last == UInt8(ascii: "}") {
      line.removeLast()
      if last == UInt8(ascii: "}") { break }
    }
    var around = Canonical(.openTelemetry)
    var map: [UInt8] = []
    AttributeList.writeMap(document.value("attributes", of: record), document, &map)
    around.keep("attributes", json: map[...])
    if let resource {
      map.removeAll()
      AttributeList.writeMap(document.value("attributes", of: resource), document, &map)
      around.keep("resource", json: map[...])
    }
    around.keep("traceId", document.value(["traceId", "trace_id"], of: record), of: document)
    line.append(contentsOf: ",\"otel\":{".utf8)
    line.append(contentsOf: around.rest)
    line.append(contentsOf: "}}".utf8)
    var place = context.place
    place.time = time(of: record) ?? place.time
    emit(.line, line, place)
    return true
  }

  static let recordNames: [StaticString] = [
    "timeUnixNano", "time_unix_nano", "startTimeUnixNano", "start_time_unix_nano", "attributes", "Attributes", "body",
    "traceId", "trace_id", "TraceId", "timestamp", "time", "ts", "@timestamp", "Timestamp", "start_time",
  ]

  /// Attributes that are columns, where they stand at the top of a line.
  private static let takenAttributes: [StaticString] = [
    "gen_ai.tool.name", "mcp.tool.name", "mcp.session.id", "gen_ai.tool.call.arguments", "jsonrpc.request.id",
    "client.address", "enduser.id", "user.id",
  ]

  private func time(of record: Int) -> RecordTime? {
    let names: [[StaticString]] = [
      ["timeUnixNano", "time_unix_nano"], ["startTimeUnixNano", "start_time_unix_nano"],
      ["observedTimeUnixNano", "observed_time_unix_nano"],
    ]
    for pair in names {
      // 0 stands for "unknown".
      if let time = document.integer(document.value(pair, of: record)), time > 0 {
        return RecordTime(nanoseconds: time)
      }
    }
    let plain: [StaticString] = ["timestamp", "time", "ts", "@timestamp", "Timestamp", "start_time", "startTime"]
    return document.time(document.value(plain, of: record))
  }

  private func canonical(_ record: Int, _ attributes: AttributeList, resource: Int?) -> Canonical {
    var canonical = Canonical(.openTelemetry)
    canonical.needsNoTime = true
    let start = time(of: record)
    if let start {
      canonical.put(.time, start.rfc3339)
    } else {
      canonical.put(.time, document.value(Self.timeNames, of: record), of: document)
    }
    let find = { (document: JSONDocument, names: [StaticString]) in attributes.value(names, in: document) }
    let event = document.text(document.value(["eventName", "event_name", "event.name"], of: record))
    canonical.put(.tool, text: tool(record, attributes) ?? event ?? Array("log".utf8))
    canonical.put(.event, text: event)
    canonical.put(.user, text: document.text(find(document, ["user.id", "enduser.id", "user_id", "userId"])))
    canonical.put(
      .client, text: document.text(find(document, ["mcp.client.name", "client.id", "client_id", "clientId"])))
    canonical.put(
      .session, text: document.text(find(document, ["mcp.session.id", "session.id", "gen_ai.conversation.id"])))
    canonical.put(
      .request,
      text: document.text(
        find(document, ["jsonrpc.request.id", "mcp.request.id", "rpc.jsonrpc.request_id", "gen_ai.tool.call.id"])))
    canonical.put(.address, text: document.text(find(document, ["client.address", "network.peer.address"])))
    canonical.put(.trace, text: trace(record))
    canonical.put(
      .level,
      text: document.text(document.value(["severityText", "severity_text", "SeverityText", "level"], of: record)))
    var around = AttributeList()
    around.add(document.value("attributes", of: resource) ?? resource, of: document)
    canonical.put(
      .server,
      text: document.text(find(document, ["mcp.server.name"])) ?? document.text(
        around.value(["service.name"], in: document))
        ?? document.text(find(document, ["service.name", "server.address"])))
    if let arguments = find(document, ["gen_ai.tool.call.arguments", "mcp.request.argument", "mcp.tool.arguments"]) {
      put(arguments: arguments, &canonical)
    } else if let arguments = attributes.json(ofPrefix: "mcp.request.argument.", in: document) {
      canonical.put(.args, json: arguments[...])
    }
    if let result = document.text(find(document, ["gen_ai.tool.call.result"])) {
      canonical.put(.resultBytes, json: Array("\(result.count)".utf8)[...])
    }
    put(outcome: record, attributes, &canonical)
    put(durationOf: record, attributes, from: start, &canonical)
    return canonical
  }

  private func tool(_ record: Int, _ attributes: AttributeList) -> [UInt8]? {
    if let tool = document.text(attributes.value(["gen_ai.tool.name", "mcp.tool.name"], in: document)) { return tool }
    let methods: [StaticString] = ["mcp.method.name", "gen_ai.operation.name"]
    guard let method = document.text(attributes.value(methods, in: document)) else { return nil }
    // A span is named by its method and its target.
    guard let name = document.text(document.value("name", of: record)), name.starts(with: method),
      name.count > method.count + 1
    else { return method }
    return Array(name[(method.count + 1)...])
  }

  /// The trace's id, in lower case and without a `0x`.
  private func trace(_ record: Int) -> [UInt8]? {
    let names: [StaticString] = ["traceId", "trace_id", "TraceId"]
    guard
      var id = document.text(
        document.value(names, of: record) ?? document.value(names, of: document.value("context", of: record)))
    else { return nil }
    if id.starts(with: "0x".utf8) { id.removeFirst(2) }
    return id.map(\.asciiLowercased)
  }

  /// Arguments are often JSON in a string; inside they are what the redactor and the questions look for.
  private func put(arguments value: Int, _ canonical: inout Canonical) {
    if document.isString(value), let text = document.text(value), let first = text.first(where: { $0 > 32 }),
      first == UInt8(ascii: "{") || first == UInt8(ascii: "["), JSONDocument(text) != nil
    {
      canonical.put(.args, json: text[...])
    } else if document.isObject(document.value("values", of: value))
      || document.isArray(document.value("values", of: value))
    {
      var map: [UInt8] = []
      AttributeList.writeMap(document.value("values", of: value), document, &map)
      canonical.put(.args, json: map[...])
    } else {
      canonical.put(.args, value, of: document)
    }
  }

  private func put(outcome record: Int, _ attributes: AttributeList, _ canonical: inout Canonical) {
    let error = document.text(attributes.value(["error.type"], in: document))
    let message = document.text(attributes.value(["exception.message", "error.message"], in: document))
    let status = document.value("status", of: record)
    let code = document.value(["code", "status_code"], of: status)
    let isError =
      document.isText(code, "ERROR") || document.isText(code, "STATUS_CODE_ERROR") || document.integer(code) == 2
    if error != nil || isError {
      canonical.put(.status, "error")
      canonical.put(
        .error, text: message ?? document.text(document.value(["message", "description"], of: status)) ?? error)
    } else if let word = document.text(attributes.value(["mcp.status", "outcome"], in: document))
      ?? document.text(status)
    {
      canonical.put(.status, text: word)
      canonical.put(.error, text: message)
    } else if attributes.value(["mcp.method.name", "gen_ai.tool.name", "gen_ai.operation.name"], in: document) != nil {
      // The conventions know only errors; what names none went well.
      canonical.put(.status, "success")
    }
  }

  private func put(
    durationOf record: Int, _ attributes: AttributeList, from start: RecordTime?, _ canonical: inout Canonical
  ) {
    let names: [StaticString] = ["endTimeUnixNano", "end_time_unix_nano"]
    if let end = document.integer(document.value(names, of: record)), let start, end >= start.nanoseconds {
      return canonical.put(duration: end - start.nanoseconds)
    }
    if let end = document.time(document.value(["end_time", "endTime"], of: record)), let start, end >= start {
      return canonical.put(duration: end.nanoseconds - start.nanoseconds)
    }
    if let milliseconds = attributes.value(["duration_ms", "durationMs", "mcp.duration_ms"], in: document) {
      return canonical.put(.duration, milliseconds, of: document)
    }
    let seconds: [StaticString] = ["mcp.server.operation.duration", "mcp.client.operation.duration", "duration_s"]
    if let nanoseconds = document.integer(attributes.value(seconds, in: document), scale: 9) {
      canonical.put(duration: nanoseconds)
    }
  }
}
