/// Says which groups of literals have one in a text, whatever the case of ASCII's letters, in one pass.
///
/// Three or four bytes are hashed, and only at every n-th place: a literal covers one of these places wherever it
/// stands, as long as it is n-1 bytes longer than what is hashed. So longer literals make the pass faster.
package struct LiteralScanner: Sendable {
  /// Bytes of a literal at least.
  package static let lengthMin = 3

  private struct Entry: Sendable {
    /// The bytes that are hashed.
    var gram: UInt32
    /// Where they begin in the literal.
    var offset: Int
    var literal: Int
    var group: Int
  }

  private static let strideMax = 8
  private static let hashBits: UInt32 = 15
  private static let bucketBits: UInt32 = 11

  private let literals: [[UInt8]]
  private let gramMask: UInt32
  private let gramBytes: Int
  private let stride: Int
  /// A bit for each hash that some entry has.
  private var isKnown: [UInt64]
  private var entries: [Entry] = []
  private var buckets: [Int]

  /// - Parameter groups: literals in lower case, each of `lengthMin` bytes or more; at most `LiteralGroups.countMax` groups.
  package init(_ groups: [[[UInt8]]]) {
    precondition(groups.count <= LiteralGroups.countMax)
    literals = groups.flatMap(\.self)
    let shortest = literals.map(\.count).min() ?? Self.lengthMin
    precondition(shortest >= Self.lengthMin, "a literal is too short")
    gramBytes = shortest > 4 ? 4 : 3
    gramMask = shortest > 4 ? 0xFFFF_FFFF : 0xFF_FFFF
    stride = min(Self.strideMax, shortest - gramBytes + 1)
    isKnown = [UInt64](repeating: 0, count: 1 << Int(Self.hashBits) / 64)
    buckets = [Int](repeating: 0, count: 1 << Int(Self.bucketBits) + 1)
    var literal = 0
    for (group, members) in groups.enumerated() {
      for bytes in members {
        for offset in 0..<stride {
          let gram = bytes[offset..<offset + gramBytes].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1 | 0x20) }
          entries.append(Entry(gram: gram, offset: offset, literal: literal, group: group))
        }
        literal += 1
      }
    }
    entries.sort { Self.hash($0.gram) < Self.hash($1.gram) }
    for entry in entries {
      let hash = Self.hash(entry.gram)
      isKnown[hash / 64] |= 1 << UInt64(hash % 64)
      buckets[Self.bucket(hash) + 1] += 1
    }
    for bucket in 1..<buckets.count { buckets[bucket] += buckets[bucket - 1] }
  }

  private static func hash(_ gram: UInt32) -> Int { Int(truncatingIfNeeded: (gram &* 0x9E37_79B1) &>> (32 - hashBits)) }
  private static func bucket(_ hash: Int) -> Int { hash &>> Int(hashBits - bucketBits) }

  /// The groups that have a literal in a part of the bytes.
  package func groups(in bytes: Span<UInt8>, _ range: Range<Int>) -> LiteralGroups {
    var found = LiteralGroups()
    guard !entries.isEmpty else { return found }
    let raw = bytes.bytes
    let known = isKnown.span
    var place = range.lowerBound
    let end = min(range.upperBound &- gramBytes, bytes.count &- 4)
    while place <= end {
      let word = UInt32(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: place, as: UInt32.self))
      let hash = Self.hash((word | 0x2020_2020) & gramMask)
      if known[hash &>> 6] & (1 &<< UInt64(hash & 63)) != 0 { look(bytes, range, place, hash, &found) }
      place &+= stride
    }
    // The last three bytes of all have no fourth behind them.
    while place <= range.upperBound &- gramBytes {
      let word = UInt32(bytes[place]) | UInt32(bytes[place &+ 1]) &<< 8 | UInt32(bytes[place &+ 2]) &<< 16
      look(bytes, range, place, Self.hash((word | 0x2020_2020) & gramMask), &found)
      place &+= stride
    }
    return found
  }

  private func look(_ bytes: Span<UInt8>, _ range: Range<Int>, _ place: Int, _ hash: Int, _ found: inout LiteralGroups)
  {
    let bucket = Self.bucket(hash)
    for index in buckets[bucket]..<buckets[bucket + 1] where Self.hash(entries[index].gram) == hash {
      let entry = entries[index]
      if !found.contains(entry.group), stands(literals[entry.literal], bytes, range, place - entry.offset) {
        found.insert(entry.group)
      }
    }
  }

  private func stands(_ literal: [UInt8], _ bytes: Span<UInt8>, _ range: Range<Int>, _ start: Int) -> Bool {
    guard start >= range.lowerBound, start + literal.count <= range.upperBound else { return false }
    for offset in literal.indices {
      let byte = bytes[start + offset]
      let folded = byte &- 65 < 26 ? byte | 0x20 : byte
      if folded != literal[offset] { return false }
    }
    return true
  }
}

/// Groups of literals by number.
package struct LiteralGroups: Sendable {
  package static let countMax = 256
  private var words: InlineArray<4, UInt64> = InlineArray(repeating: 0)

  package init() {}

  package var isEmpty: Bool { words[0] | words[1] | words[2] | words[3] == 0 }

  package func contains(_ group: Int) -> Bool { words[group / 64] & 1 << UInt64(group % 64) != 0 }

  package mutating func insert(_ group: Int) { words[group / 64] |= 1 << UInt64(group % 64) }

  /// Keeps what is in one of two others.
  package mutating func formIntersection(_ one: LiteralGroups, or other: LiteralGroups) {
    for index in words.indices { words[index] &= one.words[index] | other.words[index] }
  }

  /// Adds what is in two others.
  package mutating func formUnion(_ one: LiteralGroups, and other: LiteralGroups) {
    for index in words.indices { words[index] |= one.words[index] & other.words[index] }
  }

  /// Takes the least one out.
  package mutating func popFirst() -> Int? {
    for index in words.indices where words[index] != 0 {
      let bit = words[index].trailingZeroBitCount
      words[index] &= words[index] - 1
      return index * 64 + bit
    }
    return nil
  }
}
