import AuditConfig
import AuditModel
import AuditSource
import AuditStore
import Logging

extension Collector {
  /// Whose records a log holds; nil where that is not known yet.
  func tenant(ofLog path: String) async throws -> TenantID? {
    let byNamespace = router.tenant(of: path)
    guard let pod = ContainerLogPath(path), let uid = pod.uid else { return byNamespace }
    if let decided = podTenancy.decided[uid] { return decided }
    guard podTenancy.decides else { return byNamespace }
    let tenant: TenantID
    if try await wasRead(uid, byNamespace) {
      tenant = byNamespace
    } else {
      switch podTenancy.outcome(for: uid, byNamespace: byNamespace, now: .now) {
      case .undecided: return nil
      case .tenant(let decided): tenant = decided
      case .quarantined(let value):
        tellQuarantine(of: pod, value)
        tenant = .quarantine
      }
    }
    // Before the first line is read: whoever starts again finds it.
    let held = try await store.decide(tenant, forPod: uid, collector: collector)
    podTenancy.note(held, for: uid)
    return held
  }

  /// Whether the pod was read before labels decided anything: then it stays where it is.
  private func wasRead(_ uid: String, _ tenant: TenantID) async throws -> Bool {
    if podTenancy.hasSeen(uid) { return false }
    return try await store.hasSource(ofPod: uid, tenant: tenant, collector: collector)
  }

  private func tellQuarantine(of pod: ContainerLogPath, _ value: String) {
    guard toldLabels.count < Self.toldLabelsMax, toldLabels.insert(value).inserted else { return }
    logger.error(
      "A pod's label names no tenant; its records go to the quarantine.",
      metadata: [
        "namespace": "\(pod.namespace ?? "")", "pod": "\(pod.pod ?? "")",
        "label": "\(configuration.kubernetes.tenantLabel ?? "")",
      ])
  }

  /// Values that are told of, each once.
  private static let toldLabelsMax = 1000
}
