import AuditModel
import JSON

/// MessagePack values as JSON.
enum MessagePackJSON {
  /// Writes the next value.
  static func write(
    _ reader: inout MessagePackReader, _ bytes: Span<UInt8>, depth: Int = 0, into out: inout [UInt8]
  ) throws(MessagePackReader.Problem) {
    let token = try reader.next(bytes)
    switch token {
    case .nil: out += Array("null".utf8)
    case .bool(let truth): out += Array((truth ? "true" : "false").utf8)
    case .int(let number): out += Array("\(number)".utf8)
    case .uint(let number): out += Array("\(number)".utf8)
    case .double(let number): out += jsonNumber(number)
    case .string(let range), .binary(let range): writeText(bytes.extracting(range), into: &out)
    case .ext(let type, let range): writeExtension(type, bytes.extracting(range), into: &out)
    case .array(let count):
      guard depth < MessagePackReader.depthMax else { throw .tooDeep }
      out.append(UInt8(ascii: "["))
      for index in 0..<count {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        try write(&reader, bytes, depth: depth + 1, into: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .map(let count):
      guard depth < MessagePackReader.depthMax else { throw .tooDeep }
      out.append(UInt8(ascii: "{"))
      for index in 0..<count {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        try writeKey(&reader, bytes, into: &out)
        out.append(UInt8(ascii: ":"))
        try write(&reader, bytes, depth: depth + 1, into: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  /// JSON's keys are strings; whatever else is a key here becomes one.
  private static func writeKey(
    _ reader: inout MessagePackReader, _ bytes: Span<UInt8>, into out: inout [UInt8]
  ) throws(MessagePackReader.Problem) {
    switch try reader.next(bytes) {
    case .string(let range), .binary(let range): writeText(bytes.extracting(range), into: &out)
    case .int(let number): out += Array("\"\(number)\"".utf8)
    case .uint(let number): out += Array("\"\(number)\"".utf8)
    case .bool(let truth): out += Array("\"\(truth)\"".utf8)
    case .double(let number): out += Array("\"\(number)\"".utf8)
    case .nil: out += Array("\"null\"".utf8)
    case .array, .map, .ext: throw .unexpected
    }
  }

  /// Text as it is; what is no UTF-8 has its odd parts replaced.
  static func writeText(_ text: Span<UInt8>, into out: inout [UInt8]) {
    let whole = text.withUnsafeBufferPointer { Array($0) }
    if String(validating: whole, as: UTF8.self) != nil {
      writeString(text, into: &out)
    } else {
      writeString(Array(String(decoding: whole, as: UTF8.self).utf8).span, into: &out)
    }
  }

  private static func writeExtension(_ type: Int8, _ payload: Span<UInt8>, into out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    if type == 0, let time = ForwardTime.eventTime(payload) {
      out += Array(time.rfc3339.utf8)
    } else {
      out += payload.withUnsafeBufferPointer { base64(Array($0)) }
    }
    out.append(UInt8(ascii: "\""))
  }
}

/// Forward's times: whole seconds, or an EventTime of seconds and nanoseconds, both big-endian.
enum ForwardTime {
  static func eventTime(_ payload: Span<UInt8>) -> RecordTime? {
    guard payload.count == 8 else { return nil }
    var seconds: Int64 = 0
    var nanoseconds: Int64 = 0
    for index in 0..<4 {
      seconds = seconds << 8 | Int64(payload[index])
      nanoseconds = nanoseconds << 8 | Int64(payload[index + 4])
    }
    return nanoseconds < 1_000_000_000 ? RecordTime(nanoseconds: seconds * 1_000_000_000 + nanoseconds) : nil
  }

  /// - Returns: nil for a time that is none, as 0 is.
  static func read(
    _ reader: inout MessagePackReader, _ bytes: Span<UInt8>
  ) throws(MessagePackReader.Problem) -> RecordTime? {
    let token = try reader.next(bytes)
    switch token {
    case .uint(let seconds): return seconds == 0 ? nil : time(seconds: Int64(clamping: seconds))
    case .int(let seconds): return time(seconds: seconds)
    case .double(let seconds):
      guard seconds.isFinite, seconds > 0, seconds < 9e9 else { return nil }
      return RecordTime(nanoseconds: Int64(seconds * 1_000_000_000))
    case .ext(type: 0, let range): return eventTime(bytes.extracting(range))
    case .array(let count):
      // Newer Fluent Bit: [time, metadata] in the place of the time.
      guard count >= 1, count <= 2 else { throw .unexpected }
      var inner = reader
      let time: RecordTime?
      switch try inner.next(bytes) {
      case .uint(let seconds): time = self.time(seconds: Int64(clamping: seconds))
      case .ext(type: 0, let range): time = eventTime(bytes.extracting(range))
      default: throw .unexpected
      }
      if count == 2 { try inner.skip(bytes) }
      reader = inner
      return time
    default: throw .unexpected
    }
  }

  private static func time(seconds: Int64) -> RecordTime? {
    (1...9_000_000_000).contains(seconds) ? RecordTime(nanoseconds: seconds * 1_000_000_000) : nil
  }
}
