/// A text that identifies somebody or something (user, tool, server, address …) as 64 bits: the same text is the same name in every
/// run and on every machine, so detectors keep and compare names, and a `NameTable` knows how they are spelled.
///
/// Two texts share a name with probability 2⁻⁶⁴ a pair; a collision mixes two subjects up, and does no other harm.
package struct Name: Hashable, Sendable, Comparable {
  package let hash: UInt64

  package init(hash: UInt64) { self.hash = hash }

  /// The name of nothing: the record does not say.
  package static let none = Name(hash: 0)
  @inlinable package var isNone: Bool { hash == 0 }

  package static func < (left: Name, right: Name) -> Bool { left.hash < right.hash }

  package init(_ bytes: Span<UInt8>) { hash = Self.hash(bytes) }

  package init(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(bytes.span)
  }

  /// Eight bytes at a time through a 64 × 64 → 128 bit multiplication whose halves are folded (the mixing step of wyhash).
  /// Never 0.
  private static func hash(_ bytes: Span<UInt8>) -> UInt64 {
    var state = mix(UInt64(bytes.count) ^ 0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB)
    var index = 0
    let raw = bytes.bytes
    while index &+ 8 <= bytes.count {
      let word = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
      state = mix(state ^ word, 0x8EBC_6AF0_9C88_C6E3)
      index &+= 8
    }
    var tail: UInt64 = 0
    while index < bytes.count {
      tail = tail << 8 | UInt64(bytes[index])
      index &+= 1
    }
    state = mix(state ^ tail, 0x5899_65CC_7537_4CC3)
    return state == 0 ? 1 : state
  }

  @inline(__always)
  package static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}

/// What a detector keeps state for: one or two names seen from one side, as 64 bits.
package struct SubjectKey: Hashable, Sendable, Comparable {
  package let hash: UInt64

  package init(hash: UInt64) { self.hash = hash }

  /// - Parameter side: tells apart subjects of different kinds that are made of the same names.
  package init(_ side: UInt8, _ first: Name, _ second: Name = .none) {
    let both = Name.mix(first.hash ^ UInt64(side) &* 0x9E37_79B9_7F4A_7C15, 0xE703_7ED1_A0B4_28DB) ^ second.hash
    let hash = Name.mix(both, 0x8EBC_6AF0_9C88_C6E3 ^ UInt64(side))
    self.hash = hash == 0 ? 1 : hash
  }

  package static func < (left: SubjectKey, right: SubjectKey) -> Bool { left.hash < right.hash }
}
