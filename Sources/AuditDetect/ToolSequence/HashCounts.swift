/// Counts by 64-bit hashes that are already well mixed: open addressing, in place, without the ceremony of a dictionary. When more than
/// `keysMax` keys are counted, all counts are halved and what becomes zero is forgotten.
struct HashCounts: Sendable {
  private let keysMax: Int
  /// 0 is free; a power of two of slots, at most half full.
  private var keys = [UInt64](repeating: 0, count: 64)
  private var counts = [UInt32](repeating: 0, count: 64)
  private(set) var distinct = 0

  init(keysMax: Int) { self.keysMax = keysMax }

  @inline(__always)
  private func slot(_ key: UInt64) -> Int {
    let mask = keys.count &- 1
    var slot = Int(truncatingIfNeeded: key >> 7) & mask
    while keys[slot] != key, keys[slot] != 0 { slot = (slot &+ 1) & mask }
    return slot
  }

  @inline(__always)
  subscript(_ key: UInt64) -> Double { Double(counts[slot(key)]) }

  mutating func add(_ key: UInt64, _ count: UInt32 = 1) {
    var at = slot(key)
    if keys[at] == 0 {
      if (distinct + 1) * 2 > keys.count {
        rebuild(slots: keys.count * 2, halving: false)
        at = slot(key)
      }
      keys[at] = key
      distinct += 1
    }
    let (sum, overflow) = counts[at].addingReportingOverflow(count)
    counts[at] = overflow ? .max : sum
  }

  /// - Returns: whether counts were halved.
  mutating func forgetIfFull() -> Bool {
    if distinct <= keysMax { return false }
    rebuild(slots: keys.count, halving: true)
    return true
  }

  private mutating func rebuild(slots: Int, halving: Bool) {
    let (oldKeys, oldCounts) = (keys, counts)
    keys = [UInt64](repeating: 0, count: slots)
    counts = [UInt32](repeating: 0, count: slots)
    distinct = 0
    for index in oldKeys.indices where oldKeys[index] != 0 {
      let count = halving ? oldCounts[index] / 2 : oldCounts[index]
      if count > 0 { add(oldKeys[index], count) }
    }
  }

  var sum: Double { counts.reduce(0) { $0 + Double($1) } }

  func write(to writer: inout StateWriter) {
    writer.put(UInt32(distinct))
    for index in keys.indices.filter({ keys[$0] != 0 }).sorted(by: { keys[$0] < keys[$1] }) {
      writer.put(keys[index])
      writer.put(counts[index])
    }
  }

  init(keysMax: Int, from reader: inout StateReader) throws(StateError) {
    self.init(keysMax: keysMax)
    for _ in 0..<(try reader.count(ofSize: 12)) {
      let key = try reader.uint64()
      let count = try reader.uint32()
      guard key != 0, count != 0 else { throw .damaged }
      add(key, count)
    }
  }
}
