import AuditDetect
import AuditModel
import AuditStore
import Postgres

/// Walks the ledgers of the tenants of one lane, one step each in turn, so that nobody waits for a large one.
actor WalkDuty: Duty {
  private let lead: Lead
  private let lane: Int
  private let lanes: Int
  private let geo: GeoDatabase?
  private var walks: [TenantID: Walk] = [:]
  private var order: [TenantID] = []
  private var listed: ContinuousClock.Instant?
  private var lookAgain = ContinuousClock.now

  private struct Walk {
    let walk: TenantWalk
    var trouble: DutyTrouble
    var notBefore = ContinuousClock.now
  }

  /// Between two looks at a ledger.
  static let interval = Duration.milliseconds(250)
  /// Between two looks at which tenants there are.
  private static let listInterval = Duration.seconds(1)
  /// Looking costs at most this share of the time, as far as findings can wait for it.
  private static let lookShare = 20
  private static let lookPauseMax = Duration.milliseconds(750)

  static func plan(lane: Int, of lanes: Int, geo: GeoDatabase?) -> DutyPlan {
    DutyPlan(name: "walk-\(lane + 1)", interval: interval) { WalkDuty($0, lane: lane, of: lanes, geo: geo) }
  }

  init(_ lead: Lead, lane: Int, of lanes: Int, geo: GeoDatabase?) {
    (self.lead, self.lane, self.lanes, self.geo) = (lead, lane, lanes, geo)
  }

  func pass() async throws -> DutyPass {
    let began = ContinuousClock.now
    if began < lookAgain { return .idle }
    try await list(began)
    var outcome = DutyPass.idle
    for tenant in order where !Task.isCancelled {
      guard let known = walks[tenant], known.notBefore <= .now else { continue }
      do {
        if try await known.walk.pass() == .more { outcome = .more }
        walks[tenant]?.trouble.end()
      } catch let error as LeadershipLost {
        throw error
      } catch let error as PostgresError where error.concernsConnection {
        throw error
      } catch {
        // This tenant's own trouble; the others go on.
        if let delay = walks[tenant]?.trouble.delay(after: error) { walks[tenant]?.notBefore = .now + delay }
      }
    }
    if outcome == .idle { lookAgain = .now + min((ContinuousClock.now - began) * Self.lookShare, Self.lookPauseMax) }
    return outcome
  }

  private func list(_ now: ContinuousClock.Instant) async throws {
    if let listed, now - listed < Self.listInterval { return }
    order = try await lead.store.tenants().filter { tenant in
      tenant.schemaName.utf8.reduce(0) { $0 &+ Int($1) } % lanes == lane
    }
    for tenant in order where walks[tenant] == nil {
      walks[tenant] = Walk(
        walk: TenantWalk(tenant, lead, geo: geo), trouble: DutyTrouble("walk of \(tenant)", lead.logger))
    }
    listed = now
  }
}

extension PostgresError {
  /// Whether no statement at all gets on, whosever it is.
  fileprivate var concernsConnection: Bool {
    switch kind {
    case .connectionFailed, .connectionLost, .sessionClosed, .badURL: true
    case .server(let state): state.classCode == "57" || state.classCode == "08"
    case .deadlineExceeded, .unexpectedResult: false
    }
  }
}
