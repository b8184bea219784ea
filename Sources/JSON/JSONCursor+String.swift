import CStringScan

extension JSONCursor {
  /// Goes from the first byte after the opening quote to the closing quote, and says what is between.
  ///
  /// Thirty-two bytes at a time, which most keys and values are shorter than, so that there is no length to be guessed.
  /// Near the input's end eight: of a word's bytes that are a quote, a backslash, below 0x20 or above 0x7F, the lowest
  /// set bit of the mask is always a true one (a borrow only makes false ones above it).
  @inline(__always)
  mutating func string(_ bytes: Span<UInt8>) throws(JSONError) -> JSONFlags {
    var flags: JSONFlags = []
    let raw = bytes.bytes
    while true {
      if offset &+ 32 <= count {
        let start = offset
        let stops = raw.withUnsafeBytes { bytes in
          // 32 bytes from `start` on are in bounds, and an input that has bytes has an address.
          bytes.baseAddress.map { string_stops($0.assumingMemoryBound(to: UInt8.self) + start) } ?? 0
        }
        offset &+= stops == 0 ? 32 : stops.trailingZeroBitCount
        if stops == 0 { continue }
      } else {
        skipPlainWords(raw)
      }
      let byte = try peek(bytes)
      if byte == UInt8(ascii: "\"") { return flags }
      if byte == UInt8(ascii: "\\") {
        skipBackslashPairs(bytes)  // JSON in JSON is full of them
        flags.insert(.hasEscapes)
        guard offset < count, bytes[offset] == UInt8(ascii: "\\") else { continue }
        if offset &+ 1 < count, bytes[offset &+ 1] == UInt8(ascii: "\"") {
          offset &+= 2
        } else {
          try escape(&flags, bytes)
        }
      } else if byte >= 0x80 {
        flags.insert(.nonASCII)
        try multibyte(bytes)
      } else if byte < 0x20 {
        throw error(.controlCharacter)
      } else {
        offset &+= 1  // only within the last seven bytes of the input
      }
    }
  }

  /// At a backslash: goes past all that follow each other but an odd last one, eight at a time.
  @inline(__always)
  private mutating func skipBackslashPairs(_ bytes: Span<UInt8>) {
    let raw = bytes.bytes
    var end = offset
    while end &+ 8 <= count {
      let word = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: end, as: UInt64.self))
      let other = word ^ 0x5C5C_5C5C_5C5C_5C5C
      end &+= other == 0 ? 8 : other.trailingZeroBitCount &>> 3
      if other != 0 { break }
    }
    if end &+ 8 > count {
      while end < count, bytes[end] == UInt8(ascii: "\\") { end &+= 1 }
    }
    offset = end &- (end &- offset) & 1
  }

  /// Near the input's end: eight bytes at a time up to the first that stops, or to the last seven.
  @inline(__always)
  private mutating func skipPlainWords(_ raw: RawSpan) {
    while offset &+ 8 <= count {
      let word = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
      let mask = Self.stopMask(word)
      guard mask == 0 else {
        offset &+= mask.trailingZeroBitCount &>> 3
        return
      }
      offset &+= 8
    }
  }

  @inline(__always)
  static func stopMask(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5C)
    let low = (word &- ones &* 0x20) & ~word
    return (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | low | word) & (ones &* 0x80)
  }

  /// At a backslash. Goes past the escape; a surrogate pair counts as one.
  private mutating func escape(_ flags: inout JSONFlags, _ bytes: Span<UInt8>) throws(JSONError) {
    flags.insert(.hasEscapes)
    advance()
    switch try peek(bytes) {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      advance()
    case UInt8(ascii: "u"):
      advance()
      let unit = try hexUnit(bytes)
      if unit == 0 { flags.insert(.hasNUL) }
      if unit & 0xFC00 == 0xDC00 { flags.insert(.hasLoneSurrogate) }
      guard unit & 0xFC00 == 0xD800 else { return }
      guard offset + 1 < count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u") else {
        flags.insert(.hasLoneSurrogate)
        return
      }
      let second = offset
      offset += 2
      if try hexUnit(bytes) & 0xFC00 != 0xDC00 {
        flags.insert(.hasLoneSurrogate)
        offset = second  // the second escape stands for itself
      }
    default:
      throw error(.badEscape)
    }
  }

  private mutating func hexUnit(_ bytes: Span<UInt8>) throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = hexValue(try peek(bytes)) else { throw error(.badEscape) }
      unit = unit << 4 | UInt16(digit)
      advance()
    }
    return unit
  }

  /// At a byte above 0x7F: goes past one scalar, or as many as follow each other.
  private mutating func multibyte(_ bytes: Span<UInt8>) throws(JSONError) {
    while offset < count, bytes[offset] >= 0x80 {
      let lead = bytes[offset]
      let length: Int
      var low: UInt8 = 0x80
      var high: UInt8 = 0xBF
      switch lead {
      case 0xC2...0xDF: length = 2
      case 0xE0: (length, low) = (3, 0xA0)
      case 0xED: (length, high) = (3, 0x9F)
      case 0xE1...0xEF: length = 3
      case 0xF0: (length, low) = (4, 0x90)
      case 0xF4: (length, high) = (4, 0x8F)
      case 0xF1...0xF3: length = 4
      default: throw error(.invalidUTF8)
      }
      for position in 1..<length {
        guard offset + position < count else { throw JSONError(reason: .truncated, offset: count) }
        let byte = bytes[offset + position]
        guard byte >= low, byte <= high else { throw error(.invalidUTF8) }
        (low, high) = (0x80, 0xBF)
      }
      offset += length
    }
  }
}

/// The value of a hexadecimal digit, or nil.
@inline(__always)
func hexValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
  default: nil
  }
}
