import AuditModel
import Testing

@testable import AuditDetect

@Suite("Expectations")
struct ExpectationsTests {
  private static let start = RecordTime(nanoseconds: 1_764_000_000_000_000_000)

  private static func finding(_ score: Double, day: Int, tool: String = "t") -> Finding {
    let at = start.advanced(by: .seconds(day * 86_400))
    return Finding(
      detector: .rateSpike, at: at, tenant: TenantID("acme") ?? .unnamed, subject: Subject(user: "u", tool: tool),
      windowStart: at, windowEnd: at, score: score, severity: .warning, summary: "more calls than usual",
      evidence: Evidence())
  }

  private static func reported(_ findings: [Finding]) -> [Bool] {
    guard let tenant = TenantID("acme") else { return [] }
    var detection = Detection(tenant: tenant, settings: DetectionSettings())
    let explained = finding(2, day: 0)
    detection.expectations.note(explained.detector, explained.subject, score: explained.score, at: explained.at)
    for finding in findings { detection.report(finding) }
    return detection.takeFindings().map(\.isShadow)
  }

  @Test("keep what is like an explained finding in the shadow, and nothing else")
  func shadow() {
    #expect(Self.reported([Self.finding(2.5, day: 1)]) == [true])
    #expect(Self.reported([Self.finding(3.5, day: 1)]) == [false], "ten times as improbable")
    #expect(Self.reported([Self.finding(2, day: 1, tool: "other")]) == [false])
    #expect(Self.reported([Self.finding(2, day: 31)]) == [false], "a month has passed")
    #expect(Self.reported([Self.finding(2, day: 20), Self.finding(2, day: 45)]) == [true, true])
  }

  @Test("are restored as they were, and hearing them again changes nothing")
  func restored() throws {
    var expectations = Expectations()
    for index in 0..<50 {
      expectations.note(.geo, Subject(user: "u\(index)"), score: Double(index), at: Self.start)
    }
    var writer = StateWriter()
    expectations.write(to: &writer)
    var again = Expectations()
    var reader = StateReader(writer.bytes)
    try again.read(from: &reader)
    again.note(.geo, Subject(user: "u3"), score: 3, at: Self.start)
    var second = StateWriter()
    again.write(to: &second)
    #expect(second.bytes == writer.bytes)
  }

  @Test("are bounded")
  func bounded() {
    var expectations = Expectations()
    for index in 0..<(Expectations.countMax + 5) {
      expectations.note(.geo, Subject(user: "u\(index)"), score: 1, at: Self.start)
    }
    #expect(expectations.count == Expectations.countMax)
  }
}
