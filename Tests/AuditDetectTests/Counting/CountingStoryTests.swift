import AuditDetect
import AuditModel
import Testing

/// A week of a small company after two ordinary ones, with planted incidents of everything that is counted.
@Suite struct CountingStoryTests {
  static let kinds: [DetectorKind] = [
    .rateSpike, .rateDrop, .errorRate, .latency, .dataVolume, .authFailure, .budget, .silence,
  ]

  struct Incident: Sendable {
    var kind: DetectorKind
    /// Hours since the start.
    var hours: ClosedRange<Double>
  }

  static var settings: DetectionSettings {
    var settings = DetectionSettings()
    settings.teamBudgets = ["platform": 200]
    return settings
  }

  static let week = 14.0 * 24

  static func story(seed: UInt64) -> (calls: [Traffic.Call], incidents: [Incident]) {
    var traffic = Traffic(seed: seed)
    let end = week + 7 * 24
    traffic.run("search", by: "web", perHour: 12, hours: 0..<end)
    // A service that never sleeps; on Saturday at noon it stops.
    traffic.run("sync", by: "robot", perHour: 30, hours: 0..<(week + 132), seasonal: false) { call, _ in
      call.server = "mirror"
      let hour = (call.seconds - Company.start) / 3600 - week
      if (33..<34).contains(hour) { call.milliseconds *= 6 }
      if (57..<58).contains(hour), call.outcome == .ok { call.outcome = .error }
    }
    var incidents: [Incident] = []
    func plant(_ kind: DetectorKind, _ hours: ClosedRange<Double>) {
      incidents.append(Incident(kind: kind, hours: (week + hours.lowerBound)...(week + hours.upperBound)))
    }
    traffic.run("search", by: "web", perHour: 600, hours: (week + 10)..<(week + 10.5), seasonal: false)
    plant(.rateSpike, 10...11)
    plant(.latency, 33...35)
    plant(.errorRate, 57...59)
    traffic.run("search", by: "web", perHour: 8, hours: (week + 80)..<(week + 81), seasonal: false) { call, _ in
      call.bytes = 40 << 20
    }
    plant(.dataVolume, 80...82)
    for index in 0..<12 {
      var call = Traffic.Call(
        seconds: Company.start + (week + 100 + Double(index) / 60) * 3600, tool: "login", user: "user\(index)")
      call.outcome = .denied
      call.address = "203.0.113.9"
      traffic.calls.append(call)
    }
    plant(.authFailure, 100...101)
    for index in 0..<250 {
      var call = Traffic.Call(
        seconds: Company.start + (week + 24 + Double(index) / 4) * 3600, tool: "render", user: "planner")
      call.team = "platform"
      traffic.calls.append(call)
    }
    plant(.budget, 24...90)
    plant(.silence, 132...136)
    plant(.rateDrop, 132...150)
    return (traffic.inOrder, incidents)
  }

  @Test("Each incident is found by its detector, and nothing else is", arguments: [1, 2, 3] as [UInt64])
  func story(seed: UInt64) {
    let (calls, incidents) = Self.story(seed: seed)
    let findings = TrafficWatch.findings(Self.kinds, calls, settings: Self.settings)
    func hour(_ finding: Finding) -> Double {
      (Double(finding.at.nanoseconds) * 1e-9 - Company.start) / 3600
    }
    for incident in incidents {
      #expect(
        findings.contains { $0.detector == incident.kind && incident.hours.contains(hour($0)) },
        "\(incident.kind.rawValue) is found")
    }
    // An incident may show to its neighbours too: a spike brings bytes, a stop is a drop.
    let others = findings.filter { finding in
      !incidents.contains { $0.hours.lowerBound - 0.1...$0.hours.upperBound + 1 ~= hour(finding) }
    }
    #expect(others.isEmpty, "\(others.map { "\($0.detector.rawValue) \($0.at.rfc3339) \($0.score) \($0.summary)" })")
  }

  @Test("Every finding says in one sentence what happened, with evidence")
  func evidence() {
    let (calls, _) = Self.story(seed: 1)
    for finding in TrafficWatch.findings(Self.kinds, calls, settings: Self.settings) {
      #expect(finding.summary.hasSuffix("."))
      #expect(finding.evidence.baseline != nil && finding.evidence.observed != nil)
      #expect(finding.windowStart <= finding.windowEnd)
      #expect(finding.evidence.records.count <= Evidence.recordsMax)
      #expect(finding.score >= 0)
      #expect(finding.json.hasPrefix("{\"detector\":\"\(finding.detector.rawValue)\",\"at\":\""))
    }
  }

  @Test("A larger budget lets more through, a smaller one less")
  func budget() {
    let (calls, _) = Self.story(seed: 1)
    var counts: [Int] = []
    for budget in [0.01, 1, 100] {
      var settings = Self.settings
      settings.budget = budget
      counts.append(TrafficWatch.findings(Self.kinds, calls, settings: settings).count)
    }
    #expect(counts[0] <= counts[1] && counts[1] < counts[2])
  }

  @Test("Off, nothing is found; in shadow, what is found says so")
  func modes() {
    let (calls, _) = Self.story(seed: 1)
    var settings = Self.settings
    var watch = TrafficWatch([.rateSpike], settings: settings)
    settings = watch.set.detection.settings
    settings.modes[.rateSpike] = .shadow
    watch.set = DetectorSet(tenant: .unnamed, settings: settings)
    for call in calls { watch.see(call) }
    #expect(!watch.findings.isEmpty)
    #expect(watch.findings.allSatisfy { $0.isShadow && $0.detector == .rateSpike })
  }
}
