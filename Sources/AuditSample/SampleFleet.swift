package import AuditModel
import Glibc

/// The traffic of three organisations with a tool server each, as it goes by, for a demonstration: calls arrive at random
/// (a Poisson process), users have habits, and anomalies come when they are asked for.
package struct SampleFleet: Sendable {
  /// One organisation: where its server's pod writes, and what.
  package struct Tenant: Sendable {
    /// Of the pod; audittail maps it to the tenant.
    package let namespace: String
    package let pod: String
    package let uid: String
    package let container: String
    package var traffic: SampleTraffic
    /// Share of all calls.
    let share: Double
    fileprivate var nextCall: RecordTime?
  }

  package private(set) var tenants: [Tenant]
  private var random: SplitMix64

  /// - Parameter options: `hasHabits` is set here; an `idPrefix` of their own keeps the tenants' ids apart.
  package init(seed: UInt64, options: SampleTraffic.Options = .init()) {
    var random = SplitMix64(seed: seed)
    tenants = Self.names.map { name, share in
      var own = options
      own.hasHabits = true
      own.idPrefix = "\(name)-\(options.idPrefix)"
      return Tenant(
        namespace: "mcp-org-\(name)", pod: "mcp-server-\(name)-\(Self.hex(&random, 10))-\(Self.hex(&random, 5))",
        uid: Self.uid(&random), container: "server", traffic: SampleTraffic(seed: random.next(), options: own),
        share: share)
    }
    self.random = random
  }

  private static let names = [("acme", 0.6), ("globex", 0.3), ("initech", 0.1)]

  /// The calls of tenant `index` in `from ..< to`, in the order of their times. Asking for one stretch after another gives
  /// the traffic as it goes by; asking for the past first gives a history.
  /// - Parameter callsPerSecond: of all tenants together.
  package mutating func lines(
    of index: Int, from: RecordTime, to: RecordTime, callsPerSecond: Double
  ) -> [SampleTimedLine] {
    precondition(callsPerSecond > 0, "Without calls there is no traffic.")
    let rate = callsPerSecond * tenants[index].share
    var lines: [SampleTimedLine] = []
    var moment = max(from, tenants[index].nextCall ?? from.advanced(by: gap(rate)))
    while moment < to {
      var bytes: [UInt8] = []
      let line = tenants[index].traffic.append(at: moment, to: &bytes)
      lines.append(SampleTimedLine(time: moment, bytes: bytes, line: line))
      moment = moment.advanced(by: gap(rate))
    }
    tenants[index].nextCall = moment
    return lines
  }

  /// The lines of an anomaly at tenant `index` that begins at `time`.
  package mutating func lines(of anomaly: SampleAnomaly, at index: Int, from time: RecordTime) -> [SampleTimedLine] {
    tenants[index].traffic.lines(of: anomaly, from: time)
  }

  private mutating func gap(_ rate: Double) -> Duration {
    .nanoseconds(1 + Int64(-log(1 - random.unit()) / rate * 1e9))
  }

  private static func hex(_ random: inout SplitMix64, _ digits: Int) -> String {
    var text: [UInt8] = []
    text.put(hex: random.next(), digits: digits)
    return String(decoding: text, as: UTF8.self)
  }

  private static func uid(_ random: inout SplitMix64) -> String {
    [8, 4, 4, 4, 12].map { hex(&random, $0) }.joined(separator: "-")
  }
}
