import AuditModel
import JSON

/// How a call ends: its response, its cancellation, or neither.
extension DialectReader {
  mutating func answer(
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
    end(exchange, at: envelope, context, &open)
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

  mutating func cancel(
    _ message: Int, _ envelope: Envelope, _ context: Context, _ open: inout OpenEvents
  ) {
    let params = document.value("params", of: message)
    guard let id = document.value("requestId", of: params), var exchange = open.exchanges.take(key(id, envelope)) else {
      return rejectMessage(message, envelope, .notACall, context)
    }
    exchange.canonical.put(.status, "cancelled")
    exchange.canonical.put(.error, text: document.text(document.value("reason", of: params)))
    end(exchange, at: envelope, context, &open)
  }

  private mutating func end(
    _ ended: OpenExchange, at envelope: Envelope, _ context: Context, _ open: inout OpenEvents
  ) {
    var exchange = ended
    if exchange.sharesLine, let line = exchange.places.first { open.exchanges.note(end: context.place, of: line) }
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
    emit(exchange.canonical, first, readAt: exchange.readAt)
  }

  /// Ends one whose response did not come.
  mutating func endUnanswered(_ key: [UInt8], _ open: inout OpenEvents) {
    guard var exchange = open.exchanges.take(key) else { return }
    exchange.canonical.put(.status, "unknown")
    exchange.canonical.put(.error, exchange.isWaiting ? "asked for input, which did not come" : "no response was seen")
    finish(exchange)
  }
}
