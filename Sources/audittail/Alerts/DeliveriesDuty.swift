import AuditAlert
import AuditDeliver
import AuditModel
import AuditStore

/// Sends what stands in the outboxes: a lane for each receiver, and one look-out that tells the lanes what is due.
///
/// One pass lasts as long as the leadership: what is being sent should not wait for the end of a bite.
struct DeliveriesDuty: Duty {
  private let lead: Lead

  init(_ lead: Lead) { self.lead = lead }

  private static let tick = Duration.milliseconds(25)
  /// Deliveries that other processes plan (an acknowledgement, a replay) are noticed after this time, or 20 times as long as looking takes.
  private static let lookInterval = Duration.seconds(2)

  func pass() async throws -> DutyPass {
    // A lane has a connection of its own, so that a look-out that waits holds up nobody.
    let setup = lead.alerting.setup
    let lanes = setup.receivers.map { settings in
      ReceiverLane(
        link: ReceiverLink(settings, guarding: setup.guarding), store: lead.store.another("audittail \(settings.name)"),
        setup: setup, epoch: lead.epoch, logger: lead.logger)
    }
    let outcome: Result<Void, any Error>
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for lane in lanes { group.addTask { try await lane.run() } }
        group.addTask { try await lookOut(lanes) }
        defer { group.cancelAll() }
        try await group.next()
      }
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    for lane in lanes {
      await lane.link.close()
      await lane.store.close()
    }
    try outcome.get()
    return .idle
  }

  private func lookOut(_ lanes: [ReceiverLane]) async throws {
    let times = Dictionary(lanes.map { ($0.link.settings.name, $0.due) }) { first, _ in first }
    var next = ContinuousClock.now
    while !Task.isCancelled {
      var scopes = lead.alerting.bell.take()
      let began = ContinuousClock.now
      let looksAtAll = began >= next
      if looksAtAll { scopes = Set([.installation] + (try await lead.store.tenants()).map(AlertScope.tenant)) }
      for scope in scopes {
        for (receiver, time) in try await lead.store.pendingDeliveries(of: scope) {
          if let due = times[receiver] {
            due.note(scope, time)
          } else {
            // Nobody has this name any more.
            try await lead.store.bury(receiver: receiver, of: scope)
          }
        }
      }
      if looksAtAll { next = .now + max(Self.lookInterval, (ContinuousClock.now - began) * 20) }
      try? await Task.sleep(for: Self.tick)
    }
  }
}
