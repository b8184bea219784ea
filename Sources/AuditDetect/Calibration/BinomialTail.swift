import Glibc

/// Tails of counts, as −log₁₀ of a probability, by Chernoff's bound (Hoeffding 1963): never too large, so never too alarming.
package enum BinomialTail {
  /// Of at least `hits` of `trials` when each hits with probability `rate`.
  package static func surprise(hits: Double, trials: Double, rate: Double) -> Double {
    guard trials > 0, hits > trials * rate else { return 0 }
    let share = min(hits / trials, 1)
    let rate = min(max(rate, 1e-9), 1 - 1e-9)
    var divergence = share * log(share / rate)
    if share < 1 { divergence += (1 - share) * log((1 - share) / (1 - rate)) }
    return trials * divergence / log(10)
  }

  /// Of at least `count` when `mean` are expected, Poisson.
  package static func surprise(count: Double, mean: Double) -> Double {
    guard count > mean else { return 0 }
    let mean = max(mean, 1e-9)
    return (count * log(count / mean) - count + mean) / log(10)
  }
}
