/// What alarmed is not learned from, unless it lasts: when more than 60 % of a day's blocks alarmed, the day is the new normal, and all
/// of it is learned after all. Without the escape a lasting change would lock the detector up.
package struct Quarantine<Block: Sendable>: Sendable {
  package static var escape: Double { 0.6 }

  private var blocks = 0
  private var alarmed: [Block] = []
  private let alarmedMax: Int

  /// - Parameter alarmedMax: blocks that are kept at most; later ones of the day are lost to learning.
  package init(alarmedMax: Int) { self.alarmedMax = alarmedMax }

  /// A block is over.
  /// - Returns: whether it may be learned now.
  package mutating func take(_ block: Block, alarmed isAlarmed: Bool) -> Bool {
    blocks += 1
    if isAlarmed, alarmed.count < alarmedMax { alarmed.append(block) }
    return !isAlarmed
  }

  /// The day is over.
  /// - Returns: the blocks that are to be learned after all.
  package mutating func endDay() -> [Block] {
    defer {
      blocks = 0
      alarmed = []
    }
    return Double(alarmed.count) > Self.escape * Double(blocks) ? alarmed : []
  }

  package func write(to writer: inout StateWriter, _ put: (Block, inout StateWriter) -> Void) {
    writer.put(UInt32(blocks))
    writer.put(UInt32(alarmed.count))
    for block in alarmed { put(block, &writer) }
  }

  package mutating func read(
    from reader: inout StateReader, _ get: (inout StateReader) throws(StateError) -> Block
  ) throws(StateError) {
    blocks = Int(try reader.uint32())
    alarmed = []
    for _ in 0..<(try reader.count(ofSize: 1)) { alarmed.append(try get(&reader)) }
  }
}
