import AuditModel

/// Plans the deliveries. Past a number of messages in an interval the rest is counted, and leaves as one digest when the interval ends.
struct FoldStage: AlertStage {
  let rules: AlertRules

  func apply(to draft: inout AlertDraft) {
    closeWindows(&draft)
    for message in draft.messages { plan(message, &draft) }
    for entry in draft.entries where entry.before != entry.alert { draft.step.alerts.append(entry.alert) }
    draft.step.transitions = draft.entries.flatMap(\.events).sorted { ($0.alert, $0.number) < ($1.alert, $1.number) }
    draft.step.windows = draft.changedWindows.sorted().compactMap { draft.windows[$0] }
    noteTimes(&draft)
  }

  private func plan(_ message: AlertDraft.Message, _ draft: inout AlertDraft) {
    let transition = message.transition
    let alert = draft.entries[message.entry].alert
    guard !message.receivers.isEmpty else { return }
    let id = "msg_\(draft.identity)_\(alert.id)_\(transition.number)"
    let body = AlertMessage(
      alert, transition, severityBefore: draft.entries[message.entry].before?.severity, rules: rules,
      scope: draft.scope,
      identity: draft.identity
    ).json
    for receiver in message.receivers {
      let folds = folds(alert, transition.event, for: receiver, &draft)
      draft.entries[message.entry].alert.told[receiver] = Alert.Told(
        event: transition.event, severity: transition.severity, isFolded: folds)
      draft.step.deliveries.append(
        PlannedDelivery(
          receiver: receiver, messageID: id, alert: alert.id, transition: transition.number, event: transition.event,
          body: body, isFolded: folds))
    }
  }

  /// What was told by its name is also ended by its name, or an incident would stay open at the receiver for ever. There are not more of
  /// these than there were messages before.
  private func folds(
    _ alert: Alert, _ event: AlertEvent, for receiver: String, _ draft: inout AlertDraft
  ) -> Bool {
    var window = draft.windows[receiver] ?? StormWindow(receiver: receiver, openedAt: draft.now)
    defer {
      draft.windows[receiver] = window
      draft.changedWindows.insert(receiver)
    }
    let isFollowUp = event == .resolved || event == .acknowledged || event == .silenced
    if isFollowUp, alert.told[receiver]?.isFolded == false { return false }
    let kind = FoldedKind(detector: alert.key.detector, severity: alert.severity, event: event)
    if isFollowUp || window.sent >= rules.stormMessagesMax {
      window.folded[kind, default: 0] += 1
      return true
    }
    window.sent += 1
    return false
  }

  /// Windows whose time is over: what was folded leaves as a digest.
  private func closeWindows(_ draft: inout AlertDraft) {
    for (receiver, window) in draft.windows.sorted(by: { $0.key < $1.key })
    where window.openedAt.advanced(by: rules.stormInterval) <= draft.now {
      if !window.folded.isEmpty {
        draft.step.lastMessage += 1
        let id = "msg_\(draft.identity)_d\(draft.step.lastMessage)"
        let digest = DigestMessage(
          at: draft.now, scope: draft.scope, window: window, console: rules.console)
        draft.step.deliveries.append(
          PlannedDelivery(
            receiver: receiver, messageID: id, alert: nil, transition: nil, event: .digest, body: digest.json,
            isFolded: false))
      }
      draft.windows[receiver] = StormWindow(receiver: receiver, openedAt: draft.now)
      if window.sent > 0 || !window.folded.isEmpty { draft.changedWindows.insert(receiver) }
    }
  }

  private func noteTimes(_ draft: inout AlertDraft) {
    for entry in draft.entries where entry.alert.isActive {
      let alert = entry.alert
      if draft.scope != .installation {
        let quiet = ResolveStage(rules: rules).quiet(alert)
        draft.due(max(alert.lastSeen, draft.watchingSince).advanced(by: quiet))
      }
      if let until = entry.quiet?.until { draft.due(until) }
      if alert.state == .firing, !alert.isEscalated,
        let after = RouteStage(rules: rules).routes(of: alert, in: draft.scope).compactMap(\.escalation?.after).min()
      {
        draft.due(alert.firingSince.advanced(by: after))
      }
    }
    for window in draft.windows.values where !window.folded.isEmpty {
      draft.due(window.openedAt.advanced(by: rules.stormInterval))
    }
  }
}
