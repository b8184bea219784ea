import AuditConfig
import AuditModel
@testable import AuditStore
import Testing

@testable import audittail

@Suite("Usage and its prices")
struct UsageTests {
  private static let yaml = """
    usage:
      prices:
        - "* call=1"
        - "* call=2 since=2026-11-10"
        - "send_* call=1 kib=4 second=10 since=2026-11-01 tenant=acme"
      teams: ["mail=bot-*", "pay=*@pay.example.com"]
      budgets: ["acme=10"]
    """

  private static func usage() throws -> Configuration.Usage {
    let yaml = yaml
    let loader = ConfigurationLoader(environment: [:]) { _ throws(FileReadProblem) in yaml }
    return try loader.load(file: "audittail.yaml").usage
  }

  private static func row(_ day: Int, _ actor: String, _ tool: String, calls: Int64 = 1, bytes: Int64 = 0) throws
    -> UsageRow
  {
    UsageRow(
      day: try #require(Day(year: 2026, month: 11, day: day)), actor: actor, tool: tool, server: "", calls: calls,
      failed: 0, durationSum: 500_000_000, resultBytes: bytes)
  }

  private static func sums(_ key: UsageSum.Key, tenant: String = "acme", _ rows: [UsageRow]) throws -> [String: Double]
  {
    var sum = UsageSum(by: key, isDaily: false, try usage(), try #require(TenantID(tenant)))
    for row in rows { sum.add(row) }
    return Dictionary(uniqueKeysWithValues: sum.rows.map { ($0.name, $0.cost) })
  }

  @Test("is priced by the price that holds on its day")
  func days() throws {
    let rows = [try Self.row(9, "u", "read", calls: 3), try Self.row(10, "u", "read", calls: 3)]
    #expect(try Self.sums(.tool, rows) == ["read": 3 + 6])
  }

  @Test("is priced by bytes and time, and by tenant")
  func parts() throws {
    let rows = [try Self.row(5, "u", "send_mail", bytes: 2048)]
    #expect(try Self.sums(.tool, rows) == ["send_mail": 1 + 8 + 5])
    #expect(try Self.sums(.tool, tenant: "globex", rows) == ["send_mail": 1])
  }

  @Test("belongs to the first team that has its actor")
  func teams() throws {
    let rows = [
      try Self.row(1, "bot-7", "read"), try Self.row(1, "ann@pay.example.com", "read"), try Self.row(1, "eve", "read"),
    ]
    #expect(try Self.sums(.team, rows) == ["mail": 1, "pay": 1, "": 1])
  }

  @Test(
    "with a price that says nothing sensible is refused",
    arguments: ["call=1", "* call=-1", "* call=nan", "* call", "* colour=1", "* call=1 since=yesterday"])
  func refused(price: String) throws {
    let loader = ConfigurationLoader(environment: [:]) { _ throws(FileReadProblem) in
      "usage:\n  prices: [\"\(price)\"]\n"
    }
    #expect(throws: ConfigurationProblems.self) { try loader.load(file: "audittail.yaml") }
  }
}
