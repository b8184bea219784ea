import AuditModel

/// From what was found out to the state that follows, and the transition that leads there.
struct TransitionStage: AlertStage {
  func apply(to draft: inout AlertDraft) {
    for place in draft.entries.indices {
      var entry = draft.entries[place]
      let state = Self.state(&entry)
      let event = Self.event(state, entry)
      entry.alert.state = state
      if let event {
        entry.alert.transitions += 1
        if state == .firing, event == .firing { entry.alert.firingSince = draft.now }
        let by = state == .silenced ? entry.quiet?.by : entry.by
        let note = state == .silenced ? entry.quiet?.note : entry.note
        entry.events.append(
          AlertTransition(
            alert: entry.alert.id, number: entry.alert.transitions, at: draft.now, event: event, state: state,
            severity: entry.alert.severity, by: by, note: note))
      }
      draft.entries[place] = entry
    }
  }

  private static func state(_ entry: inout AlertDraft.Entry) -> AlertState {
    if entry.isOver || !entry.alert.isActive && !entry.isRaised {
      entry.alert.isAcknowledged = false
      return .resolved
    }
    // Who looks after a warning should hear that it has become critical.
    if entry.isWorse, entry.by == nil { entry.alert.isAcknowledged = false }
    if entry.quiet != nil { return .silenced }
    return entry.alert.isAcknowledged ? .acknowledged : .firing
  }

  private static func event(_ state: AlertState, _ entry: AlertDraft.Entry) -> AlertEvent? {
    let before = entry.before?.state ?? .resolved
    switch state {
    case .firing: return before != .firing || entry.isWorse ? .firing : nil
    case .acknowledged: return before != .acknowledged ? .acknowledged : nil
    case .silenced: return before != .silenced ? .silenced : nil
    case .resolved: return before != .resolved ? .resolved : nil
    }
  }
}
