import AuditModel

/// An alert is over when nothing was found for a while; for longer each time it came back, so that it does not flap.
struct ResolveStage: AlertStage {
  let rules: AlertRules

  /// How long nothing may be found.
  func quiet(_ alert: Alert) -> Duration {
    rules.resolveAfter * (1 << Int(min(max(0, alert.reopened), AlertRules.reopenedMax)))
  }

  func apply(to draft: inout AlertDraft) {
    // An incident of the installation ends when whoever told of it says so.
    if draft.scope == .installation { return }
    for place in draft.entries.indices {
      let entry = draft.entries[place]
      guard entry.alert.isActive, !entry.isRaised, !entry.isOver else { continue }
      let end = max(entry.alert.lastSeen, draft.watchingSince).advanced(by: quiet(entry.alert))
      if end <= draft.now { draft.entries[place].isOver = true }
    }
  }
}
