import Glibc

/// Draws indexes with given weights in constant time: the alias method (Vose, "A linear algorithm for generating random
/// numbers with a given distribution", IEEE TSE 1991).
struct WeightedChoice: Sendable {
  private var thresholds: [Double]
  private var aliases: [Int]

  init(_ weights: [Double]) {
    precondition(!weights.isEmpty && weights.allSatisfy { $0 > 0 }, "Weights must be positive.")
    let total = weights.reduce(0, +)
    thresholds = weights.map { $0 / total * Double(weights.count) }
    aliases = Array(weights.indices)
    var small = weights.indices.filter { thresholds[$0] < 1 }
    var large = weights.indices.filter { thresholds[$0] >= 1 }
    while let less = small.popLast(), let more = large.last {
      aliases[less] = more
      thresholds[more] -= 1 - thresholds[less]
      if thresholds[more] < 1 { small.append(large.removeLast()) }
    }
  }

  /// Weights 1/rank^exponent: a few are used all the time, most hardly ever.
  static func zipf(count: Int, exponent: Double) -> WeightedChoice {
    WeightedChoice((1...count).map { pow(Double($0), -exponent) })
  }

  @inline(__always)
  func draw(_ random: inout SplitMix64) -> Int {
    let slot = random.next(below: thresholds.count)
    return random.unit() < thresholds[slot] ? slot : aliases[slot]
  }
}
