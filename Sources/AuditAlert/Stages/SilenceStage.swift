import AuditModel

/// Silences and maintenance windows keep quiet what matches them, until they end.
struct SilenceStage: AlertStage {
  let rules: AlertRules

  func apply(to draft: inout AlertDraft) {
    let silences = draft.silences.filter { $0.holds(at: draft.now) }
    let windows = rules.maintenance.compactMap { window in window.end(at: draft.now).map { (window, $0) } }
    guard !silences.isEmpty || !windows.isEmpty else { return }
    for place in draft.entries.indices {
      let entry = draft.entries[place]
      guard entry.alert.isActive || entry.isRaised, !entry.isOver, entry.quiet == nil else { continue }
      let labels = rules.labels(of: entry.alert, in: draft.scope)
      if let silence = silences.filter({ $0.matchers.match(labels) }).max(by: { $0.until < $1.until }) {
        draft.entries[place].quiet = (silence.author, silence.reason, silence.until)
      } else if let (window, end) = windows.filter({ $0.0.matchers.match(labels) }).max(by: { $0.1 < $1.1 }) {
        draft.entries[place].quiet = (window.author, "\(window.name): \(window.reason)", end)
      }
    }
  }
}
