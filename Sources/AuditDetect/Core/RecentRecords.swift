package import AuditModel

/// The records that were judged last, for the samples that findings show.
package struct RecentRecords: Sendable {
  package static let recordsMax = 1024
  private var ring: [Observation] = []
  private var next = 0

  package init() {}

  mutating func append(_ observation: Observation) {
    if ring.count < Self.recordsMax {
      ring.append(observation)
    } else {
      ring[next] = observation
    }
    next = (next + 1) % Self.recordsMax
  }

  /// The newest records that fit, oldest first, `Evidence.recordsMax` at most.
  package func samples(since start: RecordTime, where fits: (Observation) -> Bool) -> [RecordID] {
    var found: [RecordID] = []
    for back in 1...max(1, ring.count) where !ring.isEmpty {
      let observation = ring[(next - back + 2 * Self.recordsMax) % Self.recordsMax % ring.count]
      if observation.time >= start, fits(observation) { found.append(observation.record) }
      if found.count == Evidence.recordsMax { break }
    }
    return found.reversed()
  }

  func write(to writer: inout StateWriter) {
    writer.put(UInt32(ring.count))
    let oldest = ring.count < Self.recordsMax ? 0 : next
    for index in ring.indices { ring[(oldest + index) % ring.count].write(to: &writer) }
  }

  mutating func read(from reader: inout StateReader) throws(StateError) {
    self = RecentRecords()
    for _ in 0..<(try reader.count(ofSize: 90)) { append(try Observation(from: &reader)) }
  }
}
