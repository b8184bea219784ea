import Glibc

/// One scale for all detectors: how many findings as strange as this one, or stranger, a subject is expected to bring in 30 days when
/// nothing is wrong.
package enum Calibration {
  package static let period = 30.0 * 86_400

  /// The score of something that happens in one window with this probability.
  /// - Parameters:
  ///   - probability: of something at least as strange in one window.
  ///   - windows: how many such windows there are in 30 days.
  package static func score(probability: Double, windows: Double) -> Double {
    score(log10Probability: log10(max(probability, 1e-300)), windows: windows)
  }

  package static func score(log10Probability: Double, windows: Double) -> Double {
    -log10Probability - log10(max(windows, 1e-9))
  }

  /// The least score that a budget of false alarms a subject and 30 days lets through.
  package static func threshold(budget: Double) -> Double { -log10(max(budget, 1e-9)) }
}
