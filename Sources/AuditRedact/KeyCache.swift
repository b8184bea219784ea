/// A short text as machine words, so that it compares without a loop.
struct PackedText: Sendable, Equatable {
  var first: UInt64 = 0
  var second: UInt64 = 0
  var third: UInt64 = 0
  var fourth: UInt64 = 0
  /// Bytes; -1 for a text too long to be packed.
  var count = -1

  static let lengthMax = 32

  /// Words may overlap: with the count they still stand for these bytes and no others. Loads in place of loops,
  /// because no processor can foresee a name's length.
  @inline(always)
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    guard range.count <= Self.lengthMax, !range.isEmpty else { return }
    count = range.count
    let raw = bytes.bytes
    if count > 16 {
      first = raw.word(range.lowerBound)
      second = raw.word(range.lowerBound &+ 8)
      third = raw.word(range.upperBound &- 16)
      fourth = raw.word(range.upperBound &- 8)
    } else if range.lowerBound &+ 8 <= bytes.count {
      first = raw.word(range.lowerBound) &<< UInt64(truncatingIfNeeded: max(0, 64 &- count &* 8))
      let last = raw.word(max(range.lowerBound, range.upperBound &- 8))
      second = count >= 8 ? last : 0
    } else {
      for index in range { first = first &>> 8 | UInt64(bytes[index]) &<< 56 }
    }
  }

  init() {}

  @inline(always)
  var hash: Int {
    let low = first &* 0x9E37_79B9_7F4A_7C15 &+ second &* 0xD6E8_FEB8_6659_FD93
    let high = third &* 0xA24B_AED4_963E_E407 &+ fourth &* 0x9FB2_1C65_1E98_DF25 &+ UInt64(truncatingIfNeeded: count)
    let mixed = (low ^ low &>> 32 ^ high) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed &>> 40)
  }
}

extension RawSpan {
  @inline(always)
  fileprivate func word(_ offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}

/// Verdicts on keys seen before. Log lines repeat their keys, so almost every key is answered here.
///
/// Direct-mapped and exact: an entry holds the whole key and is compared with it.
struct KeyCache: Sendable {
  /// Sixty-four bytes, of which a short key needs the first half.
  private struct Entry: Sendable {
    var first: UInt64 = 0
    var second: UInt64 = 0
    var count = -1
    var verdict = KeyVerdict.none
    var third: UInt64 = 0
    var fourth: UInt64 = 0
    private var padding: (UInt64, UInt64) = (0, 0)

    init() {}

    init(_ text: PackedText, _ verdict: KeyVerdict) {
      (first, second, third, fourth) = (text.first, text.second, text.third, text.fourth)
      (count, self.verdict) = (text.count, verdict)
    }
  }

  /// A power of two.
  private let size: Int
  private var entries: [Entry]

  init(size: Int) {
    precondition(size > 0 && size & (size - 1) == 0)
    self.size = size
    entries = Array(repeating: Entry(), count: size)
  }

  @inline(always)
  func find(_ key: PackedText) -> KeyVerdict? {
    let slot = key.hash & (size &- 1)
    guard entries[slot].first == key.first, entries[slot].count == key.count, entries[slot].second == key.second,
      key.count <= 16 || entries[slot].third == key.third && entries[slot].fourth == key.fourth
    else { return nil }
    return entries[slot].verdict
  }

  mutating func insert(_ key: PackedText, _ verdict: KeyVerdict) {
    entries[key.hash & (size &- 1)] = Entry(key, verdict)
  }
}
