import AuditDetect
import AuditModel
import Testing

/// Off-hours with an explicit calendar.
@Suite struct CalendarTests {
  private static func findings(
    of sessions: [(day: Int, hour: Double)], _ change: (inout DetectionSettings) -> Void = { _ in }
  ) -> [Finding] {
    var company = Company(seed: 8)
    company.work(days: 0..<19)
    for (day, hour) in sessions {
      company.session(of: "alice", at: (Double(day) + hour / 24) * Company.day, tools: ["read_file"], address: "")
    }
    var settings = DetectionSettings()
    change(&settings)
    return Watch.findings([.offHours], company.inOrder, settings: settings)
  }

  private static let office = BusinessHours(days: [Range<Int>?](repeating: 6 * 60..<20 * 60, count: 7), offset: 0)

  @Test("Night work is found, and the inferred time zone is shown")
  func night() throws {
    let finding = try #require(Self.findings(of: [(21, 2)]).first)
    #expect(finding.subject.user == "alice")
    #expect(finding.evidence.more.contains { $0.name == "timeZone" })
    #expect(finding.summary.contains("UTC"))
  }

  @Test("Inside business hours nothing is unusual")
  func business() {
    let early = [(day: 20, hour: 6.2)]
    #expect(Self.findings(of: early).count == 1)
    #expect(Self.findings(of: early) { $0.businessHours = Self.office }.isEmpty)
  }

  @Test("Outside business hours a user of whom nothing is known is reported")
  func unknown() {
    var company = Company(seed: 8)
    company.session(of: "mallory", at: 3 * 3600, tools: ["read_file"], address: "")
    var settings = DetectionSettings()
    #expect(Watch.findings([.offHours], company.inOrder, settings: settings).isEmpty)
    settings.businessHours = Self.office
    #expect(Watch.findings([.offHours], company.inOrder, settings: settings).count == 1)
  }

  @Test("A holiday is as unusual as a Sunday")
  func holiday() {
    let monday = [(day: 21, hour: 11.0)]
    let date = RecordTime(nanoseconds: Int64(Company.start * 1e9)).day.advanced(by: 21)
    #expect(Self.findings(of: monday).isEmpty)
    #expect(Self.findings(of: monday) { $0.holidays = [date] }.count == 1)
  }

  @Test("In a maintenance window nothing is reported")
  func maintenance() {
    let start = RecordTime(nanoseconds: Int64(Company.start * 1e9)).advanced(by: .seconds(21 * 86_400))
    let window = MaintenanceWindow(start: start, end: start.advanced(by: .seconds(4 * 3600)))
    #expect(Self.findings(of: [(21, 2)]) { $0.maintenance = [window] }.isEmpty)
  }
}
