import Glibc

/// How large a block's maximum gets, learned from the maxima of earlier blocks (days or hours).
///
/// Above the median of those maxima the excess is taken for exponential, with its mean learned from the data and a prior of a few
/// pseudo-observations; averaging over what is not known of the mean gives a Lomax tail, wide while there are few blocks and close to
/// exponential when there are many (Coles, "An Introduction to Statistical Modeling of Extreme Values", 4; Bernardo & Smith 5.2).
package struct ExtremeTail: Sendable, Hashable {
  package private(set) var median: Float = 0
  private var scale: Float = 1
  private var shape: Float = 1
  package private(set) var blocks = 0

  package init() {}

  /// - Parameters:
  ///   - maxima: one a block, in any order.
  ///   - prior: pseudo-observations; their mean excess is `priorScale` times the median, at least `priorMin`.
  package init(maxima: some Collection<Float>, prior: Float, priorScale: Float, priorMin: Float) {
    let sorted = maxima.sorted()
    blocks = sorted.count
    guard blocks > 0 else { return }
    median =
      blocks % 2 == 1 ? sorted[blocks / 2] : (sorted[blocks / 2 - 1] + sorted[blocks / 2]) / 2
    var excess: Float = 0
    for value in sorted where value > median { excess += value - median }
    let half = Float(blocks) / 2
    let mean = (excess + prior * max(priorMin, priorScale * abs(median))) / (half + prior)
    shape = half + prior
    scale = mean * shape
  }

  /// log₁₀ of the probability that a block's maximum is above `value`.
  package func log10Probability(above value: Float) -> Float {
    let half: Float = -0.30103
    if value <= median { return half }
    return half - shape * log10f(1 + (value - median) / scale)
  }

  /// The value that a block's maximum exceeds with this probability, at least the median.
  package func value(log10Probability: Float) -> Float {
    let beyond = -0.30103 - log10Probability
    if beyond <= 0 { return median }
    return median + scale * (powf(10, beyond / shape) - 1)
  }
}
