package import AuditModel

/// Where an alert stands in its life.
package enum AlertState: String, Sendable, Hashable, CaseIterable {
  /// Can become anything else.
  case firing
  /// Somebody looks after it. Fires again only when it gets worse, or after it was resolved.
  case acknowledged
  /// A silence, a maintenance window or another alert keeps it quiet. Fires when that ends and it still goes on.
  case silenced
  /// It is over. Fires again when there is another cause.
  case resolved
}

/// What a message tells of.
package enum AlertEvent: String, Sendable, Hashable, CaseIterable {
  case firing, acknowledged, silenced, resolved
  /// Nobody has acknowledged it in time.
  case escalated
  /// Many transitions at once, in one message.
  case digest
  /// The dead man's switch: all is well as long as these come.
  case heartbeat
  /// Somebody tries a receiver.
  case test
}

/// Findings of one detector about one subject, from the first to the last, and what was told about them.
package struct Alert: Sendable, Hashable {
  /// Counted from 1 within its scope.
  package let id: Int64
  package let key: AlertKey
  package var subject: AlertSubject
  package var state: AlertState
  /// The worst of its findings since it fires.
  package var severity: AlertSeverity
  package var score: Double
  /// Of the finding with the highest score.
  package var summary: String
  package var evidence: String
  /// When what it tells of began and was seen last, by the records' clock.
  package var since: RecordTime
  package var lastAt: RecordTime
  /// The same by ours: since when it fires, and when its latest cause was taken.
  package var firingSince: RecordTime
  package var lastSeen: RecordTime
  package var findings: Int64
  /// How many transitions there were: the number of the latest one.
  package var transitions: Int32 = 0
  /// How often it came back soon after it was resolved; each time it has to be quiet for longer.
  package var reopened: Int32 = 0
  package var isAcknowledged = false
  package var isEscalated = false
  /// The log of what each receiver was told last.
  package var told: [String: Told] = [:]

  /// What a receiver was told last of an alert.
  package struct Told: Sendable, Hashable {
    package let event: AlertEvent
    package let severity: AlertSeverity
    /// Within a digest, without its name: so its end is told in a digest too.
    package let isFolded: Bool

    package init(event: AlertEvent, severity: AlertSeverity, isFolded: Bool) {
      self.event = event
      self.severity = severity
      self.isFolded = isFolded
    }
  }

  package init(
    id: Int64, key: AlertKey, subject: AlertSubject, state: AlertState, severity: AlertSeverity, score: Double,
    summary: String, evidence: String, since: RecordTime, lastAt: RecordTime, firingSince: RecordTime,
    lastSeen: RecordTime, findings: Int64
  ) {
    self.id = id
    self.key = key
    self.subject = subject
    self.state = state
    self.severity = severity
    self.score = score
    self.summary = summary
    self.evidence = evidence
    self.since = since
    self.lastAt = lastAt
    self.firingSince = firingSince
    self.lastSeen = lastSeen
    self.findings = findings
  }

  package var isActive: Bool { state != .resolved }
}

/// One step in an alert's life, as it is stored.
package struct AlertTransition: Sendable, Hashable {
  package let alert: Int64
  /// Counts an alert's transitions from 1.
  package let number: Int32
  package let at: RecordTime
  package let event: AlertEvent
  package let state: AlertState
  package let severity: AlertSeverity
  /// Who or what did it: a person, a silence, another alert; nil where it came by itself.
  package let by: String?
  package let note: String?

  package init(
    alert: Int64, number: Int32, at: RecordTime, event: AlertEvent, state: AlertState, severity: AlertSeverity,
    by: String?, note: String?
  ) {
    self.alert = alert
    self.number = number
    self.at = at
    self.event = event
    self.state = state
    self.severity = severity
    self.by = by
    self.note = note
  }
}

extension Alert {
  /// What tells this alert, whenever it comes back, from others.
  package var matchers: [AlertMatcher] {
    let sign = key.group.firstIndex(of: "=")
    let label = sign.map { String(key.group[..<$0]) } ?? ""
    let own: [AlertMatcher]
    switch label {
    case "actor":
      // The finding may name the user or the client only.
      let name = subject.actor != nil ? "actor" : subject.user != nil ? "user" : "client"
      own = [AlertMatcher(name, .equal, subject.actor ?? subject.user ?? subject.client ?? "")]
    case "tool":
      own = [
        subject.server.map { AlertMatcher("server", .equal, $0) },
        subject.tool.map { AlertMatcher("tool", .equal, $0) },
      ].compactMap { $0 }
    case "server": own = [AlertMatcher("server", .equal, subject.server ?? "")]
    case "session": own = [AlertMatcher("session", .equal, subject.session ?? "")]
    // About the whole tenant: what is about somebody or something is another alert.
    default: own = ["actor", "server", "tool", "session"].map { AlertMatcher($0, .equal, "") }
    }
    return [AlertMatcher("detector", .equal, key.detector)] + own
  }
}
