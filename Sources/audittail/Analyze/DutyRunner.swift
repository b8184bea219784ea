import AuditStore
import Logging
import Postgres

/// Runs one duty for one leadership: a pass when it is called for, and at the latest after its interval.
struct DutyRunner: Sendable {
  let plan: DutyPlan
  let lead: Lead

  /// Returns when it is cancelled.
  /// - Throws: `LeadershipLost`; anything else that goes wrong is tried again.
  func run() async throws {
    let duty = try plan.make(lead)
    lead.wakes.wake(plan.name)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        while !Task.isCancelled {
          try? await Task.sleep(for: plan.interval)
          lead.wakes.wake(plan.name)
        }
      }
      group.addTask {
        var trouble = DutyTrouble(plan.name, lead.logger)
        for await _ in lead.wakes.calls(for: plan.name) { try await passes(of: duty, &trouble) }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Passes until nothing is left to do.
  private func passes(of duty: any Duty, _ trouble: inout DutyTrouble) async throws {
    while !Task.isCancelled {
      do {
        let outcome = try await duty.pass()
        trouble.end()
        if outcome == .idle { return }
      } catch let lost as LeadershipLost {
        throw lost
      } catch {
        if Task.isCancelled { return }
        try? await Task.sleep(for: trouble.delay(after: error))
      }
    }
  }
}

/// What is said when a duty does not get on: once when that begins, and once when it is over.
struct DutyTrouble {
  private let name: String
  private let logger: Logger
  private var backoff = Backoff()
  private var said: String?

  init(_ name: String, _ logger: Logger) {
    (self.name, self.logger) = (name, logger)
  }

  mutating func delay(after error: any Error) -> Duration {
    let text = "\(error)"
    if said != text {
      let isTransient = (error as? PostgresError)?.isTransient ?? false
      logger.log(
        level: isTransient ? .warning : .error, "A duty of the analyzer does not get on; trying again.",
        metadata: ["duty": "\(name)", "error": "\(text)"])
    }
    said = text
    return backoff.next()
  }

  mutating func end() {
    guard said != nil else { return }
    logger.notice("A duty of the analyzer gets on again.", metadata: ["duty": "\(name)"])
    said = nil
    backoff.reset()
  }
}
