import Mustache

/// What people read: a title and a text, made from Mustache templates that an operator may replace, for each receiver.
///
/// Source: mustache(5). Values are not escaped: what a format needs escaped it escapes itself.
package struct MessageTexts: Sendable {
  package struct Problem: Error, Hashable {
    package let message: String
  }

  /// The two texts of one message.
  package struct Rendered: Sendable, Hashable {
    package let title: String
    package let text: String
  }

  private let title: MustacheTemplate
  private let text: MustacheTemplate

  package static let titleDefault =
    "{{event}} [{{severity}}] {{#detector}}{{detector}}: {{/detector}}{{#subject}}{{subject}}{{/subject}}{{^subject}}audittail{{/subject}}{{#tenant}} ({{tenant}}){{/tenant}}"

  package static let textDefault = """
    {{summary}}
    {{#unusual}}
    How unusual: {{unusual}}.
    {{/unusual}}
    {{#subject}}
    Who: {{subject}}.
    {{/subject}}
    Since: {{since}}{{#findings}}; {{findings}} findings, the last at {{last}}{{/findings}}.
    {{#counts}}
    - {{.}}
    {{/counts}}
    {{#by}}
    By: {{by}}{{#note}}: {{note}}{{/note}}.
    {{/by}}
    Next: {{next}}
    {{#console}}
    {{console}}
    {{/console}}
    """

  /// - Throws: what is wrong with a template.
  package init(title: String? = nil, text: String? = nil) throws(Problem) {
    self.title = try Self.template(title ?? Self.titleDefault, "title")
    self.text = try Self.template(text ?? Self.textDefault, "text")
  }

  private static func template(_ text: String, _ name: String) throws(Problem) -> MustacheTemplate {
    do {
      return try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + text)
    } catch {
      throw Problem(message: "the template of the \(name) is no Mustache template: \(error)")
    }
  }

  package func render(_ message: ReceivedMessage) -> Rendered {
    var values: [String: Any] = [
      "id": message.id, "event": message.event.rawValue.uppercased(), "severity": message.severity.rawValue,
      "summary": message.summary, "since": message.since, "last": message.last, "next": message.next,
      "counts": message.counts,
    ]
    let optional: [(String, String?)] = [
      ("tenant", message.tenant), ("detector", message.detector), ("unusual", message.unusual), ("by", message.by),
      ("note", message.note), ("console", message.console), ("findings", message.findings.map { "\($0)" }),
      ("evidence", message.evidence?.text), ("subject", message.subject.isEmpty ? nil : message.subjectWords),
    ]
    for (name, value) in optional { if let value { values[name] = value } }
    for (name, value) in message.subject { values["subject_\(name)"] = value }
    for (name, value) in message.labels { values["label_\(name)"] = value }
    let title = self.title.render(values).split(whereSeparator: \.isNewline).joined(separator: " ")
    return Rendered(title: title, text: Self.trimmed(text.render(values)))
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    while text.first?.isWhitespace == true { text.removeFirst() }
    return String(text)
  }
}
