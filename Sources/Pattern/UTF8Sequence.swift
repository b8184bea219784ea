/// The bytes of a range of characters in UTF-8 (RFC 3629): a range of bytes for each place.
struct UTF8Sequence: Sendable {
  var bytes: [ClosedRange<UInt8>]

  /// Sequences that together stand for exactly the characters of a range. It is cut where the length changes, at the
  /// surrogates, which UTF-8 does not have, and wherever a continuation byte would not run over all its values.
  static func covering(_ range: ClosedRange<UInt32>) -> [UTF8Sequence] {
    var sequences: [UTF8Sequence] = []
    var open = [range]
    while let range = open.popLast() {
      let (low, high) = (range.lowerBound, range.upperBound)
      if low < 0xE000, high > 0xD7FF {
        if high >= 0xE000 { open.append(0xE000...high) }
        if low <= 0xD7FF { open.append(low...0xD7FF) }
      } else if let cut = cut(low, high) {
        open.append(cut + 1...high)
        open.append(low...cut)
      } else {
        let (first, last) = (encoded(low), encoded(high))
        sequences.append(UTF8Sequence(bytes: zip(first, last).map { $0...$1 }))
      }
    }
    return sequences
  }

  /// The last character of the first part, where a range has to be cut.
  private static func cut(_ low: UInt32, _ high: UInt32) -> UInt32? {
    for limit: UInt32 in [0x7F, 0x7FF, 0xFFFF] where low <= limit && high > limit { return limit }
    for bits: UInt32 in [6, 12, 18] {
      let mask: UInt32 = (1 << bits) - 1
      guard low & ~mask != high & ~mask else { continue }
      if low & mask != 0 { return low | mask }
      if high & mask != mask { return (high & ~mask) - 1 }
    }
    return nil
  }

  private static func encoded(_ scalar: UInt32) -> [UInt8] {
    Unicode.Scalar(scalar).flatMap { UTF8.encode($0).map(Array.init) } ?? []
  }
}
