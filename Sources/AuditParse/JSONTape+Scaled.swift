import JSON

extension JSONTape {
  /// The number at `token` times 10^`scale`, what is below one cut off; nil where it is no number or too large.
  func scaled(_ token: JSONToken, in line: Span<UInt8>, scale: Int) -> Int64? {
    guard token.kind == .number else { return nil }
    if let exact = decimal(token, in: line, scale: scale) { return exact }
    // More digits behind the point than the scale has: they are left out, unless an exponent moves them.
    var point = Int(token.start)
    for index in token.range {
      if line[index] | 0x20 == UInt8(ascii: "e") { return nil }
      if line[index] == UInt8(ascii: ".") { point = index }
    }
    guard point > Int(token.start), point + 1 + scale < Int(token.end) else { return nil }
    var shortened = token
    shortened.end = UInt32(scale == 0 ? point : point + 1 + scale)
    return decimal(shortened, in: line, scale: scale)
  }
}
