import AuditDetect
import AuditModel
import Testing

@Suite struct CountingPropertyTests {
  @Test("Weeks later, the same traffic gives the same findings, weeks later", arguments: CountingStoryTests.kinds)
  func shift(kind: DetectorKind) {
    if kind == .budget { return }
    let (calls, _) = CountingStoryTests.story(seed: 2)
    let weeks = 9.0 * 7 * 86_400
    let now = TrafficWatch.findings([kind], calls, settings: CountingStoryTests.settings)
    let later = TrafficWatch.findings([kind], calls, settings: CountingStoryTests.settings, shift: weeks)
    #expect(!now.isEmpty)
    #expect(now.map(\.score) == later.map(\.score))
    #expect(now.map { $0.at.advanced(by: .seconds(Int64(weeks))) } == later.map(\.at))
  }

  @Test("Ten times as slow is as slow as ever: only the change counts")
  func latencyScale() {
    let (calls, _) = CountingStoryTests.story(seed: 2)
    let slow = calls.map { call in
      var call = call
      call.milliseconds *= 10
      return call
    }
    let first = TrafficWatch.findings([.latency], calls)
    let second = TrafficWatch.findings([.latency], slow)
    #expect(first.map(\.at) == second.map(\.at))
  }

  @Test(
    "Ordinary traffic brings no more findings than the budget says",
    arguments: [
      (DetectorKind.rateSpike, 2.0), (.rateSpike, 40), (.rateDrop, 40), (.errorRate, 30), (.latency, 30), (.dataVolume, 12),
      (.authFailure, 10), (.silence, 30),
    ])
  func ordinary(kind: DetectorKind, perHour: Double) {
    let streams = 6
    let days = 40.0
    var findings: [Finding] = []
    for stream in 0..<streams {
      var traffic = Traffic(seed: UInt64(100 + stream))
      traffic.run("tool", by: "user", perHour: perHour, hours: 0..<(days * 24), seasonal: stream % 2 == 0) { call, traffic in
        if kind == .authFailure, traffic.uniform() < 0.005 { call.outcome = .denied }
      }
      findings += TrafficWatch.findings([kind], traffic.inOrder)
    }
    // One tool and one caller that are the same stream, so that they count as one subject.
    let months = Double(streams) * days / 30
    #expect(Double(findings.count) <= 1.2 * months, "\(findings.map { "\($0.at.rfc3339) \($0.score) \($0.summary)" })")
  }
}
