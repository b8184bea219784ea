/// While one alert goes on, others that it explains are kept quiet.
struct InhibitStage: AlertStage {
  let rules: AlertRules

  func apply(to draft: inout AlertDraft) {
    guard !rules.inhibitions.isEmpty else { return }
    let labels = draft.entries.map { rules.labels(of: $0.alert, in: draft.scope) }
    let goesOn = draft.entries.map { ($0.alert.isActive || $0.isRaised) && !$0.isOver }
    for rule in rules.inhibitions {
      // By the labels that have to be the same, so that many alerts cost one look each.
      var sources: [[String]: [Int64]] = [:]
      for place in draft.entries.indices where goesOn[place] && rule.source.match(labels[place]) {
        sources[rule.equal.map { labels[place][$0] ?? "" }, default: []].append(draft.entries[place].alert.id)
      }
      for place in draft.entries.indices
      where goesOn[place] && draft.entries[place].quiet == nil && rule.target.match(labels[place]) {
        let own = draft.entries[place].alert.id
        // What matches both sides does not keep itself quiet, nor each other.
        guard !rule.source.match(labels[place]),
          let source = sources[rule.equal.map { labels[place][$0] ?? "" }]?.first(where: { $0 != own })
        else { continue }
        draft.entries[place].quiet = ("alert \(source)", "explained by alert \(source)", nil)
      }
    }
  }
}
