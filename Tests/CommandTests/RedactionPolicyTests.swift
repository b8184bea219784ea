import AuditConfig
import AuditModel
import AuditRedact
import Testing

@testable import audittail

@Suite("The redaction of a tenant")
struct RedactionPolicyTests {
  private func configuration(_ yaml: String) throws -> Configuration {
    let loader = ConfigurationLoader(environment: [:]) { path throws(FileReadProblem) in yaml }
    return try loader.load(file: "x.yaml")
  }

  @Test("is the installation's, except for what the tenant says itself")
  func merged() throws {
    let configuration = try configuration(
      """
      redaction: {mode: drop, modes: [pii.email=mask], allow_values: [a]}
      tenants:
        acme: {redaction: {mode: mask}}
        globex: {redaction: {allow_values: [b], allow_paths: [/args/x]}}
      """)
    let acme = try RedactionPolicy(configuration.redaction(for: try #require(TenantID("acme"))))
    #expect(acme.mode == .mask && acme.modes == ["pii.email": .mask] && acme.allowedValues == ["a"])
    let globex = try RedactionPolicy(configuration.redaction(for: try #require(TenantID("globex"))))
    #expect(globex.mode == .drop && globex.allowedValues == ["b"] && globex.allowedPaths == ["/args/x"])
    let other = try RedactionPolicy(configuration.redaction(for: .unnamed))
    #expect(other.mode == .drop && other.allowedPaths.isEmpty)
  }

  @Test(
    "is refused when it cannot be kept",
    arguments: [
      "redaction: {modes: [nope=mask]}", "redaction: {mode: pseudonym}", "redaction: {allow_paths: [args]}",
      "redaction: {pseudonym_key_file: /nonexistent/key}",
    ])
  func refused(yaml: String) throws {
    let redaction = try configuration(yaml).redaction
    #expect(throws: CommandFailure.self) { try RedactionPolicy(redaction) }
  }
}
