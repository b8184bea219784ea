/// A place in the input, which every method takes again. Every read is bounds-checked: a mistake here traps and corrupts nothing.
struct JSONCursor {
  let count: Int
  var offset = 0

  init(count: Int) { self.count = count }

  var isAtEnd: Bool {
    @inline(__always) get { offset >= count }
  }

  @inline(__always)
  mutating func advance() { offset &+= 1 }

  func error(_ reason: JSONError.Reason) -> JSONError { JSONError(reason: reason, offset: offset) }

  /// The byte here; at the end of the input the document was cut off.
  @inline(__always)
  func peek(_ bytes: Span<UInt8>) throws(JSONError) -> UInt8 {
    guard offset < count else { throw JSONError(reason: .truncated, offset: count) }
    return bytes[offset]
  }

  @inline(__always)
  mutating func skipBlanks(_ bytes: Span<UInt8>) {
    while offset < count {
      let byte = bytes[offset]
      if byte > 0x20 { return }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      offset &+= 1
    }
  }

  /// One of 64 bits, chosen by a key's length and three of its bytes: equal keys share it.
  @inline(__always)
  func filterBit(of key: JSONToken, _ bytes: Span<UInt8>) -> UInt64 {
    let start = Int(key.start)
    let length = Int(key.end) - start
    guard length > 0 else { return 1 }
    var hash = UInt64(length) &+ UInt64(bytes[start]) << 8
    hash &+= UInt64(bytes[start &+ length &- 1]) << 16 &+ UInt64(bytes[start &+ length / 2]) << 24
    return 1 << ((hash &* 0x9E37_79B9_7F4A_7C15) >> 58)
  }
}
