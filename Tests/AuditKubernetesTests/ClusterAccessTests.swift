import Testing

@testable import AuditKubernetes

@Suite("Where the API server is")
struct ClusterAccessTests {
  @Test(
    "is what the kubelet's variables say",
    arguments: [
      (["KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"], "https://10.96.0.1:443"),
      (["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443"], "https://[fd00::1]:6443"),
      (["KUBERNETES_SERVICE_HOST": "api.example"], "https://api.example:443"), ([:], nil),
      (["KUBERNETES_SERVICE_HOST": ""], nil),
      (["KUBERNETES_SERVICE_HOST": "h", "KUBERNETES_SERVICE_PORT": "tcp://x"], nil),
    ] as [([String: String], String?)])
  func url(_ environment: [String: String], _ url: String?) {
    #expect(ClusterAccess(environment: environment)?.url == url)
  }

  @Test("What stands in a query is encoded")
  func encoded() {
    #expect(PodAPI.encoded("spec.nodeName=a b&ü") == "spec.nodeName%3Da%20b%26%C3%BC")
  }
}
