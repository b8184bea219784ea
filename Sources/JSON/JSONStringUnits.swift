/// A walk over the decoded contents of a string token, one at a time and without a copy: bytes of UTF-8, a whole scalar where
/// an escape stood for one above 0x7F, and lone surrogates as they are.
///
/// Two equal strings may be spelled with and without escapes, so raw bytes above 0x7F are joined to scalars too.
struct JSONStringUnits {
  private let end: Int
  private var offset: Int

  init(_ token: JSONToken) {
    offset = Int(token.start)
    end = Int(token.end)
  }

  /// The next scalar value, or half of a surrogate pair that stands alone.
  mutating func next(_ bytes: Span<UInt8>) -> UInt32? {
    guard offset < end else { return nil }
    let byte = bytes[offset]
    offset += 1
    if byte == UInt8(ascii: "\\") { return escape(bytes) }
    guard byte >= 0x80 else { return UInt32(byte) }
    let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    var scalar = UInt32(byte) & (0x7F >> UInt32(length))
    for _ in 1..<length {
      scalar = scalar << 6 | UInt32(bytes[offset] & 0x3F)
      offset += 1
    }
    return scalar
  }

  private mutating func escape(_ bytes: Span<UInt8>) -> UInt32 {
    let byte = bytes[offset]
    offset += 1
    switch byte {
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "u"): break
    default: return UInt32(byte)
    }
    let unit = hexUnit(at: offset, bytes)
    offset += 4
    guard unit & 0xFC00 == 0xD800, offset + 6 <= end, bytes[offset] == UInt8(ascii: "\\"),
      bytes[offset + 1] == UInt8(ascii: "u")
    else { return unit }
    let second = hexUnit(at: offset + 2, bytes)
    guard second & 0xFC00 == 0xDC00 else { return unit }
    offset += 6
    return 0x10000 + (unit & 0x3FF) << 10 + (second & 0x3FF)
  }

  private func hexUnit(at position: Int, _ bytes: Span<UInt8>) -> UInt32 {
    var unit: UInt32 = 0
    for index in position..<position + 4 { unit = unit << 4 | UInt32(hexValue(bytes[index]) ?? 0) }
    return unit
  }
}
