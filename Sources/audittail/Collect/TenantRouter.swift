import AuditConfig
import AuditModel
import AuditSource

/// Whose records a log file holds, and what its server is called.
struct TenantRouter: Sendable {
  let pattern: NamespacePattern
  /// What `--tenant` or `collector.tenant` says, for what nothing else decides.
  let fallback: TenantID?

  /// A pod's namespace decides; one that maps to no tenant goes to the quarantine, unless a tenant was named for such cases.
  func tenant(of path: String) -> TenantID {
    guard let pod = PodLogPath(path) else { return fallback ?? .unnamed }
    return pattern.tenant(inNamespace: pod.namespace) ?? fallback ?? .quarantine
  }

  func server(of path: String) -> [UInt8]? {
    PodLogPath(path).map { Array($0.container.utf8) }
  }
}
