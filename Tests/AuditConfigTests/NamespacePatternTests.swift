import AuditConfig
import AuditModel
import Testing

@Suite struct NamespacePatternTests {
  @Test(
    "A namespace of the pattern gives its tenant, any other none",
    arguments: [
      ("mcp-org-<tenant>", "mcp-org-acme", "acme"), ("mcp-org-<tenant>", "mcp-org-a-b", "a-b"),
      ("mcp-org-<tenant>", "mcp-org-", nil), ("mcp-org-<tenant>", "mcp-org--a", nil),
      ("mcp-org-<tenant>", "kube-system", nil),
      ("<tenant>-mcp", "acme-mcp", "acme"), ("<tenant>", "acme", "acme"), ("a-<tenant>-a", "a-a", nil),
      ("a-<tenant>-b", "a-x-b", "x"),
    ])
  func matches(pattern: String, namespace: String, tenant: String?) throws {
    #expect(try NamespacePattern(parsing: pattern).tenant(inNamespace: namespace)?.name == tenant)
    #expect(try NamespacePattern(parsing: pattern).description == pattern)
  }

  @Test(
    "A pattern without one place for the tenant is refused",
    arguments: ["", "mcp-org", "<tenant><tenant>", "<Tenant>"])
  func refuses(pattern: String) {
    let problem = #expect(throws: GrammarProblem.self) { try NamespacePattern(parsing: pattern) }
    #expect(problem?.message.contains("<tenant> exactly once") == true)
  }
}
