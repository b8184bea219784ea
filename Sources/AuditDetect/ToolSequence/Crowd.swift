/// The habits of all callers of a tenant together: what an order of tools is compared with.
struct Crowd: Sendable {
  /// When one is full, all its counts are halved and what becomes zero is forgotten.
  private static let toolsMax = 16_384
  private static let pairsMax = 65_536

  private var tools: [UInt64: UInt32] = [:]
  private var pairs: [UInt64: UInt32] = [:]
  private(set) var total = 0.0

  init() {}

  var distinct: Double { Double(tools.count) }

  func count(ofTool tool: UInt64) -> Double { Double(tools[tool] ?? 0) }
  func count(ofPair first: UInt64, _ second: UInt64) -> Double {
    Double(pairs[Habits.longer(second, first)] ?? 0)
  }

  mutating func learn(_ padded: [UInt64]) {
    for index in Habits.order..<padded.count {
      tools[padded[index], default: 0] += 1
      pairs[Habits.longer(padded[index], padded[index - 1]), default: 0] += 1
      total += 1
    }
    tools[Habits.before, default: 0] += 1
    if tools.count > Self.toolsMax {
      tools = Self.halved(tools)
      total = tools.values.reduce(0) { $0 + Double($1) }
    }
    if pairs.count > Self.pairsMax { pairs = Self.halved(pairs) }
  }

  private static func halved(_ counts: [UInt64: UInt32]) -> [UInt64: UInt32] {
    counts.compactMapValues { $0 > 1 ? $0 / 2 : nil }
  }

  // MARK: State

  func write(to writer: inout StateWriter) {
    writer.put(total)
    for counts in [tools, pairs] {
      writer.put(UInt32(counts.count))
      for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
        writer.put(key)
        writer.put(count)
      }
    }
  }

  init(from reader: inout StateReader) throws(StateError) {
    total = try reader.double()
    tools = try Self.read(from: &reader)
    pairs = try Self.read(from: &reader)
  }

  private static func read(from reader: inout StateReader) throws(StateError) -> [UInt64: UInt32] {
    var counts: [UInt64: UInt32] = [:]
    for _ in 0..<(try reader.count(ofSize: 12)) {
      let key = try reader.uint64()
      counts[key] = try reader.uint32()
    }
    return counts
  }
}
