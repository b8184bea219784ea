extension JSONTape {
  /// The number at `token` times 10^`scale`, or nil unless that is exactly an `Int64`.
  ///
  /// `12.345` at scale 6 is 12,345,000; `1e3` at scale 0 is 1000; `0.5` at scale 0 is nil. Trailing zeros of any
  /// length and exponents of any size are read without overflow.
  package func decimal(_ token: JSONToken, in bytes: Span<UInt8>, scale: Int) -> Int64? {
    guard token.kind == .number else { return nil }
    var index = Int(token.start)
    let end = Int(token.end)
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative { index += 1 }

    var value: Int64 = 0  // negative while digits are read, because Int64 reaches further down
    var zeros = 0  // read, but not in `value` yet: they count only if another digit follows
    var exponent = scale
    var isFraction = false
    while index < end, bytes[index] | 0x20 != UInt8(ascii: "e") {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: ".") {
        isFraction = true
        continue
      }
      if isFraction { exponent -= 1 }
      if byte == UInt8(ascii: "0") {
        if value != 0 { zeros += 1 }
        continue
      }
      guard let shifted = Self.multiply(value, byPowerOfTen: value == 0 ? 0 : zeros + 1) else { return nil }
      zeros = 0
      let (sum, overflow) = shifted.subtractingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
      guard !overflow else { return nil }
      value = sum
    }
    guard value != 0 else { return 0 }
    exponent += zeros
    if index < end { exponent += Self.exponent(in: bytes, from: index + 1, to: end) }
    if exponent >= 0 {
      guard let shifted = Self.multiply(value, byPowerOfTen: exponent) else { return nil }
      value = shifted
    } else {
      guard exponent >= -18 else { return nil }
      for _ in exponent..<0 {
        guard value % 10 == 0 else { return nil }
        value /= 10
      }
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }

  private static func multiply(_ value: Int64, byPowerOfTen power: Int) -> Int64? {
    guard power <= 18 else { return nil }
    var result = value
    for _ in 0..<power {
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      result = product
    }
    return result
  }

  private static func exponent(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
    var index = start
    var isNegative = false
    if bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      isNegative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    var value = 0
    while index < end {
      value = min(value * 10 + Int(bytes[index] - UInt8(ascii: "0")), 1 << 40)
      index += 1
    }
    return isNegative ? -value : value
  }
}
