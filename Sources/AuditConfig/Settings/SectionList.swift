/// A list whose items are sections. It stands in the file only, for the installation and for each tenant.
enum SectionList: String, CaseIterable, Sendable {
  case redactionRules = "redaction.rules"
  case redactionTests = "redaction.tests"
  case alertReceivers = "alerts.receivers"
  case alertRoutes = "alerts.routes"
  case alertInhibitions = "alerts.inhibitions"
  case alertMaintenance = "alerts.maintenance"
  case alertLabels = "alerts.labels"

  /// Whether a tenant may have one of its own.
  var isOfTenants: Bool { self == .redactionRules || self == .redactionTests }

  var fields: [SectionField] {
    switch self {
    case .redactionRules: SectionField.ofRule
    case .redactionTests: SectionField.ofTest
    case .alertReceivers: SectionField.ofReceiver
    case .alertRoutes: SectionField.ofRoute
    case .alertInhibitions: SectionField.ofInhibition
    case .alertMaintenance: SectionField.ofMaintenance
    case .alertLabels: SectionField.ofLabels
    }
  }

  /// What the reference says of it.
  var doc: String {
    switch self {
    case .redactionRules:
      """
      Rules of your own, besides the built-in ones. What one takes becomes `[REDACTED:custom.<name>]`. The installation's hold
      for every tenant; a tenant's own come on top, and one of the same name takes the other's place.
      """
    case .redactionTests:
      """
      What has to become of an input: `audittail check` runs each of them under the policy it stands beside. One or more of
      `expect`, `keeps`, `rule` and `removes` are given.
      """
    case .alertReceivers:
      """
      Who is told of alerts. An address or a secret that must not stand in the file comes from a file or a variable; a file is read
      at the start.
      """
    case .alertRoutes:
      """
      Who is told of which alerts: the first route whose conditions hold, and those behind it after `continue`. A condition is
      `label=value`, `label!=value` (`*` stands for any text) or `severity>=warning`; the labels are `tenant`, `detector`, `severity`,
      `actor`, `user`, `client`, `server`, `tool`, `session` and your own. Without routes everybody is told everything.
      """
    case .alertInhibitions:
      "Alerts that explain others: while a `source` goes on, each `target` with equal labels is kept quiet."
    case .alertMaintenance: "Times in which alerts are kept quiet: every week, or once."
    case .alertLabels: "Labels of your own for alerts that match."
    }
  }
}

/// One field of such a section: a row of the reference.
struct SectionField: Sendable {
  let name: String
  let type: String
  let isList: Bool
  let isRequired: Bool
  let doc: String

  init(_ name: String, _ type: String, isList: Bool = false, isRequired: Bool = false, _ doc: String) {
    (self.name, self.type, self.isList, self.isRequired, self.doc) = (name, type, isList, isRequired, doc)
  }

  static let ofRule = [
    SectionField("name", "text", isRequired: true, "1 to 24 of a-z, 0-9, - and _; the rule is `custom.<name>`."),
    SectionField(
      "pattern", "regular expression", isRequired: true,
      "What goes, in RE2's syntax without look-around and references back; matched in linear time."),
    SectionField(
      "keywords", "list of text", isList: true,
      "The pattern is tried where one of them stands in the same value, in any case. Not needed where every match holds a literal of "
        + "three bytes, or where there are paths."),
    SectionField(
      "capture", "group",
      "The group of the pattern that goes, by number or name; 0 is the whole match. Not needed for an only group."),
    SectionField(
      "paths", "list of JSON pointers", isList: true, "The rule holds below these only; a step * is any one step."),
    SectionField("min_length", "whole number", "What is shorter, in bytes, stays."),
  ]

  static let ofTest = [
    SectionField("input", "text", isRequired: true, "A JSON line, or any other text."),
    SectionField("expect", "text", "The whole output."),
    SectionField("keeps", "true", "Nothing of the input goes."),
    SectionField(
      "rule", "rule", "A rule that fires: one of your own by its name, any by its full name, such as `pii.email`."),
    SectionField("removes", "text", "A text that is not in the output."),
  ]
}
