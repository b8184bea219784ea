import AuditModel

/// Who is told of which transition.
struct RouteStage: AlertStage {
  let rules: AlertRules

  /// The routes that an alert takes: the first that matches, and further ones while they continue.
  func routes(of alert: Alert, in scope: AlertScope) -> [AlertRoute] {
    if rules.routes.isEmpty { return [AlertRoute(matchers: [], receivers: rules.receivers)] }
    let labels = rules.labels(of: alert, in: scope)
    var taken: [AlertRoute] = []
    for route in rules.routes where route.matchers.match(labels) {
      taken.append(route)
      if !route.continues { break }
    }
    return taken
  }

  func apply(to draft: inout AlertDraft) {
    for place in draft.entries.indices {
      let entry = draft.entries[place]
      guard !entry.events.isEmpty else { continue }
      let routes = routes(of: entry.alert, in: draft.scope)
      for transition in entry.events {
        var receivers: [String] = []
        func add(_ names: [String]) { receivers += names.filter { !receivers.contains($0) } }
        switch transition.event {
        case .escalated: add(routes.compactMap(\.escalation).flatMap(\.receivers))
        case .firing: add(routes.flatMap(\.receivers))
        // Whoever was told of it is told how it goes on, whatever the routes say by now.
        case .acknowledged, .silenced, .resolved: add(entry.alert.told.keys.sorted())
        case .digest, .heartbeat, .test: break
        }
        // Whoever was called in by an escalation stays in.
        if transition.event == .firing { add(entry.alert.told.filter { $0.value.event != .resolved }.keys.sorted()) }
        draft.messages.append(AlertDraft.Message(entry: place, transition: transition, receivers: receivers))
      }
    }
  }
}
