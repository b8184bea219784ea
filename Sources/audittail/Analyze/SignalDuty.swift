import AuditConfig
import AuditModel
import AuditStore
import Postgres

/// Moves what collectors added to the golden signals into minutes, hours and days, adds up who used what, and takes away what is older
/// than `signals.keep`; one tenant after the other, a bounded portion of each in turn.
actor SignalDuty: Duty {
  private let lead: Lead
  private var troubles: [TenantID: DutyTrouble] = [:]
  private var pruned: [TenantID: Day] = [:]

  static func plan(_ configuration: Configuration) -> DutyPlan {
    DutyPlan(name: "signals", interval: configuration.signals.compactEvery) { SignalDuty($0) }
  }

  init(_ lead: Lead) { self.lead = lead }

  func pass() async throws -> DutyPass {
    var outcome = DutyPass.idle
    for tenant in try await lead.store.tenants() where !Task.isCancelled {
      do {
        if try await pass(tenant) == .more { outcome = .more }
        troubles[tenant]?.end()
      } catch let error as LeadershipLost {
        throw error
      } catch let error as PostgresError where error.sqlState == nil {
        throw error
      } catch {
        // This tenant's own trouble; the others go on, and it has its turn when the duty comes again.
        _ = troubles[tenant, default: DutyTrouble("signals of \(tenant)", lead.logger)].delay(after: error)
      }
    }
    return outcome
  }

  private func pass(_ tenant: TenantID) async throws -> DutyPass {
    let now = RecordTime.now
    let moved = try await lead.store.compactSignals(of: tenant, now: now, under: lead.epoch)
    let batches = try await lead.store.addUsage(of: tenant, under: lead.epoch)
    if pruned[tenant] != now.day {
      let keepFrom = now.advanced(by: .zero - lead.configuration.signals.keep)
      _ = try await lead.store.pruneSignals(of: tenant, before: keepFrom, under: lead.epoch)
      pruned[tenant] = now.day
    }
    return moved == Store.compactedDeltasMax || batches == Store.usageBatchesMax ? .more : .idle
  }
}
