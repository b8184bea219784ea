import Pattern

/// The operators' rules as the redactor asks them. An object, so that asking takes one reference count and no copy.
final class OperatorRuleTable: Sendable {
  let rules: [OperatorRule]
  /// The number of the first; the others follow.
  let firstRule: Int
  private let scanner: LiteralScanner
  /// Rules that hold everywhere, rules that have paths, and those of them that have no literal to be searched for.
  private let everywhere: LiteralGroups
  let scoped: [Int]
  private let withoutLiteral: LiteralGroups
  /// What holds of the rules with paths in text that has none: a line that is no JSON may be a record's beginning. A rule that is
  /// nothing but its paths stays out, or all of the text would go.
  let scopeOfText: LiteralGroups

  /// - Parameter isOff: whether a rule's findings stay anyway.
  init(_ rules: [OperatorRule], firstRule: Int, isOff: (OperatorRule) -> Bool) {
    self.rules = rules
    self.firstRule = firstRule
    scanner = LiteralScanner(rules.map { isOff($0) ? [] : $0.literals })
    var (everywhere, withoutLiteral, scopeOfText) = (LiteralGroups(), LiteralGroups(), LiteralGroups())
    var scoped: [Int] = []
    for (index, rule) in rules.enumerated() where !isOff(rule) {
      if rule.literals.isEmpty { withoutLiteral.insert(index) }
      if rule.paths.isEmpty {
        everywhere.insert(index)
      } else {
        scoped.append(index)
        if !rule.literals.isEmpty { scopeOfText.insert(index) }
      }
    }
    (self.everywhere, self.withoutLiteral, self.scopeOfText, self.scoped) = (
      everywhere, withoutLiteral, scopeOfText, scoped
    )
  }

  /// Bytes of the shortest text in which a rule without paths may find something: those have a literal.
  var textBytesMin: Int {
    let lengths = rules.filter { $0.paths.isEmpty }.map(\.pattern.lengthMin)
    return lengths.min().map { max($0, LiteralScanner.lengthMin) } ?? .max
  }

  /// The rules to be tried on a text.
  /// - Parameter scope: the rules with paths that hold where the text stands.
  @inline(__always)
  func due(in bytes: Span<UInt8>, _ range: Range<Int>, scope: LiteralGroups) -> LiteralGroups {
    var found = scanner.groups(in: bytes, range)
    if !found.isEmpty { found.formIntersection(everywhere, or: scope) }
    if !scope.isEmpty { found.formUnion(withoutLiteral, and: scope) }
    return found
  }

  func rule(_ index: Int) -> RuleID { RuleID(rawValue: UInt16(firstRule + index)) }
}
