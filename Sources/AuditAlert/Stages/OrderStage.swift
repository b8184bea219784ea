import AuditModel

/// What people said: it is being looked after, or it is over.
struct OrderStage: AlertStage {
  func apply(to draft: inout AlertDraft) {
    for order in draft.orders {
      switch order {
      case .acknowledge(let id, let by, let note):
        guard let place = Self.place(of: id, draft), draft.entries[place].alert.isActive else { continue }
        draft.entries[place].alert.isAcknowledged = true
        (draft.entries[place].by, draft.entries[place].note) = (by, note)
      case .resolve(let id, let by, let note):
        guard let place = Self.place(of: id, draft), draft.entries[place].alert.isActive else { continue }
        draft.entries[place].isOver = true
        (draft.entries[place].by, draft.entries[place].note) = (by, note)
      }
    }
  }

  private static func place(of id: Int64, _ draft: AlertDraft) -> Int? {
    draft.entries.firstIndex { $0.alert.id == id }
  }
}
