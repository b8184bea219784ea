/// The habits of all callers of a tenant together: what an order of tools is compared with.
struct Crowd: Sendable {
  private static let toolsMax = 16_384
  private static let pairsMax = 65_536

  private var tools = HashCounts(keysMax: toolsMax)
  private var pairs = HashCounts(keysMax: pairsMax)
  private(set) var total = 0.0

  init() {}

  var distinct: Double { Double(tools.distinct) }

  @inline(__always)
  func count(ofTool tool: UInt64) -> Double { tools[tool] }
  @inline(__always)
  func count(ofPair first: UInt64, _ second: UInt64) -> Double { pairs[Habits.longer(second, first)] }

  mutating func learn(_ padded: [UInt64]) {
    for index in Habits.order..<padded.count {
      tools.add(padded[index])
      pairs.add(Habits.longer(padded[index], padded[index - 1]))
      total += 1
    }
    tools.add(Habits.before)
    if tools.forgetIfFull() { total = tools.sum }
    _ = pairs.forgetIfFull()
  }

  func write(to writer: inout StateWriter) {
    writer.put(total)
    tools.write(to: &writer)
    pairs.write(to: &writer)
  }

  init(from reader: inout StateReader) throws(StateError) {
    total = try reader.double()
    tools = try HashCounts(keysMax: Self.toolsMax, from: &reader)
    pairs = try HashCounts(keysMax: Self.pairsMax, from: &reader)
  }
}
