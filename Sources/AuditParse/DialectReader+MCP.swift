import AuditModel
import JSON

/// JSON-RPC messages of MCP, alone, in batches (revision 2025-03-26), or inside the lines of a log. A request and its response
/// are one record; so are all requests of one call that the server asked for more input (revision 2026-07-28).
///
/// Sources: the MCP specification, revisions 2025-03-26 to 2026-07-28, "Tools", "Cancellation", "Multi round-trip requests".
extension DialectReader {
  /// Requests of one call that are remembered by their ids; what follows still belongs to it.
  private static let roundsMax = 32

  /// What a log line says around a message.
  struct Envelope {
    var object: Int?
    var message = 0
    var session: [UInt8] = []
    var time: RecordTime?
  }

  /// - Returns: whether the object is a message or holds one.
  mutating func readMessages(_ object: Int, _ context: Context, _ open: inout OpenEvents) -> Bool {
    if document.value("jsonrpc", of: object) != nil {
      readMessage(object, Envelope(message: object, time: context.place.time), context, &open)
      return true
    }
    return readEnvelope(object, context, &open)
  }

  private mutating func readEnvelope(_ object: Int, _ context: Context, _ open: inout OpenEvents) -> Bool {
    var messages: [Int] = []
    var inText: [UInt8]?
    document.forEachMember(of: object) { key, value in
      if document.value("jsonrpc", of: value) != nil {
        messages.append(value)
      } else if document.isArray(value) {
        messages += document.elements(of: value).filter { document.value("jsonrpc", of: $0) != nil }
      } else if inText == nil, document.isString(value), let text = document.text(value), Self.holdsMessage(text) {
        inText = text
      }
    }
    if messages.isEmpty, let inText { return readText(inText, inside: object, context, &open) }
    guard !messages.isEmpty else { return false }
    let time =
      document.time(document.value(Self.timeNames, of: object)) ?? context.place.time
    let session = session(of: object)
    for message in messages {
      readMessage(
        message, Envelope(object: object, message: message, session: session, time: time), context, &open)
    }
    return true
  }

  static let timeNames: [StaticString] = ["timestamp", "time", "ts", "@timestamp"]

