import AuditModel

/// Records that wait for the watermark, in the order of time and, of one moment, of their ids. Records come nearly in order, so each one
/// moves past few others.
struct ReorderBuffer: Sendable {
  private var waiting: [Observation] = []
  /// What stands before this index was handed on already.
  private var first = 0

  var count: Int { waiting.count - first }

  @inline(__always)
  mutating func insert(_ observation: Observation) {
    waiting.append(observation)
    var index = waiting.count - 1
    while index > first, Self.precedes(observation, waiting[index - 1]) {
      waiting[index] = waiting[index - 1]
      index -= 1
    }
    waiting[index] = observation
  }

  private static func precedes(_ left: Observation, _ right: Observation) -> Bool {
    left.time == right.time ? left.record < right.record : left.time < right.time
  }

  /// Takes out the first record if it is before `time`.
  @inline(__always)
  mutating func next(before time: RecordTime) -> Observation? {
    guard first < waiting.count, waiting[first].time < time else { return nil }
    let observation = waiting[first]
    first += 1
    if first == waiting.count {
      waiting.removeAll(keepingCapacity: true)
      first = 0
    } else if first > 4096, first * 2 > waiting.count {
      waiting.removeFirst(first)
      first = 0
    }
    return observation
  }

  func write(to writer: inout StateWriter) {
    writer.put(UInt32(count))
    for observation in waiting[first...] { observation.write(to: &writer) }
  }

  mutating func read(from reader: inout StateReader) throws(StateError) {
    self = ReorderBuffer()
    for _ in 0..<(try reader.count(ofSize: 90)) { insert(try Observation(from: &reader)) }
  }
}
