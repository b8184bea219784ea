/// What a counter of one key stands at: the part of the figures that metrics expose.
package struct SignalTotal: Hashable, Sendable {
  package let key: SignalKey
  package var calls: Int64 = 0
  package var errors = SIMD8<Int64>()
  /// Calls that say how long they took, and the nanoseconds of them all.
  package var timed: UInt64 = 0
  package var durationSum: Int64 = 0
  /// Calls by the exposed histogram's buckets, each without those before it.
  package var ranges = SIMD8<UInt64>()

  package init(key: SignalKey) { self.key = key }

  package init(key: SignalKey, _ figures: SignalFigures) {
    self.key = key
    calls = figures.calls
    errors = figures.errors
    durationSum = figures.durationSum
    add(figures.sketch)
  }

  package mutating func add(_ sketch: LatencySketch) {
    timed &+= sketch.count
    ranges &+= sketch.ranges
  }
}
