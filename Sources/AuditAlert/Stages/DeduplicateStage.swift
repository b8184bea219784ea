/// A receiver is not told twice what it was told last, nor of the end of what it never heard of.
struct DeduplicateStage: AlertStage {
  func apply(to draft: inout AlertDraft) {
    for index in draft.messages.indices {
      let message = draft.messages[index]
      let told = draft.entries[message.entry].alert.told
      draft.messages[index].receivers.removeAll { receiver in
        let last = told[receiver]
        switch message.transition.event {
        case .resolved, .acknowledged, .silenced:
          return last == nil || last?.event == .resolved || last?.event == message.transition.event
        case .firing, .escalated:
          return last?.event == message.transition.event && last?.severity == message.transition.severity
        case .digest, .heartbeat, .test: return false
        }
      }
    }
  }
}
