import AuditModel

extension Grammar where Value == String {
  /// Any text that is not empty and that a C interface can take.
  static let text = Grammar("text") { text throws(GrammarProblem) in
    guard !text.isEmpty else { throw GrammarProblem("is empty") }
    guard !text.utf8.contains(0) else { throw GrammarProblem("contains a NUL character") }
    return text
  } print: {
    $0
  }

  /// A path, taken as it stands: relative to the working directory, without expansion of `~`.
  static let path = Grammar("path", parse: text.parse, print: text.print)

  /// A pattern of paths; one that is not absolute depends on where the process was started, as for any shell command.
  static let glob = Grammar("glob", parse: text.parse, print: text.print)
}

extension Grammar where Value == TenantID {
  static let tenant = Grammar("tenant") { text throws(GrammarProblem) in
    guard let tenant = TenantID(text) else {
      throw GrammarProblem(
        "is not a tenant's name: 1 to \(TenantID.bytesMax) letters, digits, `-`, `_` and `.`, first a letter or a digit"
      )
    }
    return tenant
  } print: {
    $0.name
  }
}

extension Grammar where Value == Int {
  /// A whole number, zero or more, in decimal digits.
  static let count = Grammar("whole number") { text throws(GrammarProblem) in
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      throw GrammarProblem("is not a whole number")
    }
    guard let value = Int(text) else { throw GrammarProblem("is too large") }
    return value
  } print: {
    String($0)
  }
}

extension Grammar where Value == Bool {
  /// `true` or `false`; YAML 1.1's `yes`, `no`, `on` and `off` are refused, since they mean text elsewhere.
  static let truth = Grammar("true or false") { text throws(GrammarProblem) in
    switch text {
    case "true", "on": true
    case "false", "off": false
    default: throw GrammarProblem("is neither true nor false")
    }
  } print: {
    $0 ? "true" : "false"
  }
}

extension Grammar where Value == LogLevel {
  static let logLevel = Grammar(LogLevel.allCases.map(\.rawValue).joined(separator: ", ")) {
    text throws(GrammarProblem) in
    guard let level = LogLevel(rawValue: text) else {
      let all = LogLevel.allCases.map(\.rawValue)
      let suggestion = nearestName(to: text, among: all).map { "; did you mean \($0)?" } ?? ""
      throw GrammarProblem("is not a level: \(all.joined(separator: ", "))\(suggestion)")
    }
    return level
  } print: {
    $0.rawValue
  }
}

/// How much the process says about itself on stderr; the raw values are those of swift-log.
package enum LogLevel: String, Sendable, CaseIterable {
  case trace, debug, info, notice, warning, error, critical
}
