/// A redaction rule of the operator's own as the configuration says it. Whether its pattern is one is the redactor's to say.
package struct RedactionRule: Sendable {
  package internal(set) var name = ""
  package internal(set) var pattern = ""
  package internal(set) var keywords: [String] = []
  /// A group's number or name; nil where the pattern itself says it.
  package internal(set) var capture: String?
  package internal(set) var paths: [String] = []
  package internal(set) var minLength = 0

  var place = SectionPlace()

  /// What is wrong with one of its fields, with the place in the file.
  package func problem(_ field: String, _ message: String) -> ConfigurationProblem { place.problem(field, message) }
}

/// A test of the redaction: an input, and what has to become of it.
package struct RedactionTest: Sendable {
  /// A JSON line, or any other text.
  package internal(set) var input = ""
  /// The whole output.
  package internal(set) var expect: String?
  /// The output is the input.
  package internal(set) var keeps = false
  /// A rule that fires.
  package internal(set) var rule: String?
  /// A text that is not in the output.
  package internal(set) var removes: String?

  var place = SectionPlace()

  /// What is wrong with it, with the place in the file.
  package func problem(_ field: String?, _ message: String, suggestion: String? = nil) -> ConfigurationProblem {
    place.problem(field, message, suggestion: suggestion)
  }
}

/// Where a section of a list stands, and each of its fields.
struct SectionPlace: Sendable {
  /// For example `redaction.rules.employee`.
  var key = ""
  var origin = ConfigurationOrigin.defaults
  var fields: [String: ConfigurationOrigin] = [:]

  func problem(_ field: String?, _ message: String, suggestion: String? = nil) -> ConfigurationProblem {
    ConfigurationProblem(
      at: field.flatMap { fields[$0] } ?? origin, key: field.map { "\(key).\($0)" } ?? key, message,
      suggestion: suggestion)
  }
}
