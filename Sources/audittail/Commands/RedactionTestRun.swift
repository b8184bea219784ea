import AuditConfig
import AuditRedact

/// The tests of one policy, run: what `check` tells of them.
struct RedactionTestRun {
  /// Each a few lines, the first with the place in the file.
  private(set) var failures: [String] = []
  private(set) var count = 0

  /// - Parameter tests: of the policy; what they hold is the operator's own and may be shown.
  init(_ tests: [RedactionTest], policy: RedactionPolicy) {
    let rules = RedactionRules(policy: policy)
    var redactor = Redactor(rules: rules)
    for test in tests {
      count += 1
      var output: [UInt8] = []
      redactor.redactLine(Array(test.input.utf8).span, into: &output)
      let got = String(decoding: output, as: UTF8.self)
      let fired = redactor.hits.map { redactor.ruleName($0.rule) }
      guard let problem = Self.problem(test, got, fired, rules.ruleNames) else { continue }
      failures.append(Self.words(test, problem, got, fired))
    }
  }

  private static func problem(
    _ test: RedactionTest, _ got: String, _ fired: [String], _ names: [String]
  ) -> ConfigurationProblem? {
    if test.keeps, got != test.input { return test.problem("keeps", "something went") }
    if let rule = test.rule {
      let own = "\(OperatorRule.family).\(rule)"
      let name = names.contains(own) ? own : rule
      guard names.contains(name) else {
        return test.problem("rule", "there is no rule \(rule)", suggestion: nearestName(to: rule, among: names))
      }
      if !fired.contains(name) { return test.problem("rule", "\(name) did not fire") }
    }
    if let removes = test.removes {
      guard test.input.contains(removes) else { return test.problem("removes", "the input does not hold this text") }
      if got.contains(removes) { return test.problem("removes", "the text is still there") }
    }
    if let expect = test.expect, got != expect { return test.problem("expect", "the output is another") }
    return nil
  }

  private static func words(_ test: RedactionTest, _ problem: ConfigurationProblem, _ got: String, _ fired: [String])
    -> String
  {
    var lines = ["\(problem)", "  input     \(printable(test.input))"]
    if let expect = test.expect { lines.append("  expected  \(printable(expect))") }
    if let removes = test.removes { lines.append("  removes   \(printable(removes))") }
    lines.append("  got       \(printable(got))")
    lines.append("  fired     \(fired.isEmpty ? "nothing" : fired.joined(separator: ", "))")
    return lines.joined(separator: "\n")
  }

  /// On one line, and without what could rewrite the terminal.
  private static func printable(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
    }.joined()
  }
}
