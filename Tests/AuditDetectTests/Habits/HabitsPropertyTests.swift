import AuditDetect
import AuditModel
import Testing

/// What holds of detectors of habits whatever the company.
@Suite struct HabitsPropertyTests {
  static let kinds = HabitsStoryTests.kinds

  @Test("A company's normal weeks bring no more findings than the budget allows", arguments: kinds)
  func normal(kind: DetectorKind) throws {
    let weeks = 12
    var findings = 0
    for seed: UInt64 in 1...4 {
      var company = Company(seed: seed)
      company.work(days: 0..<(weeks * 7))
      findings += Watch.findings([kind], company.inOrder, settings: try HabitsStoryTests.settings).count
    }
    let months = Double(weeks * 7) / 30 * 4 * Double(Company.people.count)
    #expect(Double(findings) <= months * 1.2, "\(findings) findings in \(months) months of a user")
  }

  @Test("Whole weeks later the same records bring the same findings", arguments: kinds)
  func shifted(kind: DetectorKind) throws {
    let settings = try HabitsStoryTests.settings
    let (calls, _) = HabitsStoryTests.story(seed: 3)
    let later = calls.map { call in
      var call = call
      call.seconds += 7 * Company.day * 10
      return call
    }
    let findings = Watch.findings([kind], calls, settings: settings)
    let shifted = Watch.findings([kind], later, settings: settings)
    #expect(!findings.isEmpty)
    #expect(findings.map(\.subject) == shifted.map(\.subject))
    for (one, other) in zip(findings, shifted) { #expect(abs(one.score - other.score) < 1e-3) }
  }

  @Test("How people and sessions are called does not matter", arguments: kinds)
  func renamed(kind: DetectorKind) throws {
    let settings = try HabitsStoryTests.settings
    let (calls, _) = HabitsStoryTests.story(seed: 3)
    let renamed = calls.map { call in
      var call = call
      call.user = "x-\(call.user)"
      call.session = "y-\(call.session)"
      return call
    }
    let findings = Watch.findings([kind], calls, settings: settings)
    let others = Watch.findings([kind], renamed, settings: settings)
    #expect(findings.map(\.score) == others.map(\.score))
    #expect(findings.map { "x-\($0.subject.user ?? "")" } == others.map { $0.subject.user ?? "" })
  }

  @Test("A larger budget prints all that a smaller one prints", arguments: kinds)
  func budgets(kind: DetectorKind) throws {
    var wide = try HabitsStoryTests.settings
    wide.budget = 100
    let (calls, _) = HabitsStoryTests.story(seed: 1)
    let narrow = Watch.findings([kind], calls, settings: try HabitsStoryTests.settings)
    let more = Watch.findings([kind], calls, settings: wide)
    #expect(narrow.allSatisfy { more.contains($0) })
    #expect(more.allSatisfy { $0.score >= -2 })
  }

  @Test("A caller takes less than 4 KiB, whatever it does", arguments: kinds)
  func small(kind: DetectorKind) throws {
    var watch = Watch([kind], settings: try HabitsStoryTests.settings)
    let empty = watch.set.save().count
    var dice = Company.Dice(seed: 9)
    // Every one of ten callers with as many different tools, servers, shapes, networks and hours as may be.
    for call in 0..<20_000 {
      watch.see(
        Company.Call(
          seconds: Company.start + Double(call) * 60, user: "u\(call % 10)",
          tool: "tool\(UInt64.random(in: 0..<400, using: &dice))", session: "s\(call / 200)",
          address: ["81.2.69.1", "1.128.0.2", "5.8.16.7", "1.0.16.3"].randomElement(using: &dice)!,
          server: "server\(UInt64.random(in: 0..<40, using: &dice))", shape: UInt64.random(in: 1..<1000, using: &dice)))
    }
    // Names and what all callers share are no caller's own.
    let subjects = kind == .toolCollision || kind == .firstUse ? 400 : 10
    let shared = kind == .toolSequence ? 2_000_000 : 200_000
    #expect(watch.set.save().count - empty <= subjects * 4096 + shared)
  }

  @Test("A damaged state is refused, and never more than that", arguments: kinds)
  func damaged(kind: DetectorKind) throws {
    var watch = Watch([kind], settings: try HabitsStoryTests.settings)
    for call in HabitsStoryTests.story(seed: 1).calls.prefix(200) { watch.see(call) }
    let saved = watch.set.save()
    var dice = Company.Dice(seed: 4)
    var refused = 0
    for _ in 0..<200 {
      var damaged = saved
      damaged.removeLast(Int.random(in: 1..<saved.count, using: &dice))
      var other = DetectorSet(tenant: watch.set.tenant, settings: watch.set.detection.settings)
      do { _ = try other.restore(damaged) } catch { refused += 1 }
    }
    #expect(refused == 200)
  }
}
