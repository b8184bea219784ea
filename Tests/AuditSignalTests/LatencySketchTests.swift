import AuditSignal
import Testing

@Suite("A latency sketch")
struct LatencySketchTests {
  /// Durations in nanoseconds, of the kinds that break estimates.
  enum Shape: String, CaseIterable { case heavyTailed, constant, bimodal, tiny, huge }

  @Test("gives quantiles within one percent of the exact ones", arguments: Shape.allCases, [UInt64(3), 17])
  func accuracy(shape: Shape, seed: UInt64) throws {
    var values = Self.values(shape, count: 20_000, seed: seed)
    var sketch = LatencySketch()
    for value in values { sketch.insert(value) }
    values.sort()
    for q in [0.0, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0] {
      let exact = Double(values[Int((q * Double(values.count - 1)).rounded())])
      let estimate = Double(try #require(sketch.quantile(q)))
      #expect(abs(estimate - exact) <= exact * 0.01, "\(shape) q \(q): \(estimate) instead of \(exact), seed \(seed)")
    }
  }

  @Test("is the same to the bit however its parts are merged", arguments: [UInt64(5), 6, 7])
  func associative(seed: UInt64) throws {
    let parts = Shape.allCases.map { shape -> LatencySketch in
      var sketch = LatencySketch()
      for value in Self.values(shape, count: 500, seed: seed) { sketch.insert(value) }
      return sketch
    }
    var left = LatencySketch()
    for part in parts { left.merge(part) }
    var right = LatencySketch()
    for part in parts.reversed() { right.merge(part) }
    var nested = parts[0]
    var rest = parts[1]
    for part in parts.dropFirst(2) { rest.merge(part) }
    nested.merge(rest)
    #expect(left == right)
    #expect(left.encoded == nested.encoded)
    #expect(left.count == 2500)
  }

  @Test("survives its encoding, and refuses bytes that are none")
  func encoding() throws {
    var sketch = LatencySketch()
    for value in Self.values(.heavyTailed, count: 3000, seed: 1) { sketch.insert(value) }
    let encoded = sketch.encoded
    #expect(LatencySketch(encoded: encoded) == sketch)
    #expect(LatencySketch(encoded: LatencySketch().encoded) == LatencySketch())
    #expect(LatencySketch(encoded: []) == nil)
    #expect(LatencySketch(encoded: [2]) == nil)
    #expect(LatencySketch(encoded: Array(encoded.dropLast()) + [0x80]) == nil)
    #expect(LatencySketch(encoded: encoded + [7]) == nil)
    #expect(LatencySketch().quantile(0.5) == nil)
  }

  @Test("one after another are their merge")
  func concatenation() throws {
    var sum = LatencySketch()
    var bytes: [UInt8] = []
    for shape in Shape.allCases {
      var sketch = LatencySketch()
      for value in Self.values(shape, count: 300, seed: 9) { sketch.insert(value) }
      bytes += sketch.encoded
      sum.merge(sketch)
    }
    #expect(LatencySketch(encoded: bytes) == sum)
  }

  @Test("of the first version are read")
  func firstVersion() throws {
    // Three durations of 20 ns and one of 70: buckets 20 and 67.
    let sketch = try #require(LatencySketch(encoded: [1, 20, 3, 50, 1]))
    #expect(sketch.count == 4 && sketch.quantile(0) == 20 && sketch.cumulative.allSatisfy { $0 == 4 })
    #expect(LatencySketch(encoded: [1, 20]) == nil)
  }

  @Test("counts exactly at the edges that the histogram promises")
  func edges() {
    var sketch = LatencySketch()
    for edge in LatencySketch.edges { for value in [edge - 1, edge, edge + 1] { sketch.insert(value) } }
    let expected: [UInt64] = [2, 5, 8, 11, 14, 17, 20, 23]
    #expect(sketch.cumulative == expected)
    #expect(sketch.count == 24)
  }

  private static func values(_ shape: Shape, count: Int, seed: UInt64) -> [Int64] {
    var state = seed
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    return (0..<count).map { _ in
      switch shape {
      case .heavyTailed: Int64(1_000_000 / max(1e-6, random()))
      case .constant: 12_345_678
      case .bimodal: random() < 0.5 ? Int64(1_000_000 + random() * 10_000) : Int64(900_000_000 + random() * 1_000_000)
      case .tiny: Int64(random() * 60)
      case .huge: Int64(9e17 + random() * 1e17)
      }
    }
  }
}
