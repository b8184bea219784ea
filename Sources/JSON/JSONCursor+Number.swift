extension JSONCursor {
  /// Goes past a number. Flags one whose magnitude or scale PostgreSQL's numeric cannot hold.
  mutating func number(_ bytes: Span<UInt8>) throws(JSONError) -> JSONFlags {
    if bytes[offset] == UInt8(ascii: "-") { advance() }
    let start = offset
    guard isDigit(try peek(bytes)) else { throw error(.badNumber) }
    if bytes[offset] == UInt8(ascii: "0") {
      advance()
      if !isAtEnd, isDigit(bytes[offset]) { throw error(.badNumber) }
    } else {
      skipDigits(bytes)
    }
    let whole = offset - start
    var fraction = 0
    if !isAtEnd, bytes[offset] == UInt8(ascii: ".") {
      advance()
      guard isDigit(try peek(bytes)) else { throw error(.badNumber) }
      let first = offset
      skipDigits(bytes)
      fraction = offset - first
    }
    var exponent = 0
    if !isAtEnd, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      advance()
      exponent = try self.exponent(bytes)
    }
    // numeric.c: at most 131,072 digits before the point and 16,383 after it.
    return whole + exponent > 131_072 || fraction - exponent > 16_383 ? .hugeNumber : []
  }

  /// After the `e`. Bounded at ten million either way, which is past every limit anyone compares with.
  private mutating func exponent(_ bytes: Span<UInt8>) throws(JSONError) -> Int {
    var isNegative = false
    let sign = try peek(bytes)
    if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      advance()
    }
    guard isDigit(try peek(bytes)) else { throw error(.badNumber) }
    var value = 0
    while !isAtEnd, isDigit(bytes[offset]) {
      value = min(value * 10 + Int(bytes[offset] - UInt8(ascii: "0")), 10_000_000)
      advance()
    }
    return isNegative ? -value : value
  }

  @inline(__always)
  private mutating func skipDigits(_ bytes: Span<UInt8>) {
    while !isAtEnd, isDigit(bytes[offset]) { offset &+= 1 }
  }
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
