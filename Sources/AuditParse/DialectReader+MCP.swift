import AuditModel
import JSON

/// JSON-RPC messages of MCP, alone, in batches (revision 2025-03-26), or inside the lines of a log. A request and its response
/// are one record; so are all requests of one call that the server asked for more input (revision 2026-07-28).
///
/// Sources: the MCP specification, revisions 2025-03-26 to 2026-07-28, "Tools", "Cancellation", "Multi round-trip requests".
extension DialectReader {
  /// Requests of one call that are remembered by their ids; what follows still belongs to it.
  static let roundsMax = 32

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
      guard document.value(["result", "error"], of: message) != nil else {
        return rejectMessage(message, envelope, .notACall, context)
      }
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
  mutating func rejectMessage(
    _ message: Int, _ envelope: Envelope, _ reason: RejectReason, _ context: Context
  ) {
    reject(envelope.object ?? message, reason, context)
  }

  /// A number and a string of the same digits are two ids.
  func key(_ id: Int, _ envelope: Envelope) -> [UInt8] {
    [UInt8(ascii: "#")] + envelope.session + [0] + document.json(id)
  }

  func waitingKey(_ state: [UInt8], _ envelope: Envelope) -> [UInt8] {
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
    exchange.sharesLine = open.exchanges.note(begun: context.place)
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
      text: client(document.value("io.modelcontextprotocol/clientInfo", of: meta)) ?? open.exchanges.clients[
        envelope.session]
        ?? document.text(document.value(["client", "clientId", "client_id"], of: around)))
    canonical.put(.user, text: document.text(document.value(["userId", "user_id", "user"], of: around)))
    canonical.put(
      .server,
      text: document.text(document.value(["server", "serverName", "server_name", "serverId", "server_id"], of: around)))
    canonical.put(
      .address, text: document.text(document.value(["clientIp", "client_ip", "ip", "client.address"], of: around)))
    canonical.put(.session, text: envelope.session.isEmpty ? nil : envelope.session)
    canonical.put(.request, text: document.text(document.value(["requestId", "request_id"], of: around)))
    canonical.put(.trace, text: trace(meta) ?? document.text(document.value(["traceId", "trace_id"], of: around)))
    canonical.keep("protocol", document.value("io.modelcontextprotocol/protocolVersion", of: meta), of: document)
    canonical.keep("_meta", meta, of: document)
    document.forEachMember(of: around) { member, value in
      for name in Self.envelopeNames where document.isText(member, name) { return }
      if value != envelope.message, document.value("jsonrpc", of: value) == nil {
        canonical.keepMember(member, of: document)
      }
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
}
