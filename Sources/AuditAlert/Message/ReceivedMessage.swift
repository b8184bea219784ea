package import AuditModel

/// A message as a format needs it: read back from the body that was stored.
package struct ReceivedMessage: Sendable {
  package let id: String
  /// The bytes of the generic webhook.
  package let body: String
  package let event: AlertEvent
  package let timestamp: RecordTime
  package let severity: AlertSeverity
  package let severityBefore: AlertSeverity?
  package let tenant: String?
  /// The same for all messages about one alert; nil where there is none.
  package let key: String?
  package let detector: String?
  package let subject: [(name: String, value: String)]
  package let labels: [(name: String, value: String)]
  package let summary: String
  package let unusual: String?
  package let since: String
  package let last: String
  package let firingSince: String?
  package let findings: Int64?
  package let next: String
  package let by: String?
  package let note: String?
  package let console: String?
  package let evidence: JSONValue?
  /// Of a digest, each in words.
  package let counts: [String]

  /// Nil where the body is none of ours.
  package init?(id: String, body: String) {
    guard let root = JSONValue(body), let data = root["data"],
      let event = data["event"]?.string.flatMap(AlertEvent.init(rawValue:)),
      let timestamp = root["timestamp"]?.string.flatMap({ RecordTime(rfc3339: $0) })
    else { return nil }
    self.id = id
    self.body = body
    self.event = event
    self.timestamp = timestamp
    severity = data["severity"]?.string.flatMap(AlertSeverity.init(rawValue:)) ?? .info
    severityBefore = data["severityBefore"]?.string.flatMap(AlertSeverity.init(rawValue:))
    tenant = data["tenant"]?.string
    key = data["key"]?.string
    detector = data["detector"]?.string
    subject = data["subject"]?.texts ?? []
    labels = data["labels"]?.texts ?? []
    summary = data["summary"]?.string ?? ""
    unusual = data["unusual"]?["text"]?.string
    since = data["since"]?.string ?? ""
    last = data["last"]?.string ?? ""
    firingSince = data["firingSince"]?.string
    findings = data["findings"]?.int
    next = data["next"]?.string ?? ""
    by = data["by"]?.string
    note = data["note"]?.string
    console = data["console"]?.string
    evidence = data["evidence"]
    if case .array(let counts)? = data["counts"] {
      self.counts = counts.map { count in
        let words = ["count", "severity", "detector", "event"].compactMap { name in
          count[name]?.string ?? count[name]?.int.map { "\($0)" }
        }
        return words.joined(separator: " ")
      }
    } else {
      counts = []
    }
  }

  /// Whether the alert goes on after this.
  package var isActive: Bool {
    switch event {
    case .firing, .acknowledged, .escalated, .digest, .heartbeat, .test: true
    case .silenced, .resolved: false
    }
  }

  package var subjectWords: String { subject.map { "\($0.name) \($0.value)" }.joined(separator: ", ") }
}
