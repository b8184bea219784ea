/// What a literal found in a text leads to.
enum KeywordAction: Sendable {
  /// Index into the token shapes.
  case token(Int)
  case bearer, basic, pem, jwt, sqlValues, marker, credentialWord, identifiedBy, oracleThin, puttyKey
  case kubernetesSecret, echo, secondArgument, nextWord, secureString, sentCode, account
  /// A command whose short options take secrets.
  case tool(CommandTool)
}

/// Finds a few hundred literals in one pass over a text.
///
/// Three bytes, case folded, hash to one bit of an 8 KiB map, independently of the bytes before: no dependent loads
/// as in an automaton, and of innocent text about one place in forty goes further. There a table over a part of the
/// same hash gives the literals that begin with bytes of that hash.
struct KeywordFilter: Sendable, BitwiseCopyable {
  struct Entry: Sendable {
    var literal: [UInt8]
    var foldsCase: Bool
    var action: KeywordAction
  }

  /// An entry whose literal stands in `literals`: reading it counts no references.
  private struct Packed: Sendable, BitwiseCopyable {
    var start: Int32
    var count: Int32
    var foldsCase: Bool
    var action: KeywordAction
    /// The first eight bytes, which of them count, and what folds the case of those that are letters.
    var head: UInt64 = 0
    var mask: UInt64 = 0
    var fold: UInt64 = 0

    init(_ entry: Entry, start: Int) {
      (self.start, count, foldsCase, action) = (Int32(start), Int32(entry.literal.count), entry.foldsCase, entry.action)
      for (offset, byte) in entry.literal.prefix(8).enumerated() {
        let shift = UInt64(offset * 8)
        head |= UInt64(byte) << shift
        mask |= 0xFF << shift
        if foldsCase, byte &- 97 < 26 { fold |= 0x20 << shift }
      }
    }
  }

  /// The map: a bit set where a literal may begin.
  private let starts: FixedTable<UInt8>
  private let entries: FixedTable<Packed>
  /// The bytes of all literals.
  private let literals: FixedTable<UInt8>
  /// The first four bytes of each entry, folded, and which of them count: most places that share a hash share no more.
  private let grams: FixedTable<UInt32>
  private let gramMasks: FixedTable<UInt32>
  /// For each slot, where its literals begin in `entries` and, in the place after, where they end.
  private let groups: FixedTable<UInt16>

  static let slotCount = 8192
  static let bitCount = 65_536

  init(_ all: [Entry]) {
    var starts = [UInt8](repeating: 0, count: Self.bitCount / 8)
    var groups = [UInt16](repeating: 0, count: Self.slotCount + 1)
    var entries: [Packed] = []
    var literals: [UInt8] = []
    var grams: [UInt32] = []
    var gramMasks: [UInt32] = []
    var bySlot: [Int: [Entry]] = [:]
    for entry in all {
      precondition(entry.literal.count >= 3, "a keyword has at least three bytes")
      let gram = UInt32(entry.literal[0]) | UInt32(entry.literal[1]) << 8 | UInt32(entry.literal[2]) << 16
      bySlot[Self.slot(gram | 0x20_2020), default: []].append(entry)
      let bit = Self.bit(gram | 0x20_2020)
      starts[bit >> 3] |= 1 << UInt8(bit & 7)
    }
    for slot in 0..<Self.slotCount {
      groups[slot] = UInt16(entries.count)
      guard let group = bySlot[slot] else { continue }
      for entry in group.sorted(by: { $0.literal.count > $1.literal.count }) {
        entries.append(Packed(entry, start: literals.count))
        literals += entry.literal
      }
    }
    groups[Self.slotCount] = UInt16(entries.count)
    for entry in entries {
      let mask: UInt32 = entry.count > 3 ? 0xFFFF_FFFF : 0xFF_FFFF
      let gram = (0..<min(4, Int(entry.count))).reduce(UInt32(0)) {
        $0 | UInt32(literals[Int(entry.start) + $1]) << ($1 * 8)
      }
      grams.append((gram | 0x2020_2020) & mask)
      gramMasks.append(mask)
    }
    self.starts = FixedTable(starts)
    (self.entries, self.literals, self.groups) = (FixedTable(entries), FixedTable(literals), FixedTable(groups))
    (self.grams, self.gramMasks) = (FixedTable(grams), FixedTable(gramMasks))
  }

  func deallocate() {
    starts.deallocate()
    entries.deallocate()
    literals.deallocate()
    grams.deallocate()
    gramMasks.deallocate()
    groups.deallocate()
  }

  /// The slot of three bytes, case folded, in the low end of a word. The fourth byte is shifted out.
  @inline(__always)
  static func slot(_ folded: UInt32) -> Int {
    Int(truncatingIfNeeded: ((folded &<< 8) &* 0x9E37_79B1) &>> 19)
  }

  /// 1 if a literal may begin with three bytes, case folded, in the low end of a word.
  @inline(__always)
  func startBit(_ folded: UInt32) -> UInt8 {
    let bit = Self.bit(folded)  // sixteen bits
    return starts[unchecked: bit &>> 3] &>> UInt8(truncatingIfNeeded: bit & 7) & 1
  }

  /// The bit of the same bytes in the map.
  @inline(__always)
  private static func bit(_ folded: UInt32) -> Int { Int(truncatingIfNeeded: ((folded &<< 8) &* 0x9E37_79B1) &>> 16) }

  /// The literals that may stand at a place, as indices for `action`, longest first. `word` holds its three bytes.
  @inline(__always)
  func candidates(_ word: UInt32, _ bytes: Span<UInt8>, _ place: Int) -> Range<Int> {
    let slot = Self.slot(word | 0x20_2020)
    let end = Int(groups[slot &+ 1])
    var gram = word & 0xFF_FFFF
    if place &+ 3 < bytes.count { gram |= UInt32(bytes[place &+ 3]) &<< 24 }
    gram |= 0x2020_2020
    var first = Int(groups[slot])
    while first < end, gram & gramMasks[first] != grams[first] { first &+= 1 }
    return Range(uncheckedBounds: (first, end))
  }

  /// What a literal leads to and its length, if it stands at `place`.
  func action(_ index: Int, _ bytes: Span<UInt8>, at place: Int, end: Int) -> (KeywordAction, Int)? {
    let start = Int(entries[index].start)
    let count = Int(entries[index].count)
    guard place + count <= end else { return nil }
    let foldsCase = entries[index].foldsCase
    var compared = 0
    if place &+ 8 <= bytes.count {
      let word = UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
      guard word & entries[index].mask | entries[index].fold == entries[index].head else { return nil }
      compared = min(8, count)
    }
    for offset in compared..<count {
      let byte = bytes[place + offset]
      let wanted = literals[start + offset]
      if byte == wanted { continue }
      guard foldsCase, byte &- 65 < 26, byte | 0x20 == wanted else { return nil }
    }
    return (entries[index].action, count)
  }
}
