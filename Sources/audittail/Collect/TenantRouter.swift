import AuditConfig
import AuditModel
import AuditSource

/// Whose records a log file holds, and what its server is called.
struct TenantRouter: Sendable {
  let pattern: NamespacePattern
  /// What `--tenant` or `collector.tenant` says, for what nothing else decides.
  let fallback: TenantID?

  /// A pod's namespace decides; one that maps to no tenant goes to the quarantine, unless a tenant was named for such cases. So does a pod
  /// whose path does not tell the namespace.
  func tenant(of path: String) -> TenantID {
    guard let container = ContainerLogPath(path), container.namesPod else { return fallback ?? .unnamed }
    return container.namespace.flatMap { pattern.tenant(inNamespace: $0) } ?? fallback ?? .quarantine
  }

  func server(of path: String) -> [UInt8]? {
    ContainerLogPath(path)?.container.map { Array($0.utf8) }
  }
}
