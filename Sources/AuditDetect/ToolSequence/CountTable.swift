/// How often keys were met, in a fixed number of bytes: buckets of sixteen entries of four bytes, each 24 bits of the key and a count in
/// eight. A table begins with one bucket and doubles until it has `bucketsMax`; then what is rare makes room.
///
/// Counts are exact up to 128 and grow by about 4 % a step beyond (Morris, "Counting large numbers of events in small registers", 1978,
/// with a hash of the running total in place of chance), so the same calls give the same table everywhere.
struct CountTable: Sendable {
  static let ways = 16

  private let bucketsMax: Int
  /// key << 8 | code; a code of 0 is a free entry.
  private(set) var entries: [UInt32]
  /// Of the increments so far: what decides where a large count grows.
  private var ticks: UInt32 = 0
  private(set) var distinct = 0

  init(bucketsMax: Int) {
    self.bucketsMax = bucketsMax
    entries = [UInt32](repeating: 0, count: Self.ways)
  }

  /// A key as it is kept. Its lowest bit says that it is `long`: such a key makes room for the others.
  static func key(_ hash: UInt64, isLong: Bool) -> UInt32 {
    (UInt32(truncatingIfNeeded: hash >> 24) & 0x00FF_FFFE) | (isLong ? 1 : 0)
  }

  private var buckets: Int { entries.count / Self.ways }

  @inline(__always)
  private func start(of key: UInt32) -> Int { Int((UInt64(key) &* UInt64(buckets)) >> 24) &* Self.ways }

  @inline(__always)
  func count(_ key: UInt32) -> Double {
    let start = start(of: key)
    for index in start..<(start + Self.ways) where entries[index] >> 8 == key {
      let code = entries[index] & 0xFF
      if code != 0 { return Self.value(code) }
    }
    return 0
  }

  mutating func add(_ key: UInt32) {
    ticks &+= 1
    while true {
      let start = start(of: key)
      var free = -1
      for index in start..<(start + Self.ways) {
        let code = entries[index] & 0xFF
        if code == 0 {
          if free < 0 { free = index }
        } else if entries[index] >> 8 == key {
          entries[index] += grows(code) ? 1 : 0
          return
        }
      }
      if free < 0, buckets < bucketsMax {
        grow()
        continue
      }
      if free < 0 { free = makeRoom(from: start, isLong: key & 1 == 1) }
      if free >= 0 {
        entries[free] = key << 8 | 1
        distinct += 1
      }
      return
    }
  }

  /// A long key makes room first; of two, the rarer one. What was met more than once loses one count instead, so that it has to be met
  /// again to stay.
  private mutating func makeRoom(from start: Int, isLong: Bool) -> Int {
    var victim = -1
    for index in start..<(start + Self.ways) {
      let entryIsLong = entries[index] >> 8 & 1 == 1
      if isLong, !entryIsLong { continue }
      if victim < 0 {
        victim = index
        continue
      }
      let victimIsLong = entries[victim] >> 8 & 1 == 1
      if entryIsLong != victimIsLong {
        if entryIsLong { victim = index }
      } else if entries[index] & 0xFF < entries[victim] & 0xFF {
        victim = index
      }
    }
    guard victim >= 0 else { return -1 }
    let victimIsLong = entries[victim] >> 8 & 1 == 1
    if entries[victim] & 0xFF > 1, isLong || !victimIsLong {
      entries[victim] -= 1
      return -1
    }
    distinct -= 1
    return victim
  }

  private mutating func grow() {
    let old = entries
    entries = [UInt32](repeating: 0, count: min(buckets * 2, bucketsMax) * Self.ways)
    for entry in old where entry & 0xFF != 0 {
      let start = start(of: entry >> 8)
      // Keys of one old bucket fall into few new ones, so there is room for each.
      for index in start..<(start + Self.ways) where entries[index] & 0xFF == 0 {
        entries[index] = entry
        break
      }
    }
  }

  // MARK: Counts in eight bits

  private static let exact: UInt32 = 128
  /// The count that each code stands for: itself up to 128, then 128 · 2^((code − 128) / 16).
  private static let values: [Double] = (0..<256).map { code in
    if code <= 128 { return Double(code) }
    var value = 128.0
    for _ in 0..<(code - 128) { value *= 1.044273782427413840321966478739 }
    return value.rounded()
  }

  @inline(__always)
  private static func value(_ code: UInt32) -> Double { code <= exact ? Double(code) : values[Int(code)] }

  private func grows(_ code: UInt32) -> Bool {
    if code < Self.exact { return true }
    if code == 255 { return false }
    let step = UInt64(max(1, Self.values[Int(code) + 1] - Self.values[Int(code)]))
    return Name.mix(UInt64(ticks), 0x9E37_79B9_7F4A_7C15) % step == 0
  }

  // MARK: State

  func write(to writer: inout StateWriter) {
    writer.put(ticks)
    writer.put(UInt32(distinct))
    writer.put(each: entries)
  }

  init(bucketsMax: Int, from reader: inout StateReader) throws(StateError) {
    self.bucketsMax = bucketsMax
    ticks = try reader.uint32()
    distinct = Int(try reader.uint32())
    entries = try reader.integers(of: UInt32.self)
    guard !entries.isEmpty, entries.count % Self.ways == 0, entries.count <= bucketsMax * Self.ways else {
      throw .damaged
    }
  }
}
