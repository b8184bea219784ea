/// A record's name within its tenant: the collector, its batch, and the place in it. `3-17-204`.
package struct RecordID: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let collector: Int32
  package let sequence: Int64
  package let index: Int32

  package init(collector: Int32, sequence: Int64, index: Int32) {
    self.collector = collector
    self.sequence = sequence
    self.index = index
  }

  package init?(_ text: String) {
    let parts = text.split(separator: "-")
    guard parts.count == 3, let collector = Int32(parts[0]), let sequence = Int64(parts[1]), let index = Int32(parts[2])
    else {
      return nil
    }
    self.init(collector: collector, sequence: sequence, index: index)
  }

  package var description: String { "\(collector)-\(sequence)-\(index)" }

  package static func < (left: RecordID, right: RecordID) -> Bool {
    (left.collector, left.sequence, left.index) < (right.collector, right.sequence, right.index)
  }
}
