import AuditKubernetes
import AuditModel
import AuditSource

/// Decides whose records a pod's log holds, where a label of the pod says so. What was decided once is never decided again.
struct PodTenancy: Sendable {
  enum Outcome: Sendable, Hashable {
    case tenant(TenantID)
    /// The API server did not tell of the pod yet; the log file keeps its lines meanwhile.
    case undecided
    /// The label's value is no name of a tenant.
    case quarantined(value: String)
  }

  /// How long a pod is waited for.
  private let wait: Duration
  private let directory: PodDirectory?
  /// Nil: no label decides, and only what was decided earlier counts.
  private let label: String?
  /// By the pods' uids.
  private(set) var decided: [String: TenantID]
  private var firstSeen: [String: ContinuousClock.Instant] = [:]

  /// - Parameter directory: nil where no API server is asked.
  init(label: String?, wait: Duration, directory: PodDirectory?, decided: [String: TenantID]) {
    self.label = label
    self.wait = wait
    self.directory = directory
    self.decided = decided
  }

  var decides: Bool { label != nil }

  /// Whether the pod was asked about before.
  func hasSeen(_ uid: String) -> Bool { firstSeen[uid] != nil }

  /// - Parameter byNamespace: what its namespace says.
  mutating func outcome(for uid: String, byNamespace: TenantID, now: ContinuousClock.Instant) -> Outcome {
    if let tenant = decided[uid] { return .tenant(tenant) }
    guard label != nil, let directory else { return .tenant(byNamespace) }
    let seen = firstSeen[uid] ?? now
    firstSeen[uid] = seen
    guard let pod = directory[uid] else { return now - seen < wait ? .undecided : .tenant(byNamespace) }
    guard let value = pod.tenantLabel else { return .tenant(byNamespace) }
    return TenantID(value).map { .tenant($0) } ?? .quarantined(value: value)
  }

  mutating func note(_ tenant: TenantID, for uid: String) {
    decided[uid] = tenant
    firstSeen[uid] = nil
  }
}
