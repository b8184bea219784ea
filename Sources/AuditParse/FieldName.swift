import AuditModel
import JSON

/// What a key at the top of a line means. Both dialects' words and their other spellings are here, once.
enum FieldName {
  case time
  case text(TextColumn)
  case args
  case durationMilliseconds
  case resultBytes

  /// - Returns: nil for a key that no column takes.
  @inline(__always)
  init?(_ key: Int, in tape: borrowing JSONTape, _ line: Span<UInt8>) {
    func `is`(_ name: StaticString) -> Bool { tape.key(at: key, in: line, equals: name) }
    let token = tape.tokens[key]
    // An escaped key is as long as it likes; it is compared with every name.
    let length = token.flags.contains(.hasEscapes) ? nil : Int(token.end) - Int(token.start)
    func has(_ count: Int) -> Bool { length == nil || length == count }

    if has(2), `is`("ts") { self = .time; return }
    if has(2), `is`("ip") { self = .text(.address); return }
    if has(4) {
      if `is`("tool") { self = .text(.tool); return }
      if `is`("args") { self = .args; return }
      if `is`("time") { self = .time; return }
      if `is`("user") { self = .text(.user); return }
    }
    if has(5) {
      if `is`("level") { self = .text(.level); return }
      if `is`("event") { self = .text(.event); return }
      if `is`("error") { self = .text(.error); return }
    }
    if has(6) {
      if `is`("status") { self = .text(.status); return }
      if `is`("userId") { self = .text(.user); return }
      if `is`("server") { self = .text(.server); return }
      if `is`("client") { self = .text(.client); return }
    }
    if has(7) {
      if `is`("user_id") { self = .text(.user); return }
      if `is`("traceId") { self = .text(.trace); return }
    }
    if has(8) {
      if `is`("clientId") { self = .text(.client); return }
      if `is`("clientIp") { self = .text(.address); return }
      if `is`("toolName") { self = .text(.tool); return }
      if `is`("trace_id") { self = .text(.trace); return }
    }
    if has(9) {
      if `is`("timestamp") { self = .time; return }
      if `is`("sessionId") { self = .text(.session); return }
      if `is`("client_id") { self = .text(.client); return }
      if `is`("arguments") { self = .args; return }
      if `is`("client_ip") { self = .text(.address); return }
      if `is`("tool_name") { self = .text(.tool); return }
      if `is`("requestId") { self = .text(.request); return }
    }
    if has(10) {
      if `is`("durationMs") { self = .durationMilliseconds; return }
      if `is`("session_id") { self = .text(.session); return }
      if `is`("request_id") { self = .text(.request); return }
      if `is`("serverName") { self = .text(.server); return }
      if `is`("@timestamp") { self = .time; return }
    }
    if has(11) {
      if `is`("duration_ms") { self = .durationMilliseconds; return }
      if `is`("server_name") { self = .text(.server); return }
    }
    if has(15), `is`("resultSizeBytes") { self = .resultBytes; return }
    if has(17), `is`("result_size_bytes") { self = .resultBytes; return }
    return nil
  }
}
