import AuditConfig
import AuditModel
import Testing

@testable import audittail

@Suite("The way of a log file to its tenant")
struct TenantRouterTests {
  private func router(_ fallback: String?) throws -> TenantRouter {
    TenantRouter(
      pattern: try NamespacePattern(parsing: "mcp-org-<tenant>"),
      fallback: try fallback.map { try #require(TenantID($0)) })
  }

  @Test(
    "is decided by the namespace, then by the flag, and never leads into another tenant's schema",
    arguments: [
      ("/var/log/pods/mcp-org-acme_p_u/c/0.log", nil, "acme"), ("/var/log/pods/mcp-org-acme_p_u/c/0.log", "x", "acme"),
      ("/var/log/pods/kube-system_p_u/c/0.log", nil, "quarantine"), ("/var/log/pods/kube-system_p_u/c/0.log", "x", "x"),
      ("/var/log/pods/mcp-org-_p_u/c/0.log", nil, "quarantine"), ("/tmp/app.log", nil, "default"),
      ("/tmp/app.log", "x", "x"),
      ("/var/log/containers/p_mcp-org-acme_c-00ff.log", nil, "acme"),
      ("/var/log/pods/49cc7c1fd3702c40b2686ea7486091d3/c/0.log", nil, "quarantine"),
      ("/var/log/pods/49cc7c1fd3702c40b2686ea7486091d3/c/0.log", "x", "x"),
    ] as [(String, String?, String)])
  func routes(path: String, fallback: String?, tenant: String) throws {
    #expect(try router(fallback).tenant(of: path).name == tenant)
  }

  @Test("names the server after the container where there is one")
  func servers() throws {
    let router = try router(nil)
    #expect(router.server(of: "/var/log/pods/a_b_c/tool/1.log") == Array("tool".utf8))
    #expect(router.server(of: "/tmp/app.log") == nil)
  }
}
