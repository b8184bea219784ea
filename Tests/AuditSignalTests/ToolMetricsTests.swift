import AuditModel
import AuditSignal
import Testing

@Suite("Metrics of tools")
struct ToolMetricsTests {
  static func total(_ tool: String, _ calls: Int64, status: String = "success") -> SignalTotal {
    var total = SignalTotal(key: SignalKey(tool: tool, server: "", status: status))
    (total.calls, total.timed) = (calls, UInt64(calls))
    return total
  }

  static func calls(_ metrics: ToolMetrics) -> [[String]: Int64] {
    var calls: [[String]: Int64] = [:]
    for sample in metrics.families(now: RecordTime(nanoseconds: 0))[0].samples {
      if case .integer(let count) = sample.value { calls[sample.labels] = count }
    }
    return calls
  }

  @Test("stand where the ledger stands after a restart, however often that is said")
  func restart() throws {
    let metrics = ToolMetrics()
    let tenant = try #require(TenantID("acme"))
    for _ in 0..<3 { metrics.replace(tenant, with: [Self.total("a", 5), Self.total("b", 2)]) }
    #expect(Self.calls(metrics) == [["acme", "", "a", "success"]: 5, ["acme", "", "b", "success"]: 2])
  }

  @Test("of a tenant with very many tools take its share only, and others keep theirs")
  func share() throws {
    let metrics = ToolMetrics()
    let (loud, quiet) = (try #require(TenantID("loud")), try #require(TenantID("quiet")))
    metrics.replace(loud, with: (0..<20_000).map { Self.total("tool-\($0)", 1) })
    metrics.replace(quiet, with: (0..<50).map { Self.total("tool-\($0)", 1) })
    let calls = Self.calls(metrics)
    let ofLoud = calls.filter { $0.key[0] == "loud" }
    #expect(ofLoud.values.reduce(0, +) == 20_000 && (ofLoud[["loud", "other", "other", "success"]] ?? 0) > 15_000)
    #expect(calls.filter { $0.key[0] == "quiet" && $0.key[2] != "other" }.count == 50)
  }

  @Test("keep few statuses of a tool, and tenants beyond the limit together")
  func folding() throws {
    var limits = ToolMetrics.Limits()
    limits.tenantsMax = 2
    limits.statusesMax = 3
    let metrics = ToolMetrics(limits: limits)
    for name in ["a", "b", "c", "d"] {
      metrics.replace(try #require(TenantID(name)), with: (0..<9).map { Self.total("t", 1, status: "s\($0)") })
    }
    let calls = Self.calls(metrics)
    #expect(Set(calls.keys.map { $0[0] }) == ["a", "b", "other"])
    #expect(calls[["a", "", "t", "other"]] == 6)
    #expect(calls[["a", "", "t", "s0"]] == 1)
  }
}
