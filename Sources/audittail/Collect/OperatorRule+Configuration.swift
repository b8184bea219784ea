import AuditConfig
import AuditRedact
import Pattern

extension OperatorRule {
  /// The rule as the configuration says it, or what is wrong with it, with its place in the file.
  static func make(_ rule: RedactionRule) -> Result<OperatorRule, ConfigurationProblems> {
    do throws(OperatorRule.Problem) {
      return .success(
        try OperatorRule(
          name: rule.name, keywords: rule.keywords, pattern: rule.pattern, capture: capture(rule.capture),
          paths: rule.paths, lengthMin: rule.minLength))
    } catch {
      let place = error.column.map { "character \($0) of the pattern: " } ?? ""
      return .failure(ConfigurationProblems(problems: [rule.problem(error.field.rawValue, place + error.message)]))
    }
  }

  /// A group's number or name; 0 is the whole match.
  private static func capture(_ text: String?) -> Pattern.Capture {
    guard let text else { return .automatic }
    guard let number = Int(text) else { return .named(text) }
    return number == 0 ? .whole : .number(number)
  }
}
