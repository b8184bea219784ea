package import AuditModel
import Synchronization

/// The counters and histograms of tools, as `/metrics` shows them: `mcp_tool_calls_total` and `mcp_tool_duration_seconds`.
///
/// How much it shows is bounded, by the bytes that it takes in the exposition: first come first served, a share for each tenant;
/// what comes later is counted together as tool `other` of server `other`, and tenants beyond the limit as tenant `other`.
package final class ToolMetrics: Sendable {
  package struct Limits: Sendable {
    /// Of the exposition; see `seriesBytes`.
    package var bytesMax = 640 << 10
    /// The part of it that one tenant may use.
    package var tenantBytesMax = 320 << 10
    package var tenantsMax = 100
    /// Distinct statuses of one tool.
    package var statusesMax = 8
    /// A longer name is cut.
    package var nameBytesMax = 100

    package init() {}
  }

  private struct ToolName: Hashable {
    let server: String
    let tool: String
    static let other = ToolName(server: MetricCounter.other, tool: MetricCounter.other)
  }

  private struct Tenant {
    var tools: [ToolName: ToolMetric] = [:]
    var bytes = 0
  }

  private struct State {
    var tenants: [String: Tenant] = [:]
    var bytes = 0
  }

  private let limits: Limits
  private let state = Mutex(State())

  package init(limits: Limits = Limits()) { self.limits = limits }

  /// Counts what a batch brought, once it is committed.
  package func add(_ deltas: SignalDeltas, of tenant: TenantID) {
    state.withLock { state in
      for delta in deltas.deltas {
        let key = delta.key
        change(&state, tenant.name, key) { tool, status in
          tool.add(SignalTotal(key: key, delta.figures), status)
          tool.note(busy: delta.figures.durationSum, in: delta.minute)
          guard let exemplar = delta.exemplar else { return }
          tool.exemplars[LatencySketch.range(of: exemplar.duration) ?? LatencySketch.edges.count] = exemplar
        }
      }
    }
  }

  /// Sets a tenant's counters to what the ledger's signals say: what this collector committed before it was restarted.
  package func replace(_ tenant: TenantID, with totals: [SignalTotal]) {
    state.withLock { state in
      for name in state.tenants[tenant.name]?.tools.keys.map({ $0 }) ?? [] {
        state.tenants[tenant.name]?.tools[name]?.clear()
      }
      for total in totals {
        change(&state, tenant.name, total.key) { tool, status in tool.add(total, status) }
      }
    }
  }

  private func change(
    _ state: inout State, _ tenant: String, _ key: SignalKey, _ body: (inout ToolMetric, String) -> Void
  ) {
    let isKept = state.tenants[tenant] != nil || state.tenants.count < limits.tenantsMax
    let tenant = isKept ? tenant : MetricCounter.other
    var name = ToolName(server: cut(key.server), tool: cut(key.tool))
    var held = state.tenants.removeValue(forKey: tenant) ?? Tenant()
    if held.tools[name] == nil {
      let bytes = Self.seriesBytes(tenant, name)
      if held.bytes + bytes <= limits.tenantBytesMax, state.bytes + bytes <= limits.bytesMax {
        held.bytes += bytes
        state.bytes += bytes
      } else {
        name = .other
      }
    }
    var tool = held.tools.removeValue(forKey: name) ?? ToolMetric()
    let status = cut(key.status)
    let isStatusKept = tool.calls[status] != nil || tool.calls.count < limits.statusesMax
    body(&tool, isStatusKept ? status : MetricCounter.other)
    held.tools[name] = tool
    state.tenants[tenant] = held
  }

  /// What a tool takes in the exposition, about: two counters, eleven lines of the histogram, two gauges, each with the labels.
  private static func seriesBytes(_ tenant: String, _ name: ToolName) -> Int {
    15 * (72 + tenant.utf8.count + name.server.utf8.count + name.tool.utf8.count)
  }

  private func cut(_ name: String) -> String {
    guard name.utf8.count > limits.nameBytesMax else { return name }
    var kept = ""
    for character in name {
      if kept.utf8.count + character.utf8.count > limits.nameBytesMax - 3 { break }
      kept.append(character)
    }
    return kept + "…"
  }

  // MARK: Exposition

  /// - Parameter now: gauges are of the last whole minute before.
  package func families(now: RecordTime) -> [MetricFamily] {
    let tenants = state.withLock { $0.tenants }
    let labels = ["tenant", "server", "tool"]
    var calls = MetricFamily(
      "mcp_tool_calls_total", .counter, labels: labels + ["status"],
      help: "Calls of tools that this collector committed, by how they ended.")
    var durations = MetricFamily(
      "mcp_tool_duration_seconds", .histogram, labels: labels, help: "How long calls of tools took.")
    var busy = MetricFamily(
      "mcp_tool_calls_in_flight", .gauge, labels: labels,
      help: "Calls under way at a time in the last minute, on average, from the durations of its records.")
    var limited = MetricFamily(
      "mcp_tool_rate_limited_total", .counter, labels: labels, help: "Calls that were refused for their number.")
    let minute = SignalGrain.minutes.floor(now.postgresMicroseconds) - SignalGrain.minutes.microseconds
    let edges = LatencySketch.edges.map { Double($0) / 1e9 }
    for (tenant, held) in tenants.sorted(by: { $0.key < $1.key }) {
      for (name, tool) in held.tools.sorted(by: { ($0.key.server, $0.key.tool) < ($1.key.server, $1.key.tool) }) {
        let values = [tenant, name.server, name.tool]
        for (status, count) in tool.calls.sorted(by: { $0.key < $1.key }) {
          calls.samples.append(MetricSample(values + [status], count))
        }
        if tool.timed > 0 { durations.samples.append(tool.histogram(values, edges)) }
        if let sum = tool.busy.first(where: { $0.minute == minute }) {
          busy.samples.append(MetricSample(values, Double(sum.nanoseconds) / 60e9))
        }
        if tool.rateLimited > 0 { limited.samples.append(MetricSample(values, tool.rateLimited)) }
      }
    }
    return [calls, durations, busy, limited]
  }
}
