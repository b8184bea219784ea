/// A word of up to sixteen bytes as two machine words, zero-filled, so that it compares and hashes without a String.
struct PackedWord: Hashable, Sendable {
  var low: UInt64 = 0
  var high: UInt64 = 0
  var count = 0

  /// Appends one byte; past sixteen only the count grows.
  @inline(__always)
  mutating func append(_ byte: UInt8) {
    if count < 8 {
      low |= UInt64(byte) << UInt64(count &* 8)
    } else if count < 16 {
      high |= UInt64(byte) << UInt64((count &- 8) &* 8)
    }
    count &+= 1
  }

  init() {}

  init(_ text: some Sequence<UInt8>) {
    for byte in text { append(byte) }
  }

  var hash: UInt64 {
    var mixed = (low ^ UInt64(count)) &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 32) ^ high) &* 0xD6E8_FEB8_6659_FD93
    return mixed ^ (mixed >> 32)
  }
}

/// The vocabulary as an open-addressing hash table: one probe for almost every word.
struct WordTable: Sendable {
  private var words: [PackedWord]
  private var meanings: [KeyWord]
  private let mask: Int

  init(_ vocabulary: [(KeyWord, String)]) {
    var meaningOfWord: [PackedWord: KeyWord] = [:]
    for (meaning, list) in vocabulary {
      for word in list.split(whereSeparator: { $0 == " " || $0 == "\n" }) where !word.hasSuffix("_") {
        meaningOfWord[PackedWord(word.utf8), default: []].insert(meaning)
      }
    }
    var capacity = 64
    while capacity < meaningOfWord.count * 4 { capacity *= 2 }
    mask = capacity - 1
    words = Array(repeating: PackedWord(), count: capacity)
    meanings = Array(repeating: [], count: capacity)
    for (word, meaning) in meaningOfWord {
      var slot = Int(truncatingIfNeeded: word.hash) & mask
      while words[slot].count > 0 { slot = (slot + 1) & mask }
      words[slot] = word
      meanings[slot] = meaning
    }
  }

  /// What a lower-cased word means; nothing for an unknown one.
  func meaning(of word: PackedWord) -> KeyWord {
    var slot = Int(truncatingIfNeeded: word.hash) & mask
    while words[slot].count > 0 {
      if words[slot] == word { return meanings[slot] }
      slot = (slot + 1) & mask
    }
    return []
  }
}
