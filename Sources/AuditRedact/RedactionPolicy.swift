/// What becomes of what the rules find, for one tenant. The default takes everything and leaves masks.
package struct RedactionPolicy: Sendable {
  /// What stays behind of a value that a rule takes.
  package enum Mode: String, CaseIterable, Sendable {
    /// `[REDACTED:<rule>]`.
    case mask
    /// `[REDACTED:<rule>:<8 hex>]`, equal for equal values under one key and epoch; of a card the last four digits.
    /// A mask where the value could be guessed back: passwords, PINs, numbers of people, anything short.
    case pseudonym
    /// Nothing: `null` for a whole value that was no string, else an empty text.
    case drop
    /// The value itself. The rule is off.
    case keep
  }

  /// The mode of every rule that `modes` does not name.
  package var mode = Mode.mask
  /// Modes by a rule's name (`pii.email`) or family (`pii`); the name wins.
  package var modes: [String: Mode] = [:]
  /// JSON pointers (RFC 6901) under which nothing is taken; a step `*` is any one step.
  package var allowedPaths: [String] = []
  /// Values that stay wherever they stand, decoded and whole.
  package var allowedValues: [String] = []
  /// The operators' own rules, besides the built-in ones.
  package var operatorRules: [OperatorRule] = []
  /// The tenant's key; without one there are no pseudonyms.
  package var pseudonymKey: PseudonymKey?

  package init() {}

  /// The mode of a rule by its name.
  func mode(of name: String) -> Mode { modes[name] ?? modes[String(name.prefix { $0 != "." })] ?? mode }

  /// What is wrong with the policy, as sentences for an operator; empty if it can be used.
  package var problems: [String] {
    var problems: [String] = []
    let names = RedactionRules.standard.ruleNames + operatorRules.map(\.fullName)
    let families = Set(names.map { $0.prefix { $0 != "." } })
    if operatorRules.count > OperatorRule.countMax {
      problems.append("There are more than \(OperatorRule.countMax) rules of your own.")
    }
    for (index, rule) in operatorRules.enumerated()
    where operatorRules[..<index].contains(where: { $0.name == rule.name }) {
      problems.append("There are two rules named \(rule.name).")
    }
    for name in modes.keys.sorted() where !names.contains(name) && !families.contains(name[...]) {
      problems.append("There is no redaction rule or family named \(name).")
    }
    if pseudonymKey == nil, mode == .pseudonym || modes.values.contains(.pseudonym) {
      problems.append("Pseudonyms need a key.")
    }
    for path in allowedPaths where !path.hasPrefix("/") {
      problems.append("An allowed path begins with a slash: \(path).")
    }
    return problems
  }
}

/// The policy as the redactor asks it: by a rule's number, a value's bytes, a path.
struct PolicyTable: Sendable {
  private let modes: [RedactionPolicy.Mode]
  private let paths: [[Substring]]
  private let values: Set<[UInt8]>
  let pseudonymKey: PseudonymKey?
  /// Masks everywhere and no exceptions.
  let isPlain: Bool

  init(_ policy: RedactionPolicy, ruleNames: [String]) {
    modes = ruleNames.map(policy.mode)
    paths = policy.allowedPaths.map { $0.split(separator: "/", omittingEmptySubsequences: false) }
    values = Set(policy.allowedValues.map { Array($0.utf8) })
    pseudonymKey = policy.pseudonymKey
    isPlain = paths.isEmpty && values.isEmpty && !modes.contains { $0 != .mask }
  }

  func mode(of rule: RuleID) -> RedactionPolicy.Mode { modes[Int(rule.rawValue)] }

  var hasPaths: Bool { !paths.isEmpty }
  var hasValues: Bool { !values.isEmpty }

  var writesPseudonyms: Bool { modes.contains(.pseudonym) }

  func allows(value: [UInt8]) -> Bool { values.contains(value) }

  /// Whether a pointer is an allowed path or lies under one.
  func allows(path: String) -> Bool {
    let steps = path.split(separator: "/", omittingEmptySubsequences: false)
    return paths.contains { allowed in
      allowed.count <= steps.count && zip(allowed, steps).allSatisfy { $0 == "*" || $0 == $1 }
    }
  }
}
