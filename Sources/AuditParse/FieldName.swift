import AuditModel
import JSON

/// What a key at the top of a line means.
enum FieldName {
  case time
  case text(TextColumn)
  /// A list of addresses, the last of which nobody but the server's own peer can forge.
  case addresses
  case args
  case durationMilliseconds
  case resultBytes

  /// Both dialects' words and their other spellings, once.
  private static let names: [(String, FieldName)] = [
    ("timestamp", .time), ("time", .time), ("ts", .time), ("@timestamp", .time),
    ("tool", .text(.tool)), ("toolName", .text(.tool)), ("tool_name", .text(.tool)),
    ("server", .text(.server)), ("serverName", .text(.server)), ("server_name", .text(.server)),
    ("userId", .text(.user)), ("user_id", .text(.user)), ("user", .text(.user)),
    ("clientId", .text(.client)), ("client_id", .text(.client)), ("client", .text(.client)),
    ("sessionId", .text(.session)), ("session_id", .text(.session)),
    ("requestId", .text(.request)), ("request_id", .text(.request)),
    ("traceId", .text(.trace)), ("trace_id", .text(.trace)),
    ("clientIp", .text(.address)), ("client_ip", .text(.address)), ("ip", .text(.address)),
    ("status", .text(.status)), ("error", .text(.error)), ("level", .text(.level)), ("event", .text(.event)),
    ("args", .args), ("arguments", .args),
    ("durationMs", .durationMilliseconds), ("duration_ms", .durationMilliseconds),
    ("resultSizeBytes", .resultBytes), ("result_size_bytes", .resultBytes),
    // Seldom seen ones come last: names of one length are tried in this order.
    ("serverId", .text(.server)), ("server_id", .text(.server)),
    ("client.address", .text(.address)), ("sourceIPs", .addresses),
  ]

  private static let lengthMax = 17

  /// The names of one length, told apart by their first and their last eight bytes.
  private struct Entry {
    let first: UInt64
    let last: UInt64
    let name: FieldName
  }

  private static let byLength: [[Entry]] = {
    var byLength = [[Entry]](repeating: [], count: lengthMax + 1)
    for (text, name) in names {
      let bytes = Array(text.utf8)
      let words = words(bytes.span, 0..<bytes.count)
      byLength[bytes.count].append(Entry(first: words.first, last: words.last, name: name))
    }
    return byLength
  }()

  /// - Returns: nil for a key that no column takes.
  init?(_ token: JSONToken, in tape: borrowing JSONTape, _ line: Span<UInt8>) {
    if token.flags.rawValue & JSONFlags.hasEscapes.rawValue == 0 {
      self.init(line, Int(token.start)..<Int(token.end))
    } else {
      var decoded: [UInt8] = []
      tape.decodeString(token, in: line, into: &decoded)
      self.init(decoded.span, 0..<decoded.count)
    }
  }

  private init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    guard range.count <= Self.lengthMax else { return nil }
    let words = Self.words(bytes, range)
    for entry in Self.byLength[range.count] where entry.first == words.first && entry.last == words.last {
      self = entry.name
      return
    }
    return nil
  }

  /// The first and the last eight bytes, or all of a shorter name twice. They overlap or meet up to 16 bytes; of the one name of 17 the
  /// byte in the middle is mixed in.
  private static func words(_ bytes: Span<UInt8>, _ range: Range<Int>) -> (first: UInt64, last: UInt64) {
    if range.count < 8 {
      var word: UInt64 = 0
      for index in range { word = word << 8 | UInt64(bytes[index]) }
      return (word, word)
    }
    let raw = bytes.bytes
    let first = raw.unsafeLoadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)
    let last = raw.unsafeLoadUnaligned(fromByteOffset: range.upperBound - 8, as: UInt64.self)
    return range.count == lengthMax ? (first ^ UInt64(bytes[range.lowerBound + 8]) << 56, last) : (first, last)
  }
}
