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
/// as in an automaton, and of innocent text about one place in a hundred goes further. There a hash table gives
/// the literals that begin with those three bytes.
struct KeywordFilter: Sendable {
  struct Entry: Sendable {
    var literal: [UInt8]
    var foldsCase: Bool
    var action: KeywordAction
  }

  private(set) var bits: [UInt64]
  private var slots: [UInt32]  // 0 = empty, else index into `entries` plus one of the first entry of that gram
  private var grams: [UInt32]
  private var entries: [Entry] = []
  private var groupEnd: [Int] = []
  private let mask: Int

  static let bitCount = 32_768

  init(_ all: [Entry]) {
    bits = Array(repeating: 0, count: Self.bitCount / 64)
    var byGram: [UInt32: [Entry]] = [:]
    for entry in all {
      precondition(entry.literal.count >= 3, "a keyword has at least three bytes")
      byGram[Self.gram(entry.literal[0], entry.literal[1], entry.literal[2]), default: []].append(entry)
    }
    var capacity = 256
    while capacity < byGram.count * 4 { capacity *= 2 }
    mask = capacity - 1
    slots = Array(repeating: 0, count: capacity)
    grams = Array(repeating: 0, count: capacity)
    for gram in byGram.keys.sorted() {
      let bit = Self.bit(gram)
      bits[bit / 64] |= 1 << UInt64(bit % 64)
      var slot = Self.slot(gram) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(entries.count + 1)
      grams[slot] = gram
      let group = (byGram[gram] ?? []).sorted { $0.literal.count > $1.literal.count }
      entries += group
      groupEnd += repeatElement(entries.count, count: group.count)
    }
  }

  private static func gram(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> UInt32 {
    (UInt32(first) | UInt32(second) << 8 | UInt32(third) << 16) | 0x20_2020
  }

  /// The bit of three bytes in the low end of a word.
  @inline(__always)
  static func bit(_ word: UInt32) -> Int {
    Int(truncatingIfNeeded: (((word & 0xFF_FFFF) | 0x20_2020) &* 0x9E37_79B1) >> 17)
  }

  @inline(__always)
  private static func slot(_ gram: UInt32) -> Int { Int(truncatingIfNeeded: (gram &* 0x85EB_CA6B) >> 16) }

  /// The literals that begin with the three bytes at `place`, as indices for `action`; empty for most places.
  @inline(__always)
  func candidates(_ bytes: Span<UInt8>, at place: Int) -> Range<Int> {
    let gram = Self.gram(bytes[place], bytes[place &+ 1], bytes[place &+ 2])
    var slot = Self.slot(gram) & mask
    while slots[slot] != 0 {
      if grams[slot] == gram {
        let first = Int(slots[slot]) - 1
        return first..<groupEnd[first]
      }
      slot = (slot + 1) & mask
    }
    return 0..<0
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
