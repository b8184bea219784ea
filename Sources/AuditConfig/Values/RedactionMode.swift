/// What stays behind of a value that a redaction rule takes.
package enum RedactionMode: String, CaseIterable, Sendable {
  case mask, pseudonym, drop, keep
}

/// The mode of one rule or family of rules: `pii.email=pseudonym`, `pii=drop`.
package struct RedactionException: Hashable, Sendable {
  package let rule: String
  package let mode: RedactionMode
}

extension Grammar where Value == RedactionMode {
  static let redactionMode = Grammar(RedactionMode.allCases.map(\.rawValue).joined(separator: ", ")) {
    text throws(GrammarProblem) in
    guard let mode = RedactionMode(rawValue: text) else {
      throw GrammarProblem("is not a mode: \(RedactionMode.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return mode
  } print: {
    $0.rawValue
  }
}

extension Grammar where Value == RedactionException {
  static let redactionException = Grammar("rule=mode") { text throws(GrammarProblem) in
    let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw GrammarProblem("is not rule=mode, such as pii.email=pseudonym")
    }
    return RedactionException(rule: parts[0], mode: try Grammar<RedactionMode>.redactionMode.parse(parts[1]))
  } print: {
    "\($0.rule)=\($0.mode.rawValue)"
  }
}
