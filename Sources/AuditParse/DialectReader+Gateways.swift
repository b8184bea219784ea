import AuditModel
import JSON

/// The text of `docker mcp gateway --log-calls` (docker/mcp-gateway, pkg/interceptors/log_calls.go): a line when a call begins and
/// one when it returned, without time, actor or id. A call that ended in an error has no second line.
extension DialectReader {
  private static let begins: StaticString = "- Calling tool "
  private static let ends: StaticString = "> Calling tool "

  mutating func readGateway(_ text: [UInt8], _ context: Context, _ open: inout OpenEvents) -> Bool {
    open.exchanges.note(context.place.time)
    if let start = text.index(of: Self.ends), let took = text.index(of: " took: ", from: start),
      Self.isIndentation(text[..<start])
    {
      let name = Array(text[(start + Self.ends.utf8CodeUnitCount)..<took])
      return end(name, Array(text[(took + 7)...]), context, &open)
    }
    if let start = text.index(of: Self.begins), Self.isIndentation(text[..<start]) {
      let name = start + Self.begins.utf8CodeUnitCount
      if let with = text.index(of: " with arguments: ", from: name) {
        begin(Array(text[name..<with]), Array(text[(with + 17)...]), context, &open)
        return true
      }
      guard let with = text.index(of: " with method: ", from: name) else { return false }
      var canonical = Self.canonical(Array(text[name..<with]))
      canonical.put(.status, "unknown")
      emit(canonical, context.place)
      return true
    }
    guard text.containsText("Scanning tool call arguments for secrets") || text.containsText("ecret found in arguments")
    else { return false }
    emit(.rejected(.notACall), text, context.place)
    return true
  }

  /// The line's mark stands at its beginning: nothing but blanks before it.
  private static func isIndentation(_ text: ArraySlice<UInt8>) -> Bool { text.allSatisfy { $0 == 32 || $0 == 9 } }

  private static func canonical(_ name: [UInt8]) -> Canonical {
    var canonical = Canonical(.dockerGateway)
    canonical.needsNoTime = true
    canonical.put(.tool, text: name)
    return canonical
  }

  private mutating func begin(
    _ name: [UInt8], _ arguments: [UInt8], _ context: Context, _ open: inout OpenEvents
  ) {
    makeRoom(&open)
    var canonical = Self.canonical(name)
    if arguments != Array("none".utf8), !arguments.isEmpty {
      // The whole arguments, as older versions print them, or a summary in words.
      if JSONDocument(arguments) != nil {
        canonical.put(.args, json: arguments[...])
      } else {
        canonical.put(.args, text: arguments)
      }
    }
    let exchange = OpenExchange(
      canonical: canonical, began: context.place.time, readAt: context.now, places: [context.place])
    // Nothing tells two calls of one tool apart but their order.
    let number = Array(" \(context.place.source.number).\(context.place.offset)".utf8)
    open.exchanges.open(exchange, Self.prefix(name) + number)
  }

  private static func prefix(_ name: [UInt8]) -> [UInt8] { [UInt8(ascii: ">")] + name + [0] }

  private mutating func end(
    _ name: [UInt8], _ took: [UInt8], _ context: Context, _ open: inout OpenEvents
  ) -> Bool {
    let prefix = Self.prefix(name)
    guard let key = open.exchanges.oldest(where: { $0.starts(with: prefix) }), var exchange = open.exchanges.take(key)
    else {
      // Its beginning was not seen, and this line still says what there is to say.
      var canonical = Self.canonical(name)
      canonical.put(.status, "success")
      if let duration = goDuration(took) { canonical.put(duration: duration) }
      emit(canonical, context.place)
      return true
    }
    exchange.canonical.put(.status, "success")
    if let duration = goDuration(took) { exchange.canonical.put(duration: duration) }
    emit(exchange.canonical, exchange.places.first ?? context.place, readAt: exchange.readAt)
    return true
  }
}

