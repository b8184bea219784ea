import AuditDetect
import AuditModel
import Testing

@Suite struct CountingRestartTests {
  /// Few records of much that happens, so that each can be followed by a restart.
  static func calls() -> [Traffic.Call] {
    var traffic = Traffic(seed: 7)
    traffic.run("sync", by: "robot", perHour: 6, hours: 0..<96, seasonal: false) { call, _ in
      let hour = (call.seconds - Company.start) / 3600
      if (90..<94).contains(hour) { (call.outcome, call.milliseconds) = (.error, 900) }
      call.team = "platform"
    }
    traffic.run("sync", by: "robot", perHour: 400, hours: 84..<84.5, seasonal: false)
    for index in 0..<9 {
      traffic.calls.append(
        Traffic.Call(
          seconds: Company.start + 86 * 3600 + Double(index) * 20, tool: "login", user: "user\(index % 3)",
          outcome: .denied, bytes: 90 << 20))
    }
    for index in 0..<3 {
      traffic.calls.append(
        Traffic.Call(seconds: Company.start + 140 * 3600 + Double(index), tool: "search", user: "web"))
    }
    return traffic.inOrder
  }

  @Test("Saved and restored after every record, they find the same", arguments: CountingStoryTests.kinds)
  func restart(kind: DetectorKind) throws {
    var settings = CountingStoryTests.settings
    settings.budget = 30
    let calls = Self.calls()
    let expected = TrafficWatch.findings([kind], calls, settings: settings)
    #expect(!expected.isEmpty)
    var watch = TrafficWatch([kind], settings: settings)
    for (index, call) in calls.enumerated() {
      watch.see(call)
      // Every record where something happens, every seventh elsewhere: a save has a hundred thousand bytes.
      guard index > calls.count - 120 || index % 7 == 0 else { continue }
      var other = DetectorSet(tenant: watch.set.tenant, settings: watch.set.detection.settings)
      #expect(try other.restore(watch.set.save()).isEmpty)
      watch.set = other
    }
    watch.finish()
    #expect(watch.findings == expected)
  }

  @Test("Damaged state is an error and no crash")
  func damaged() throws {
    var watch = TrafficWatch(CountingStoryTests.kinds, settings: CountingStoryTests.settings)
    for call in Self.calls().prefix(200) { watch.see(call) }
    let saved = watch.set.save()
    for length in stride(from: 0, to: saved.count, by: max(1, saved.count / 97)) {
      var other = DetectorSet(tenant: .unnamed, settings: watch.set.detection.settings)
      #expect(throws: StateError.self) { try other.restore(Array(saved.prefix(length))) }
    }
  }
}
