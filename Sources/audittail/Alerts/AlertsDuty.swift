import AuditAlert
import AuditModel
import AuditStore

/// Makes alerts of what was found and of the passing of time, for every tenant and for the installation.
///
/// Everything it knows stands in the database, so that the next leader goes on where this one ends; only since when it looks is its own.
struct AlertsDuty: Duty {
  private let lead: Lead
  private let watch: InstallationWatch

  init(_ lead: Lead) {
    self.lead = lead
    watch = InstallationWatch(store: lead.store, silentAfter: lead.alerting.setup.collectorSilent)
  }

  func pass() async throws -> DutyPass {
    try await watch.look()
    let scopes = [AlertScope.installation] + (try await lead.store.tenants()).map(AlertScope.tenant)
    var hasMore = false
    for scope in scopes {
      guard try await lead.store.hasAlertWork(scope, now: .now) else { continue }
      let progress = try await lead.store.stepAlerts(
        of: scope, as: lead.epoch, lead.alerting.setup.pipeline, now: .now, watchingSince: lead.since)
      if progress.planned > 0 { lead.alerting.bell.ring(scope) }
      hasMore = hasMore || progress.hasMore
    }
    return hasMore ? .more : .idle
  }
}
