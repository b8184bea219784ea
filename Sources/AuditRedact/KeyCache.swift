/// A short text as machine words, zero-filled, so that it compares without a loop.
struct PackedText: Sendable {
  var first: UInt64 = 0
  var second: UInt64 = 0
  var third: UInt64 = 0
  var fourth: UInt64 = 0
  /// Bytes; -1 for a text too long to be packed.
  var count = -1

  static let lengthMax = 32

  @inline(__always)
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    guard range.count <= Self.lengthMax else { return }
    count = range.count
    first = Self.word(bytes, range.lowerBound, range.upperBound)
    guard count > 8 else { return }
    second = Self.word(bytes, range.lowerBound &+ 8, range.upperBound)
    guard count > 16 else { return }
    third = Self.word(bytes, range.lowerBound &+ 16, range.upperBound)
    if count > 24 { fourth = Self.word(bytes, range.lowerBound &+ 24, range.upperBound) }
  }

  init() {}

  @inline(__always)
  private static func word(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
    if start &+ 8 <= bytes.count {
      let word = UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
      let length = end &- start
      return length >= 8 ? word : word & ((1 &<< UInt64(truncatingIfNeeded: length &* 8)) &- 1)
    }
    var word: UInt64 = 0
    for index in start..<min(end, start + 8) { word |= UInt64(bytes[index]) << UInt64((index - start) * 8) }
    return word
  }

  @inline(__always)
  var hash: Int {
    var hash = (first ^ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ hash &>> 29 ^ second) &* 0xD6E8_FEB8_6659_FD93
    hash = (hash ^ third &* 31 ^ fourth) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: hash &>> 40)
  }
}

/// Verdicts on keys seen before. Log lines repeat their keys, so almost every key is answered here.
///
/// Direct-mapped and exact: an entry holds the whole key and is compared with it.
struct KeyCache: Sendable {
  private struct Entry: Sendable {
    var text = PackedText()
    var verdict = KeyVerdict.none
  }

  private static let size = 2048
  private var entries = Array(repeating: Entry(), count: size)

  @inline(__always)
  func find(_ key: PackedText) -> KeyVerdict? {
    let slot = key.hash & (Self.size - 1)
    guard entries[slot].text.first == key.first, entries[slot].text.count == key.count,
      entries[slot].text.second == key.second, entries[slot].text.third == key.third,
      entries[slot].text.fourth == key.fourth
    else { return nil }
    return entries[slot].verdict
  }

  mutating func insert(_ key: PackedText, _ verdict: KeyVerdict) {
    entries[key.hash & (Self.size - 1)] = Entry(text: key, verdict: verdict)
  }
}
