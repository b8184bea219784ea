import AuditModel
import Testing

@Suite("A tenant's name")
struct TenantIDTests {
  @Test("becomes a readable schema where it is plain")
  func plain() throws {
    #expect(try #require(TenantID("acme")).schemaName == "tenant_acme")
    #expect(try #require(TenantID("team_7")).schemaName == "tenant_team_7")
  }

  @Test("never meets another tenant in one schema, and stays below 63 bytes")
  func noCollisions() throws {
    let long = String(repeating: "a", count: 100)
    let names = [
      "acme", "Acme", "ACME", "a-b", "a_b", "a.b", long, long + "b", "x__0123456789abcdef", "a__b", "tenant_a",
    ]
    let schemas = try names.map { try #require(TenantID($0)).schemaName }
    #expect(Set(schemas).count == names.count)
    #expect(schemas.allSatisfy { $0.utf8.count < 63 })
    // A tenant cannot choose the name that another one's hash leads to.
    let hashed = String(schemas[1].dropFirst("tenant_".count))
    #expect(try #require(TenantID(hashed)).schemaName != schemas[1])
  }

  @Test(
    "is refused when it could be mistaken",
    arguments: ["", "-a", "a b", "a/b", "ä", "a\"b", ".", String(repeating: "x", count: 129)])
  func refused(name: String) {
    #expect(TenantID(name) == nil)
  }
}