  private static func holdsMessage(_ text: [UInt8]) -> Bool {
    guard let first = text.first(where: { $0 > 32 }) else { return false }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return false }
    return Array(text.prefix(512)).containsText("\"jsonrpc\"")
  }

  /// A message as text in a member: the line is written anew with the message in its place.
  private mutating func readText(
    _ text: [UInt8], inside object: Int, _ context: Context, _ open: inout OpenEvents
  ) -> Bool {
    guard JSONDocument(text) != nil else { return false }
    var whole: [UInt8] = [UInt8(ascii: "{")]
    document.forEachMember(of: object) { key, value in
      if whole.count > 1 { whole.append(UInt8(ascii: ",")) }
      whole.append(contentsOf: document.json(key))
      whole.append(UInt8(ascii: ":"))
      whole.append(contentsOf: document.text(value) == text ? text[...] : document.json(value))
    }
    whole.append(UInt8(ascii: "}"))
    guard let rewritten = JSONDocument(whole) else { return false }
    document = rewritten
    return readEnvelope(0, context, &open)
  }

  private func session(of envelope: Int) -> [UInt8] {
    let names: [StaticString] = [
      "sessionId", "session_id", "session", "mcpSessionId", "mcp_session_id", "mcp-session-id", "Mcp-Session-Id",
    ]
    if let session = document.text(document.value(names, of: envelope)) { return session }
    return document.text(document.value(names, of: document.value("headers", of: envelope))) ?? []
  }

  private mutating func readMessage(
    _ message: Int, _ envelope: Envelope, _ context: Context, _ open: inout OpenEvents
  ) {
    open.exchanges.note(envelope.time)
    let id = document.value("id", of: message)
    guard let method = document.value("method", of: message) else {
      guard document.value(["result", "error"], of: message) != nil else { return rejectMessage(message, envelope, .notACall, context) }
      return answer(message, id, envelope, context, &open)
    }
    if document.isText(method, "tools/call"), let id, document.kind(id) != .object {
      begin(message, id, envelope, context, &open)
    } else if document.isText(method, "notifications/cancelled") {
      cancel(message, envelope, context, &open)
    } else {
      if let id { _ = open.exchanges.others.insert(key(id, envelope)) }
      if document.isText(method, "initialize"),
        let client = client(document.value("clientInfo", of: document.value("params", of: message)))
      {
        open.exchanges.remember(client: client, of: envelope.session)
      }
      rejectMessage(message, envelope, .notACall, context)
    }
  }

  /// A line with one message is rejected as a line.
  private mutating func rejectMessage(
    _ message: Int, _ envelope: Envelope, _ reason: RejectReason, _ context: Context
  ) {
    reject(envelope.object ?? message, reason, context)
  }

  /// A number and a string of the same digits are two ids.
  private func key(_ id: Int, _ envelope: Envelope) -> [UInt8] {
    [UInt8(ascii: "#")] + envelope.session + [0] + document.json(id)
  }

  private func waitingKey(_ state: [UInt8], _ envelope: Envelope) -> [UInt8] {
    [UInt8(ascii: "?")] + envelope.session + [0] + state
  }

  private func client(_ info: Int?) -> [UInt8]? {
    guard let name = document.text(document.value("name", of: info)) else { return nil }
    guard let version = document.text(document.value("version", of: info)) else { return name }
    return name + [UInt8(ascii: "/")] + version
  }

  // MARK: Requests

  private mutating func begin(
    _ message: Int, _ id: Int, _ envelope: Envelope, _ context: Context, _ open: inout OpenEvents
  ) {
    let params = document.value("params", of: message)
    let key = key(id, envelope)
    // An id that is used again says that the first one's response will not come any more.
    if open.exchanges.contains(key) { endUnanswered(key, &open) }
    if let state = document.text(document.value("requestState", of: params))
        ?? (document.value("inputResponses", of: params) == nil ? nil : []),
      var waiting = open.exchanges.take(waitingKey(state, envelope))
    {
      if waiting.ids.count < Self.roundsMax {
        waiting.ids.append(Array(document.json(id)))
        waiting.places.append(context.place)
      }
      waiting.isWaiting = false
      return open.exchanges.open(waiting, key)
    }
    makeRoom(&open)
    var exchange = OpenExchange(
      canonical: canonical(message, params, envelope, open), began: envelope.time, readAt: context.now,
      places: [context.place])
    exchange.ids = [Array(document.json(id))]
    open.exchanges.open(exchange, key)
  }

  private func canonical(_ message: Int, _ params: Int?, _ envelope: Envelope, _ open: OpenEvents) -> Canonical {
    var canonical = Canonical(.mcp)
    canonical.needsNoTime = true
    let around = envelope.object
    canonical.put(.time, document.value(Self.timeNames, of: around), of: document)
    canonical.put(.tool, text: document.text(document.value("name", of: params)) ?? Array("(unknown)".utf8))
    canonical.put(.args, document.value("arguments", of: params), of: document)
    let meta = document.value("_meta", of: params)
    canonical.put(
      .client,
      text: client(document.value("io.modelcontextprotocol/clientInfo", of: meta)) ?? open.exchanges.clients[envelope.session]
        ?? document.text(document.value(["client", "clientId", "client_id"], of: around)))
    canonical.put(.user, text: document.text(document.value(["userId", "user_id", "user"], of: around)))
    canonical.put(.server, text: document.text(document.value(["server", "serverName", "server_name", "serverId", "server_id"], of: around)))
    canonical.put(.address, text: document.text(document.value(["clientIp", "client_ip", "ip", "client.address"], of: around)))
    canonical.put(.session, text: envelope.session.isEmpty ? nil : envelope.session)
    canonical.put(.request, text: document.text(document.value(["requestId", "request_id"], of: around)))
    canonical.put(.trace, text: trace(meta) ?? document.text(document.value(["traceId", "trace_id"], of: around)))
    canonical.keep("protocol", document.value("io.modelcontextprotocol/protocolVersion", of: meta), of: document)
    canonical.keep("_meta", meta, of: document)
    document.forEachMember(of: around) { member, value in
      for name in Self.envelopeNames where document.isText(member, name) { return }
      if value != envelope.message, document.value("jsonrpc", of: value) == nil { canonical.keepMember(member, of: document) }
    }
    return canonical
  }

  private static let envelopeNames: [StaticString] =
    timeNames + [
      "client", "clientId", "client_id", "userId", "user_id", "user", "server", "serverName", "server_name", "serverId",
      "server_id", "clientIp", "client_ip", "ip", "client.address", "sessionId", "session_id", "session", "requestId",
      "request_id", "traceId", "trace_id",
    ]

  /// The trace id of a W3C `traceparent`: `00-<32 hex digits>-…`.
  private func trace(_ meta: Int?) -> [UInt8]? {
    guard let parent = document.text(document.value("traceparent", of: meta)), parent.count >= 35,
      parent[2] == UInt8(ascii: "-")
    else { return nil }
    return Array(parent[3..<35])
  }

  // MARK: Responses

  private mutating func answer(
    _ message: Int, _ id: Int?, _ envelope: Envelope, _ context: Context, _ open: inout OpenEvents
  ) {
    let result = document.value("result", of: message)
    guard let id, var exchange = open.exchanges.take(key(id, envelope)) else {
      let isOther = id.map { open.exchanges.others.contains(key($0, envelope)) } ?? false
      return rejectMessage(message, envelope, isOther ? .notACall : .unmatched, context)
    }
    if document.isText(document.value("resultType", of: result), "input_required") {
      exchange.isWaiting = true
      if exchange.places.count < 2 * Self.roundsMax { exchange.places.append(context.place) }
      let state = document.text(document.value("requestState", of: result)) ?? []
      return open.exchanges.open(exchange, waitingKey(state, envelope))
    }
    if let error = document.value("error", of: message) {
      exchange.canonical.put(.status, "error")
      exchange.canonical.put(.error, text: document.text(document.value("message", of: error)))
      exchange.canonical.keep("errorType", "protocol_error")
      exchange.canonical.keep("code", document.value("code", of: error), of: document)
    } else if document.isTrue(document.value("isError", of: result)) {
      exchange.canonical.put(.status, "error")
      exchange.canonical.put(.error, text: errorText(result))
      exchange.canonical.keep("errorType", "tool_error")
    } else {
      exchange.canonical.put(.status, "success")
    }
    if let result { exchange.canonical.put(.resultBytes, json: Array("\(document.json(result).count)".utf8)[...]) }
    end(exchange, at: envelope, &open)
  }

  /// What a tool that failed says about it: the first texts of its content.
  private func errorText(_ result: Int?) -> [UInt8]? {
    var text: [UInt8] = []
    for element in document.elements(of: document.value("content", of: result)) where text.count < 4096 {
      guard let piece = document.text(document.value("text", of: element)) else { continue }
      if !text.isEmpty { text.append(UInt8(ascii: "\n")) }
      text += piece
    }
    return text.isEmpty ? nil : text
  }

  private mutating func cancel(
    _ message: Int, _ envelope: Envelope, _ context: Context, _ open: inout OpenEvents
  ) {
    let params = document.value("params", of: message)
    guard let id = document.value("requestId", of: params), var exchange = open.exchanges.take(key(id, envelope)) else {
      return rejectMessage(message, envelope, .notACall, context)
    }
    exchange.canonical.put(.status, "cancelled")
    exchange.canonical.put(.error, text: document.text(document.value("reason", of: params)))
    end(exchange, at: envelope, &open)
  }

  private mutating func end(_ ended: OpenExchange, at envelope: Envelope, _ open: inout OpenEvents) {
    var exchange = ended
    if let said = document.integer(document.value(["durationMs", "duration_ms"], of: envelope.object), scale: 6) {
      exchange.canonical.put(duration: said)
    } else if let began = exchange.began, let now = envelope.time, now >= began {
      exchange.canonical.put(duration: now.nanoseconds - began.nanoseconds)
    }
    finish(exchange)
  }

  private mutating func finish(_ ended: OpenExchange) {
    var exchange = ended
    guard let first = exchange.places.first else { return }
    if !exchange.ids.isEmpty {
      let ids = [UInt8(ascii: "[")] + Array(exchange.ids.joined(separator: [UInt8(ascii: ",")])) + [UInt8(ascii: "]")]
      exchange.canonical.keep("calls", json: ids[...])
    }
    if exchange.ids.count > 1 { exchange.canonical.keep("rounds", number: exchange.ids.count) }
    emit(exchange.canonical, first)
  }

  /// Ends one whose response did not come.
  mutating func endUnanswered(_ key: [UInt8], _ open: inout OpenEvents) {
    guard var exchange = open.exchanges.take(key) else { return }
    exchange.canonical.put(.status, "unknown")
    exchange.canonical.put(.error, exchange.isWaiting ? "asked for input, which did not come" : "no response was seen")
    finish(exchange)
  }
}

extension [UInt8] {
  func containsText(_ text: StaticString) -> Bool { index(of: text) != nil }

  /// Where a text stands first.
  func index(of text: StaticString, from start: Int = 0) -> Int? {
    let count = text.utf8CodeUnitCount
    guard self.count - start >= count else { return nil }
    return withUnsafeBufferPointer { bytes in
      search: for index in start...(bytes.count - count) {
        for place in 0..<count where bytes[index + place] != text.utf8Start[place] { continue search }
        return index
      }
      return nil
    }
  }
}