/// Kuadrant's MCP gateway: the router's logfmt lines with `audit=true`, and the access log that Envoy writes as JSON, in which `-`
/// stands for what is missing (docs/guides/auditing.md).
extension DialectReader {
  mutating func readKuadrant(_ text: [UInt8], _ context: Context) -> Bool {
    let fields = TextFields(text[...])
    guard fields["audit"] == Array("true".utf8), let tool = fields["tool"] else { return false }
    var canonical = Canonical(.kuadrant)
    canonical.put(.time, text: fields["time"])
    canonical.put(.tool, text: tool)
    canonical.put(.user, text: fields["user"])
    canonical.put(.server, text: fields["server"])
    canonical.put(.session, text: fields["session"])
    canonical.put(.request, text: fields["request_id"])
    canonical.put(.level, text: fields["level"])
    let code = fields["status"].flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
    if let code { canonical.put(.status, statusWord(http: code)) }
    let taken: Set<String> = ["time", "tool", "user", "server", "session", "request_id", "level", "audit"]
    for (name, value) in fields.fields where !taken.contains(name) {
      if name == "status", let code {
        canonical.keep("httpStatus", number: Int(code))
      } else {
        canonical.keep(name, String(decoding: value, as: UTF8.self))
      }
    }
    emit(canonical, context.place)
    return true
  }

  mutating func readEnvoy(_ object: Int, _ context: Context) -> Bool {
    let present = { (document: JSONDocument, name: StaticString) -> [UInt8]? in
      document.text(document.value(name, of: object)).flatMap { $0 == [UInt8(ascii: "-")] ? nil : $0 }
    }
    guard let tool = present(document, "mcp_tool_name") ?? present(document, "mcp_method") else { return false }
    var canonical = Canonical(.kuadrant)
    canonical.put(.time, document.value(Self.timeNames, of: object), of: document)
    canonical.put(.tool, text: tool)
    canonical.put(.user, text: present(document, "mcp_user_id"))
    canonical.put(.server, text: present(document, "mcp_server_name"))
    canonical.put(.session, text: present(document, "mcp_session_id"))
    if let request = present(document, "request_id") { canonical.put(.request, text: request) }
    if let address = present(document, "client_ip") { canonical.put(.address, text: address) }
    canonical.put(.duration, document.value("duration_ms", of: object), of: document)
    // 0: the client went away before there was a response.
    if let code = document.integer(document.value("response_code", of: object)) {
      canonical.put(.status, statusWord(http: code))
    }
    canonical.keepMembers(
      of: object, in: document,
      except: Self.timeNames + [
        "mcp_tool_name", "mcp_user_id", "mcp_server_name", "mcp_session_id", "request_id", "client_ip", "duration_ms",
      ])
    emit(canonical, context.place)
    return true
  }
}

/// A duration as Go prints it, `1m2.5s` or `12.3ms`, in nanoseconds.
func goDuration(_ text: [UInt8]) -> Int64? {
  var at = 0
  var sum = 0.0
  var found = false
  while at < text.count, text[at] > 32 {
    let start = at
    while at < text.count, text[at].isASCIIDigit || text[at] == UInt8(ascii: ".") { at += 1 }
    guard at > start, let number = Double(String(decoding: text[start..<at], as: UTF8.self)) else { return nil }
    let unit = at
    while at < text.count, text[at] > 32, !text[at].isASCIIDigit { at += 1 }
    switch String(decoding: text[unit..<at], as: UTF8.self) {
    case "ns": sum += number
    case "us", "µs", "μs": sum += number * 1e3
    case "ms": sum += number * 1e6
    case "s": sum += number * 1e9
    case "m": sum += number * 60e9
    case "h": sum += number * 3600e9
    default: return nil
    }
    found = true
  }
  return found && sum < 9e18 ? Int64(sum.rounded()) : nil
}
