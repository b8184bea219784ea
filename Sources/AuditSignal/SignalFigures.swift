/// What calls add up to: traffic, errors and latency. Merging is adding, so no order of merging matters.
package struct SignalFigures: Hashable, Sendable {
  package var calls: Int64 = 0
  /// Failed calls by `ErrorClass`.
  package var errors = SIMD8<Int64>()
  /// Nanoseconds of the calls that say how long they took, as many as the sketch has.
  package var durationSum: Int64 = 0
  package var durationMin: Int64?
  package var durationMax: Int64?
  package var resultBytes: Int64 = 0
  package var sketch = LatencySketch()

  package init() {}

  package var errorCount: Int64 { errors.wrappedSum() }
  package subscript(class: ErrorClass) -> Int64 { errors[`class`.rawValue] }

  @inline(__always)
  package mutating func add(duration: Int64?, resultBytes bytes: Int64?) {
    calls += 1
    if let bytes { resultBytes.addSaturating(bytes) }
    guard let duration else { return }
    durationSum.addSaturating(duration)
    durationMin = min(durationMin ?? duration, duration)
    durationMax = max(durationMax ?? duration, duration)
    sketch.insert(duration)
  }

  package mutating func merge(_ other: SignalFigures) {
    calls.addSaturating(other.calls)
    errors &+= other.errors
    durationSum.addSaturating(other.durationSum)
    if let least = other.durationMin { durationMin = min(durationMin ?? least, least) }
    if let most = other.durationMax { durationMax = max(durationMax ?? most, most) }
    resultBytes.addSaturating(other.resultBytes)
    sketch.merge(other.sketch)
  }

  /// In nanoseconds, to the sketch's accuracy, and never outside of what was seen.
  package func quantile(_ q: Double) -> Int64? {
    guard let estimate = sketch.quantile(q) else { return nil }
    return min(max(estimate, durationMin ?? estimate), durationMax ?? estimate)
  }
}

extension Int64 {
  /// A line may claim any duration and size; a sum stays at the largest number instead of ending the program.
  mutating func addSaturating(_ other: Int64) {
    let (sum, overflow) = addingReportingOverflow(other)
    self = overflow ? .max : sum
  }
}
