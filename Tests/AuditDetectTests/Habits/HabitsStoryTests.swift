import AuditDetect
import AuditModel
import Testing

/// A week of a small company after three ordinary ones, with five planted incidents.
@Suite struct HabitsStoryTests {
  static let kinds: [DetectorKind] = [.toolSequence, .offHours, .geo, .firstUse, .toolCollision]

  struct Incident: Sendable {
    var kind: DetectorKind
    var session: String
  }

  /// The records, and which session each incident is.
  static func story(seed: UInt64) -> (calls: [Company.Call], incidents: [Incident]) {
    var company = Company(seed: seed)
    company.work(days: 0..<26)
    var incidents: [Incident] = []
    func plant(
      _ kind: DetectorKind, _ user: String, day: Int, hour: Double, _ tools: [String], _ address: String,
      server: String? = nil
    ) {
      company.session(
        of: user, at: (Double(day) + hour / 24) * Company.day, tools: tools, address: address, server: server)
      incidents.append(Incident(kind: kind, session: company.calls.last!.session))
    }
    plant(.offHours, "bob", day: 22, hour: 2.5, ["query_db", "export_csv"], "81.2.70.20")
    // Alice at home, and half an hour later on the other side of the earth.
    plant(.geo, "alice", day: 22, hour: 14.5, ["read_file", "run_tests", "open_pr"], "81.2.69.10")
    incidents.removeLast()
    plant(.geo, "alice", day: 22, hour: 15, ["read_file", "run_tests", "open_pr"], "1.128.0.9")
    plant(
      .toolSequence, "carol", day: 23, hour: 10,
      ["send_email", "archive_email", "read_calendar", "send_email", "move_event", "draft_email", "send_email"],
      "81.2.71.30")
    plant(.firstUse, "bob", day: 24, hour: 11, ["query_db", "drop_table"], "81.2.70.20")
    plant(
      .toolCollision, "alice", day: 25, hour: 12, ["read_file", "run_tests", "open_pr"], "81.2.69.10", server: "shadow")
    return (company.inOrder, incidents)
  }

  static var settings: DetectionSettings {
    get throws {
      var settings = DetectionSettings()
      settings.geoDatabase = try GeoDatabase(bytes: PlaceFile.bytes())
      return settings
    }
  }

  @Test("Each of five incidents is found by its detector, and nothing else is", arguments: [1, 2, 3] as [UInt64])
  func story(seed: UInt64) throws {
    let (calls, incidents) = Self.story(seed: seed)
    let findings = Watch.findings(Self.kinds, calls, settings: try Self.settings)
    for incident in incidents {
      #expect(
        findings.contains { $0.detector == incident.kind && $0.subject.session == incident.session }
          || incident.kind == .toolCollision && findings.contains { $0.detector == .toolCollision },
        "\(incident.kind.rawValue) is found")
    }
    let planted = Set(incidents.map(\.session))
    let others = findings.filter { finding in
      finding.detector != .toolCollision && !planted.contains(finding.subject.session ?? "")
    }
    #expect(others.isEmpty, "\(others.map(\.summary))")
    #expect(findings.filter { $0.detector == .toolCollision }.count <= 3)
  }

  @Test("Every finding says in one sentence who did what, and names records")
  func evidence() throws {
    let (calls, _) = Self.story(seed: 1)
    for finding in Watch.findings(Self.kinds, calls, settings: try Self.settings) {
      #expect(finding.summary.hasSuffix("."))
      #expect(!finding.evidence.records.isEmpty)
      #expect(finding.evidence.probability != nil)
      #expect(finding.windowStart <= finding.windowEnd)
      #expect(finding.score >= 0)
    }
  }

  @Test("Saved and restored after every record, they find the same", arguments: kinds)
  func restart(kind: DetectorKind) throws {
    let (calls, _) = Self.story(seed: 2)
    let settings = Watch.only([kind], try Self.settings)
    let expected = Watch.findings([kind], calls, settings: settings)
    #expect(!expected.isEmpty)
    var watch = Watch([kind], settings: settings)
    for call in calls {
      watch.see(call)
      let saved = watch.set.save()
      var other = DetectorSet(tenant: watch.set.tenant, settings: settings)
      #expect(try other.restore(saved).isEmpty)
      watch.set = other
    }
    watch.finish()
    #expect(watch.findings == expected)
  }

  @Test("What they learned is explained", arguments: kinds)
  func explained(kind: DetectorKind) throws {
    var watch = Watch([kind], settings: try Self.settings)
    for call in Self.story(seed: 1).calls { watch.see(call) }
    #expect(!watch.set.explain(kind == .toolCollision ? "open_pr" : "alice").isEmpty)
    #expect(watch.set.explain("nobody").isEmpty)
  }
}
