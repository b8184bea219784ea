/// One thing that is wrong with the configuration: what, where, and what to do. It never holds a secret.
package struct ConfigurationProblem: Hashable, Sendable, CustomStringConvertible {
  package enum Severity: Hashable, Sendable {
    /// The process must not start with it.
    case error
    /// It changes nothing, but is probably not what was meant.
    case warning
  }

  package let severity: Severity
  package let origin: ConfigurationOrigin
  /// The full key, such as `limits.batch_rows`; nil where no key is at fault.
  package let key: String?
  /// A sentence without its full stop.
  package let message: String
  /// The valid name nearest to an unknown one.
  package let suggestion: String?
  /// Whether a flag was given something that is no value of it: then the command was used wrongly, and no configuration is at fault.
  package let isUsage: Bool

  init(
    _ severity: Severity = .error, at origin: ConfigurationOrigin, key: String? = nil, _ message: String,
    suggestion: String? = nil, isUsage: Bool = false
  ) {
    self.isUsage = isUsage
    self.severity = severity
    self.origin = origin
    self.key = key.map(Self.printable)
    self.message = message
    self.suggestion = suggestion
  }

  /// One line in the form that compilers use: `audittail.yaml:12:3: limits.batch_rows: "many" is not a whole number`.
  package var description: String {
    let parts = [place, severity == .warning ? "warning" : nil, key, message].compactMap(\.self)
    return parts.joined(separator: ": ") + (suggestion.map { "; did you mean \($0)?" } ?? "")
  }

  /// A key as it may be printed. One with `://` is a value in the wrong place, and may hold a password; one with
  /// control characters could rewrite the terminal.
  private static func printable(_ key: String) -> String {
    let isOdd = key.contains("://") || key.unicodeScalars.contains { $0.properties.generalCategory == .control }
    return isOdd ? "(a key that is not shown)" : key
  }

  private var place: String {
    switch origin {
    case .defaults: "configuration"
    case .file(let path, let line, let column):
      [path, line?.description, column?.description]
        .compactMap(\.self).joined(separator: ":")
    case .environment(let name): "environment \(name)"
    case .flag(let name): name
    }
  }
}

/// Every problem of a configuration that cannot be used, warnings included, in the order of their places.
package struct ConfigurationProblems: Error, Sendable, CustomStringConvertible {
  package let problems: [ConfigurationProblem]

  package init(problems: [ConfigurationProblem]) { self.problems = problems }

  /// Whether nothing but flags is at fault.
  package var isUsage: Bool { problems.allSatisfy { $0.isUsage || $0.severity == .warning } }

  /// One problem a line.
  package var description: String {
    problems.map(\.description).joined(separator: "\n")
  }
}
