import AuditKubernetes
import AuditModel
import Testing

@testable import audittail

@Suite("A label that decides the tenant")
struct PodTenancyTests {
  private let now = ContinuousClock.now
  private let acme = TenantID("acme") ?? .unnamed
  private let other = TenantID("other") ?? .unnamed

  private func tenancy(
    label: String? = "tenant", _ pods: [PodMetadata] = [], decided: [String: TenantID] = [:], isInCluster: Bool = true
  ) -> PodTenancy {
    let directory = PodDirectory()
    directory.fill(pods)
    return PodTenancy(
      label: label, wait: .seconds(5), directory: isInCluster ? directory : nil, decided: decided)
  }

  private func pod(_ label: String?) -> PodMetadata {
    PodMetadata(uid: "u", namespace: "n", pod: "p", node: "n1", tenantLabel: label, resourceVersion: "1")
  }

  @Test("goes before the namespace; without one the namespace decides at once")
  func label() {
    var labelled = tenancy([pod("other")])
    #expect(labelled.outcome(for: "u", byNamespace: acme, now: now) == .tenant(other))
    var bare = tenancy([pod(nil)])
    #expect(bare.outcome(for: "u", byNamespace: acme, now: now) == .tenant(acme))
  }

  @Test("that names no tenant leads to the quarantine and nowhere else", arguments: ["", "-x", "a b", "ü", "../x"])
  func invalid(_ value: String) {
    var tenancy = tenancy([pod(value)])
    #expect(tenancy.outcome(for: "u", byNamespace: acme, now: now) == .quarantined(value: value))
  }

  @Test("is waited for so long and no longer, each pod by itself")
  func wait() {
    var tenancy = tenancy()
    #expect(tenancy.outcome(for: "u", byNamespace: acme, now: now) == .undecided)
    #expect(tenancy.outcome(for: "v", byNamespace: acme, now: now + .seconds(3)) == .undecided)
    #expect(tenancy.outcome(for: "u", byNamespace: acme, now: now + .milliseconds(4999)) == .undecided)
    #expect(tenancy.outcome(for: "u", byNamespace: acme, now: now + .seconds(5)) == .tenant(acme))
    #expect(tenancy.outcome(for: "v", byNamespace: acme, now: now + .seconds(5)) == .undecided)
  }

  @Test("decides once: what was decided stays, whatever it says later")
  func once() {
    var tenancy = tenancy([pod("other")])
    tenancy.note(acme, for: "u")
    #expect(tenancy.outcome(for: "u", byNamespace: other, now: now) == .tenant(acme))
    var restarted = self.tenancy(label: nil, decided: ["u": other])
    #expect(restarted.outcome(for: "u", byNamespace: acme, now: now) == .tenant(other))
  }

  @Test("is not waited for where there is no API server to ask")
  func nowhere() {
    var tenancy = tenancy(isInCluster: false)
    #expect(tenancy.outcome(for: "u", byNamespace: acme, now: now) == .tenant(acme))
  }
}
