/// Cuts the stream of a binary COPY into tuples, wherever the server cut it into messages.
///
/// In practice a message is one tuple, the first with the header before it; then nothing is copied. The protocol does
/// not promise that, so what is left of a message waits for the next one.
struct CopyTupleReader {
  private enum Place { case header, tuples, end }

  private var place = Place.header
  private var pending: [UInt8] = []

  /// Whether header and trailer were seen and nothing is left over.
  var isComplete: Bool { place == .end && pending.isEmpty }

  /// Calls `body` for each tuple that is complete with this message. False: the bytes are not the COPY format.
  mutating func read(_ message: Span<UInt8>, _ body: (Span<UInt8>) throws -> Void) throws -> Bool {
    if pending.isEmpty {
      guard let used = try consume(message, body) else { return false }
      if used < message.count { pending = message.extracting(used...).array() }
    } else {
      message.withUnsafeBufferPointer { pending.append(contentsOf: $0) }
      let whole = pending
      guard let used = try consume(whole.span, body) else { return false }
      pending.removeFirst(used)
    }
    return true
  }

  /// How many bytes made complete parts; nil when the bytes are malformed.
  private mutating func consume(_ bytes: Span<UInt8>, _ body: (Span<UInt8>) throws -> Void) throws -> Int? {
    var at = 0
    if place == .header {
      guard bytes.count >= CopyFormat.header.count else { return 0 }
      for (offset, byte) in CopyFormat.header.enumerated() where bytes[offset] != byte { return nil }
      at = CopyFormat.header.count
      place = .tuples
    }
    while place == .tuples, let fields = Self.int16(bytes, at) {
      if fields == -1 {
        place = .end
        at += 2
        break
      }
      switch Self.end(of: fields, bytes, at + 2) {
      case .malformed: return nil
      case .incomplete: return at
      case .at(let end):
        try body(bytes.extracting(at..<end))
        at = end
      }
    }
    return place == .end && at < bytes.count ? nil : at
  }

  private enum End { case malformed, incomplete, at(Int) }

  private static func end(of fields: Int16, _ bytes: Span<UInt8>, _ start: Int) -> End {
    guard fields >= 0 else { return .malformed }
    var at = start
    for _ in 0..<fields {
      guard at + 4 <= bytes.count, let length = bytes.extracting(at..<at + 4).bigEndian(Int32.self) else {
        return .incomplete
      }
      guard length >= -1 else { return .malformed }
      at += 4 + Int(max(0, length))
    }
    return at <= bytes.count ? .at(at) : .incomplete
  }

  private static func int16(_ bytes: Span<UInt8>, _ at: Int) -> Int16? {
    at + 2 <= bytes.count ? bytes.extracting(at..<at + 2).bigEndian(Int16.self) : nil
  }
}
