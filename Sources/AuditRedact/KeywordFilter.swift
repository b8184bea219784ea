/// What a literal found in a text leads to.
enum KeywordAction: Sendable {
  /// Index into the token shapes.
  case token(Int)
  case bearer, basic, pem, jwt, sqlValues, marker, credentialWord, identifiedBy, oracleThin, puttyKey
  case kubernetesSecret, echo
  /// A command whose short options take secrets.
  case tool(CommandTool)
}

/// Finds a few hundred literals in one pass over a text.
///
/// Three bytes, case folded, hash to one bit of a 4 KiB map, independently of the bytes before: no dependent loads
/// as in an automaton, and of innocent text about one place in thirty goes further. There a table over the same hash
/// gives the literals that begin with bytes of that hash.
struct KeywordFilter: Sendable {
  struct Entry: Sendable {
    var literal: [UInt8]
    var foldsCase: Bool
    var action: KeywordAction
  }

  /// The bits of the map, eight in a byte.
  private(set) var bits: [UInt8]
  private var entries: [Entry] = []
  /// The first three bytes of each entry, folded: most places that share a hash share no more.
  private var grams: [UInt32] = []
  /// For each bit, where its literals begin in `entries` and, in the place after, where they end.
  private var groups: [UInt16]

  static let bitCount = 32_768

  init(_ all: [Entry]) {
    bits = Array(repeating: 0, count: Self.bitCount / 8)
    groups = Array(repeating: 0, count: Self.bitCount + 1)
    var byBit: [Int: [Entry]] = [:]
    for entry in all {
      precondition(entry.literal.count >= 3, "a keyword has at least three bytes")
      let gram = UInt32(entry.literal[0]) | UInt32(entry.literal[1]) << 8 | UInt32(entry.literal[2]) << 16
      byBit[Self.bit(gram), default: []].append(entry)
    }
    for bit in 0..<Self.bitCount {
      groups[bit] = UInt16(entries.count)
      guard let group = byBit[bit] else { continue }
      bits[bit / 8] |= 1 << UInt8(bit % 8)
      entries += group.sorted { $0.literal.count > $1.literal.count }
    }
    groups[Self.bitCount] = UInt16(entries.count)
    grams = entries.map { entry in
      (UInt32(entry.literal[0]) | UInt32(entry.literal[1]) << 8 | UInt32(entry.literal[2]) << 16) | 0x20_2020
    }
  }

  /// The bit of three bytes in the low end of a word.
  @inline(__always)
  static func bit(_ word: UInt32) -> Int {
    Int(truncatingIfNeeded: (((word & 0xFF_FFFF) | 0x20_2020) &* 0x9E37_79B1) &>> 17)
  }

  /// The literals that may begin with the low three bytes of a word, as indices for `action`, longest first.
  @inline(__always)
  func candidates(_ word: UInt32) -> Range<Int> {
    let bit = Self.bit(word)
    let end = Int(groups[bit &+ 1])
    let gram = (word & 0xFF_FFFF) | 0x20_2020
    var first = Int(groups[bit])
    while first < end, grams[first] != gram { first &+= 1 }
    return Range(uncheckedBounds: (first, end))
  }

  /// What a literal leads to and its length, if it stands at `place`.
  func action(_ index: Int, _ bytes: Span<UInt8>, at place: Int, end: Int) -> (KeywordAction, Int)? {
    guard stands(entries[index], bytes, place, end) else { return nil }
    return (entries[index].action, entries[index].literal.count)
  }

  private func stands(_ entry: Entry, _ bytes: Span<UInt8>, _ place: Int, _ end: Int) -> Bool {
    guard place + entry.literal.count <= end else { return false }
    for offset in entry.literal.indices {
      let byte = bytes[place + offset]
      let wanted = entry.literal[offset]
      if byte == wanted { continue }
      guard entry.foldsCase, byte &- 65 < 26, byte | 0x20 == wanted else { return false }
    }
    return true
  }
}
