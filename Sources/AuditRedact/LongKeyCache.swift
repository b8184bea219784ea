/// Verdicts on names that are too long for `KeyCache`: what stands before a sign in a text may be a path, an option with
/// many words, or a run of base64 before its padding, and such names are dear to judge.
///
/// Direct-mapped and exact, as `KeyCache` is: an entry holds the whole name and is compared with it.
struct LongKeyCache: Sendable {
  /// A power of two.
  private static let slotCount = 64
  private static let lengthMax = 96

  private var names: [UInt8] = []
  private var counts = [UInt8](repeating: 0, count: slotCount)
  private var verdicts = [KeyVerdict](repeating: .none, count: slotCount)

  func find(_ bytes: Span<UInt8>, _ range: Range<Int>) -> KeyVerdict? {
    guard range.count <= Self.lengthMax, range.count >= 8, !names.isEmpty else { return nil }
    let slot = Self.slot(bytes, range)
    guard Int(counts[slot]) == range.count else { return nil }
    let known = names.span.extracting(slot * Self.lengthMax..<slot * Self.lengthMax + range.count).bytes
    let asked = bytes.extracting(range).bytes
    var place = 0
    while place + 8 <= range.count {
      guard Self.word(known, place) == Self.word(asked, place) else { return nil }
      place += 8
    }
    let last = range.count - 8
    return Self.word(known, last) == Self.word(asked, last) ? verdicts[slot] : nil
  }

  mutating func insert(_ bytes: Span<UInt8>, _ range: Range<Int>, _ verdict: KeyVerdict) {
    guard range.count <= Self.lengthMax, range.count >= 8 else { return }
    if names.isEmpty { names = Array(repeating: 0, count: Self.slotCount * Self.lengthMax) }
    let slot = Self.slot(bytes, range)
    for offset in 0..<range.count { names[slot * Self.lengthMax + offset] = bytes[range.lowerBound + offset] }
    counts[slot] = UInt8(range.count)
    verdicts[slot] = verdict
  }

  private static func slot(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    let name = bytes.extracting(range).bytes
    var hash = word(name, 0) &* 0x9E37_79B9_7F4A_7C15 ^ word(name, range.count - 8) &* 0xD6E8_FEB8_6659_FD93
    hash = (hash ^ word(name, (range.count - 8) / 2)) &* 0x9FB2_1C65_1E98_DF25 &+ UInt64(range.count)
    return Int(truncatingIfNeeded: hash &>> 40) & (slotCount - 1)
  }

  @inline(__always)
  private static func word(_ bytes: RawSpan, _ place: Int) -> UInt64 {
    bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
  }
}
