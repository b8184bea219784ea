/// Verdicts on keys seen before. Log lines repeat their keys, so almost every key is answered here.
///
/// Direct-mapped and exact: an entry holds the whole key (up to 32 bytes) and is compared with it.
struct KeyCache: Sendable {
  struct Entry: Sendable {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var count = -1
    var verdict = KeyVerdict.none
  }

  static let keyMax = 32
  private static let size = 512
  private var entries = Array(repeating: Entry(), count: size)

  /// A key as words, zero-filled; nil when it is too long to be kept.
  @inline(__always)
  static func packed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Entry? {
    guard range.count <= keyMax else { return nil }
    var entry = Entry()
    entry.count = range.count
    entry.words.0 = word(bytes, range.lowerBound, range.upperBound)
    if range.count > 8 { entry.words.1 = word(bytes, range.lowerBound + 8, range.upperBound) }
    if range.count > 16 { entry.words.2 = word(bytes, range.lowerBound + 16, range.upperBound) }
    if range.count > 24 { entry.words.3 = word(bytes, range.lowerBound + 24, range.upperBound) }
    return entry
  }

  @inline(__always)
  private static func word(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
    if start + 8 <= bytes.count {
      let word = UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
      let length = end - start
      return length >= 8 ? word : word & ((1 << UInt64(length * 8)) - 1)
    }
    var word: UInt64 = 0
    for index in start..<min(end, start + 8) { word |= UInt64(bytes[index]) << UInt64((index - start) * 8) }
    return word
  }

  @inline(__always)
  private func slot(_ entry: Entry) -> Int {
    var hash = (entry.words.0 ^ UInt64(entry.count)) &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ hash >> 29 ^ entry.words.1) &* 0xD6E8_FEB8_6659_FD93
    hash = (hash ^ entry.words.2 &* 31 ^ entry.words.3) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: hash >> 32) & (Self.size - 1)
  }

  @inline(__always)
  func find(_ key: Entry) -> KeyVerdict? {
    let entry = entries[slot(key)]
    guard entry.count == key.count, entry.words == key.words else { return nil }
    return entry.verdict
  }

  mutating func insert(_ key: Entry, _ verdict: KeyVerdict) {
    var entry = key
    entry.verdict = verdict
    entries[slot(key)] = entry
  }
}
