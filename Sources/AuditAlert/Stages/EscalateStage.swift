import AuditModel

/// When nobody acknowledges an alert in time, others are told.
struct EscalateStage: AlertStage {
  let rules: AlertRules

  func apply(to draft: inout AlertDraft) {
    for place in draft.entries.indices {
      let alert = draft.entries[place].alert
      guard alert.state == .firing, !alert.isEscalated,
        let escalation = RouteStage(rules: rules).routes(of: alert, in: draft.scope).compactMap(\.escalation).min(by: {
          $0.after < $1.after
        })
      else { continue }
      let time = alert.firingSince.advanced(by: escalation.after)
      guard time <= draft.now else { continue }
      draft.entries[place].alert.isEscalated = true
      draft.entries[place].alert.transitions += 1
      draft.entries[place].events.append(
        AlertTransition(
          alert: alert.id, number: alert.transitions + 1, at: draft.now, event: .escalated, state: .firing,
          severity: alert.severity, by: nil, note: "nobody has acknowledged it"))
    }
  }
}
