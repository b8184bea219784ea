/// Whether a detector's findings are made, and whether anybody is told: `geo=off`, `all=shadow`.
package struct DetectorModeRule: Sendable, Hashable {
  package enum Mode: String, CaseIterable, Sendable { case off, shadow, on }

  /// One of `detectors`, or `all`.
  package let detector: String
  package let mode: Mode

  /// As findings spell them.
  package static let detectors = [
    "rate-spike", "rate-drop", "tool-sequence", "off-hours", "geo", "first-use", "error-rate", "latency",
    "auth-failure", "data-volume", "budget", "tool-collision", "silence",
  ]
}

extension Grammar where Value == DetectorModeRule {
  static let detectorMode = Grammar<DetectorModeRule>("detector=off, shadow or on") { text throws(GrammarProblem) in
    let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let mode = DetectorModeRule.Mode(rawValue: parts[1]) else {
      throw GrammarProblem("is not detector=mode, such as geo=off or all=shadow; modes are off, shadow and on")
    }
    guard parts[0] == "all" || DetectorModeRule.detectors.contains(parts[0]) else {
      throw GrammarProblem(
        "names no detector; there are \(DetectorModeRule.detectors.joined(separator: ", ")), and all")
    }
    return DetectorModeRule(detector: parts[0], mode: mode)
  } print: {
    "\($0.detector)=\($0.mode.rawValue)"
  }
}

extension Grammar where Value == Double {
  /// Expected false alarms a subject and 30 days.
  static let falseAlarms = Grammar<Double>("number above 0") { text throws(GrammarProblem) in
    guard let number = Double(text), number > 0, number <= 1e6 else {
      throw GrammarProblem("is no number above 0, at most 1000000")
    }
    return number
  } print: {
    $0 == $0.rounded() ? "\(Int($0))" : "\($0)"
  }
}
