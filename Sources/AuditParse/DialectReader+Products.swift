import AuditModel
import JSON

/// Audit events of ToolHive (stacklok/toolhive, docs/middleware.md), of Lasso's gateway, of mcp-audit, and of OpenBao and Vault.
extension DialectReader {
  mutating func readToolHive(_ event: Int, _ context: Context, _ open: inout OpenEvents) -> Bool {
    let id = document.text(document.value("audit_id", of: event)) ?? []
    guard id.isEmpty || open.seen.insert(id + [2]) else {
      reject(event, .duplicate, context)
      return true
    }
    var canonical = Canonical(.toolhive)
    canonical.put(
      .time, document.value("logged_at", of: event) ?? document.value(Self.timeNames, of: event), of: document)
    let target = document.value("target", of: event)
    canonical.put(
      .tool, text: document.text(document.value("name", of: target)) ?? document.text(document.value("type", of: event))
    )
    let subjects = document.value("subjects", of: event)
    canonical.put(.user, text: document.text(document.value(["user_id", "user"], of: subjects)))
    canonical.put(.client, text: document.text(document.value(["client_id", "client_name"], of: subjects)))
    canonical.put(.server, text: document.text(document.value("component", of: event)))
    canonical.put(.status, text: document.text(document.value("outcome", of: event)))
    canonical.put(.event, text: document.text(document.value("type", of: event)))
    canonical.put(.request, text: id.isEmpty ? nil : id)
    let source = document.value("source", of: event)
    if document.isText(document.value("type", of: source), "network") {
      canonical.put(.address, text: document.text(document.value("value", of: source)))
    }
    let data = document.value("data", of: event)
    canonical.put(.args, document.value("request", of: data), of: document)
    let extra = document.value("extra", of: document.value("metadata", of: event))
    canonical.put(.duration, document.value("duration_ms", of: extra), of: document)
    canonical.put(.resultBytes, document.value("response_size_bytes", of: extra), of: document)
    canonical.put(.session, text: document.text(document.value(["session_id", "mcp_session_id"], of: extra)))
    canonical.keep("response", document.value("response", of: data), of: document)
    canonical.keepMembers(of: event, in: document, except: ["audit_id", "logged_at", "outcome", "data"])
    emit(canonical, context.place)
    return true
  }

  mutating func readLasso(_ row: Int, _ context: Context) -> Bool {
    guard let tool = document.text(document.value("capability_name", of: row)) else { return false }
    var canonical = Canonical(.lasso)
    canonical.assumesUTC = true
    canonical.put(.time, document.value(Self.timeNames, of: row), of: document)
    canonical.put(.tool, text: tool)
    canonical.put(.server, text: document.text(document.value("server_name", of: row)))
    canonical.put(.request, text: document.text(document.value("call_id", of: row)))
    canonical.put(.event, text: document.text(document.value("capability_type", of: row)))
    let flag = document.value("isError", of: row)
    let isError = document.isTrue(flag) || (document.integer(flag) ?? 0) != 0
    canonical.put(.status, isError ? "error" : "success")
    if isError { canonical.put(.error, text: document.text(document.value("content_text", of: row))) }
    canonical.keepMembers(
      of: row, in: document,
      except: Self.timeNames + ["capability_name", "server_name", "call_id", "capability_type"]
        + (isError ? ["content_text"] : []))
    emit(canonical, context.place)
    return true
  }

  /// A line of mcp-audit for a method that calls no tool: its tool is empty, its method says what was done.
  mutating func readSeed(_ line: Int, _ context: Context) -> Bool {
    guard let method = document.text(document.value("method", of: line)),
      document.value(["tool_name", "toolName"], of: line) != nil, document.value("direction", of: line) != nil
    else { return false }
    var canonical = Canonical(.middleware)
    canonical.put(.time, document.value(Self.timeNames, of: line), of: document)
    canonical.put(.tool, text: document.text(document.value(["tool_name", "toolName"], of: line)) ?? method)
    canonical.put(.client, text: document.text(document.value(["client_id", "clientId"], of: line)))
    canonical.put(.server, text: document.text(document.value(["server_id", "serverId"], of: line)))
    canonical.put(.duration, document.value(["duration_ms", "durationMs"], of: line), of: document)
    canonical.put(.request, text: document.text(document.value("id", of: line)))
    canonical.put(.error, text: document.text(document.value("error", of: line)))
    canonical.put(.status, text: document.text(document.value("status", of: line)))
    canonical.keepMembers(
      of: line, in: document,
      except: Self.timeNames + [
        "tool_name", "toolName", "client_id", "clientId", "server_id", "serverId", "duration_ms", "durationMs", "id",
        "error", "status",
      ])
    emit(canonical, context.place)
    return true
  }

  mutating func readOpenBao(_ entry: Int, _ context: Context) -> Bool {
    let request = document.value("request", of: entry)
    guard document.isObject(request), let operation = document.text(document.value("operation", of: request)),
      document.value("path", of: request) != nil
    else { return false }
    let isResponse = document.isText(document.value("type", of: entry), "response")
    var canonical = Canonical(.openbao)
    canonical.put(.time, document.value(Self.timeNames, of: entry), of: document)
    canonical.put(.tool, text: operation)
    let auth = document.value("auth", of: entry)
    canonical.put(.user, text: document.text(document.value(["display_name", "entity_id"], of: auth)))
    canonical.put(.address, text: document.text(document.value("remote_address", of: request)))
    canonical.put(.request, text: document.text(document.value("id", of: request)))
    canonical.put(.event, text: document.text(document.value("type", of: entry)))
    let error = document.text(document.value("error", of: entry))
    canonical.put(.error, text: error)
    if error != nil { canonical.put(.status, "error") } else if isResponse { canonical.put(.status, "success") }
    var arguments: [UInt8] = Array("{\"path\":".utf8)
    if let path = document.value("path", of: request) { arguments += document.json(path) }
    if let data = document.value("data", of: request) { arguments += Array(",\"data\":".utf8) + document.json(data) }
    arguments.append(UInt8(ascii: "}"))
    canonical.put(.args, json: arguments[...])
    canonical.keepMembers(of: entry, in: document, except: Self.timeNames + ["error"])
    emit(canonical, context.place)
    return true
  }
}
