import AuditModel

/// Causes of one detector about one subject are one alert; what comes back soon is the same one.
struct GroupStage: AlertStage {
  let rules: AlertRules

  func apply(to draft: inout AlertDraft) {
    for cause in draft.causes {
      guard let place = draft.place(of: cause.key) else {
        if !cause.isEnd { draft.add(Self.entry(cause, &draft)) }
        continue
      }
      let alert = draft.entries[place].alert
      if cause.isEnd {
        if alert.isActive || draft.entries[place].isRaised { draft.entries[place].isOver = true }
      } else if alert.isActive || draft.entries[place].isRaised {
        Self.merge(cause, into: &draft.entries[place], now: draft.now)
      } else if alert.lastSeen.advanced(by: quiet(alert) + rules.reopenWithin) > draft.now {
        Self.reopen(&draft.entries[place], by: cause, now: draft.now)
      } else {
        draft.replace(place, by: Self.entry(cause, &draft))
      }
    }
  }

  private func quiet(_ alert: Alert) -> Duration { ResolveStage(rules: rules).quiet(alert) }

  private static func entry(_ cause: AlertCause, _ draft: inout AlertDraft) -> AlertDraft.Entry {
    draft.step.lastAlert += 1
    let alert = Alert(
      id: draft.step.lastAlert, key: cause.key, subject: cause.subject, state: .resolved, severity: cause.severity,
      score: cause.score, summary: cause.summary, evidence: cause.evidence, since: cause.since, lastAt: cause.at,
      firingSince: draft.now, lastSeen: draft.now, findings: 1)
    var entry = AlertDraft.Entry(alert: alert, before: nil)
    entry.isRaised = true
    return entry
  }

  private static func merge(_ cause: AlertCause, into entry: inout AlertDraft.Entry, now: RecordTime) {
    if cause.severity > entry.alert.severity {
      entry.isWorse = true
      entry.alert.severity = cause.severity
    }
    if cause.score > entry.alert.score {
      (entry.alert.score, entry.alert.summary, entry.alert.evidence) = (cause.score, cause.summary, cause.evidence)
    }
    entry.alert.subject = entry.alert.subject.common(with: cause.subject)
    entry.alert.lastAt = max(entry.alert.lastAt, cause.at)
    entry.alert.lastSeen = now
    entry.alert.findings += 1
    entry.isRaised = true
    entry.isOver = false
  }

  private static func reopen(_ entry: inout AlertDraft.Entry, by cause: AlertCause, now: RecordTime) {
    entry.alert.severity = cause.severity
    (entry.alert.score, entry.alert.summary, entry.alert.evidence) = (cause.score, cause.summary, cause.evidence)
    entry.alert.subject = cause.subject
    entry.alert.since = cause.since
    entry.alert.lastAt = cause.at
    entry.alert.firingSince = now
    entry.alert.lastSeen = now
    entry.alert.findings += 1
    entry.alert.reopened += 1
    entry.alert.isAcknowledged = false
    entry.alert.isEscalated = false
    entry.isRaised = true
  }
}

extension AlertSubject {
  /// What both are about: an alert over several tools of one actor names the actor.
  func common(with other: AlertSubject) -> AlertSubject {
    AlertSubject(
      actor: actor == other.actor ? actor : nil, user: user == other.user ? user : nil,
      client: client == other.client ? client : nil, server: server == other.server ? server : nil,
      tool: tool == other.tool ? tool : nil,
      session: session == other.session ? session : nil)
  }
}
