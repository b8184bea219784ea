import AuditModel

/// Everything an operator decides about alerts, but for how receivers are reached.
package struct AlertRules: Sendable {
  /// How long an alert has no further cause before it is over.
  package var resolveAfter = Duration.seconds(15 * 60)
  /// What comes back within this time after it was resolved is the same alert, and has to be quiet for twice as long the next time.
  package var reopenWithin = Duration.seconds(3600)
  /// In this order; the first that matches decides, and further ones after `continues`. Without any, every receiver is told everything.
  package var routes: [AlertRoute] = []
  package var inhibitions: [Inhibition] = []
  package var maintenance: [MaintenanceWindow] = []
  package var labels: [LabelRule] = []
  /// Messages of one scope to one receiver within `stormInterval` before the rest folds into a digest.
  package var stormMessagesMax = 20
  package var stormInterval = Duration.seconds(60)
  /// All receivers' names, for where there is no route.
  package var receivers: [String] = []
  /// Where the console is, without a slash at the end; nil where there is none to link to.
  package var console: String?

  /// Quiet times double at most so often.
  package static let reopenedMax: Int32 = 3

  package init() {}
}

/// Who is told of what.
package struct AlertRoute: Sendable, Hashable {
  package let matchers: [AlertMatcher]
  package let receivers: [String]
  /// Whether routes behind it are looked at as well.
  package let continues: Bool
  /// Who is told as well when nobody has acknowledged it in time.
  package let escalation: Escalation?

  package struct Escalation: Sendable, Hashable {
    package let after: Duration
    package let receivers: [String]

    package init(after: Duration, receivers: [String]) {
      self.after = after
      self.receivers = receivers
    }
  }

  package init(
    matchers: [AlertMatcher], receivers: [String], continues: Bool = false, escalation: Escalation? = nil
  ) {
    self.matchers = matchers
    self.receivers = receivers
    self.continues = continues
    self.escalation = escalation
  }
}

/// While an alert that matches `source` goes on, those that match `target` and have the same `equal` labels are kept quiet.
package struct Inhibition: Sendable, Hashable {
  package let source: [AlertMatcher]
  package let target: [AlertMatcher]
  package let equal: [String]

  package init(source: [AlertMatcher], target: [AlertMatcher], equal: [String]) {
    self.source = source
    self.target = target
    self.equal = equal
  }
}

/// Labels that alerts get which match: for routes, silences and receivers.
package struct LabelRule: Sendable, Hashable {
  package let matchers: [AlertMatcher]
  package let labels: [String: String]

  package init(matchers: [AlertMatcher], labels: [String: String]) {
    self.matchers = matchers
    self.labels = labels
  }
}

extension AlertRules {
  /// What matchers see of an alert, and what receivers are told.
  package func labels(of alert: Alert, in scope: AlertScope) -> [String: String] {
    var all = Dictionary(alert.subject.fields.map { ($0.name, $0.value) }) { first, _ in first }
    all["detector"] = alert.key.detector
    all["severity"] = alert.severity.rawValue
    if let tenant = scope.tenant { all["tenant"] = tenant }
    for rule in labels where rule.matchers.match(all) {
      all.merge(rule.labels) { own, _ in own }
    }
    return all
  }
}
