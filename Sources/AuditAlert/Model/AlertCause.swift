package import AuditModel

/// What an alert is made of: a finding of a detector, or an incident of the installation itself.
package struct AlertCause: Sendable, Hashable {
  /// Its number among the findings of its tenant, or the incidents of the installation.
  package let number: Int64
  package let detector: String
  /// The time of the record that completed the evidence.
  package let at: RecordTime
  /// When what it tells of began.
  package let since: RecordTime
  package let subject: AlertSubject
  package let severity: AlertSeverity
  /// −log10 of the expected number of such findings a subject and 30 days when nothing is wrong.
  package let score: Double
  package let summary: String
  /// A JSON object; `{}` where there is none.
  package let evidence: String
  /// Whether it says that something is over, which only incidents do.
  package let isEnd: Bool

  package init(
    number: Int64, detector: String, at: RecordTime, since: RecordTime, subject: AlertSubject, severity: AlertSeverity,
    score: Double, summary: String, evidence: String = "{}", isEnd: Bool = false
  ) {
    self.number = number
    self.detector = detector
    self.at = at
    self.since = since
    self.subject = subject
    self.severity = severity
    self.score = score
    self.summary = summary
    self.evidence = evidence
    self.isEnd = isEnd
  }

  package var key: AlertKey { AlertKey(detector: detector, group: subject.group) }
}

/// What findings are grouped by, within a tenant.
package struct AlertKey: Sendable, Hashable {
  package let detector: String
  /// See `AlertSubject.group`.
  package let group: String

  package init(detector: String, group: String) {
    self.detector = detector
    self.group = group
  }
}

/// Whose alerts are meant: one tenant's, or those about audittail itself.
package enum AlertScope: Sendable, Hashable {
  case tenant(TenantID)
  case installation

  /// The tenant's name; nil for the installation.
  package var tenant: String? {
    switch self {
    case .tenant(let tenant): tenant.name
    case .installation: nil
    }
  }

  /// What stands in messages' ids and in lists. No tenant can have this name: it begins with a `-`.
  package var name: String { tenant ?? "-installation" }
}
