/// A condition on an alert's labels: `detector=rate-spike`, `tool!=read_*`, `severity>=warning`. A label that is absent is empty text.
package struct AlertMatcher: Sendable, Hashable, CustomStringConvertible {
  package enum Relation: String, Sendable, Hashable {
    case equal = "="
    case unequal = "!="
    /// Of severities only.
    case atLeast = ">="
  }

  package let label: String
  package let relation: Relation
  /// `*` stands for any text.
  package let value: String

  package init(_ label: String, _ relation: Relation, _ value: String) {
    self.label = label
    self.relation = relation
    self.value = value
  }

  /// Why a text is no matcher; continues a sentence that begins with the text.
  package struct Problem: Error, Hashable {
    package let message: String

    package init(message: String) { self.message = message }
  }

  package init(parsing text: String) throws(Problem) {
    guard let sign = text.firstIndex(of: "=") else {
      throw Problem(message: "is no condition, such as detector=rate-spike, tool!=read_* or severity>=warning")
    }
    let left = text[..<sign]
    let relation: Relation = left.hasSuffix("!") ? .unequal : left.hasSuffix(">") ? .atLeast : .equal
    let label = String(relation == .equal ? left : left.dropLast())
    let value = String(text[text.index(after: sign)...])
    let name = label.utf8
    guard !name.isEmpty, name.count <= 64,
      name.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == UInt8(ascii: "_") })
    else { throw Problem(message: "does not begin with the name of a label: letters, digits and _") }
    if relation == .atLeast || label == "severity" && !value.contains("*") {
      guard label == "severity", AlertSeverity(rawValue: value) != nil else {
        throw Problem(message: "compares what is no severity: info, warning or critical")
      }
    }
    self.init(label, relation, value)
  }

  package var description: String { "\(label)\(relation.rawValue)\(value)" }

  package func matches(_ labels: [String: String]) -> Bool {
    let found = labels[label] ?? ""
    switch relation {
    case .equal: return Self.matches(value, found)
    case .unequal: return !Self.matches(value, found)
    case .atLeast:
      guard let least = AlertSeverity(rawValue: value), let severity = AlertSeverity(rawValue: found) else {
        return false
      }
      return severity >= least
    }
  }

  /// Greedy matching of `*` with one place to go back to: linear in practice, and never worse than the product of both lengths.
  private static func matches(_ pattern: String, _ text: String) -> Bool {
    let pattern = Array(pattern.utf8)
    let text = Array(text.utf8)
    var (p, t, star, mark) = (0, 0, -1, 0)
    while t < text.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        (star, mark) = (p, t)
        p += 1
      } else if p < pattern.count, pattern[p] == text[t] {
        p += 1
        t += 1
      } else if star >= 0 {
        mark += 1
        (p, t) = (star + 1, mark)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}

extension [AlertMatcher] {
  /// Whether all of them hold.
  package func match(_ labels: [String: String]) -> Bool { allSatisfy { $0.matches(labels) } }
}
