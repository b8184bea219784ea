package import AuditModel

/// Watches one tenant's records in event-time order and says what is unusual.
///
/// - Pure: what it says depends on its settings and on the records, never on a clock, on chance, or on how the records were cut into
///   chunks. `advance(to:)` in one step or in several is the same.
/// - Bounded: what it keeps of a subject stays below 4 KiB, and subjects are kept in a `SubjectTable`.
/// - Restartable: read back from what it wrote, it goes on as if nothing had happened, after every single record.
package protocol Detector: Sendable {
  /// What it is called where its state is stored; never changes.
  static var name: String { get }
  /// The kinds of findings that it makes.
  static var kinds: [DetectorKind] { get }
  /// Of its state's format; state of another version is not read, and it learns anew.
  static var stateVersion: UInt16 { get }

  init(settings: DetectionSettings)

  /// A record, at or after everything before, unless it is marked late: then it is judged by what was learned, and need not be learned.
  mutating func observe(_ observation: Observation, _ detection: inout Detection)

  /// Event time has come so far: no record before `time` will follow but late ones. Called at least at each full minute that a record
  /// stands behind, and before that record.
  mutating func advance(to time: RecordTime, _ detection: inout Detection)

  /// No record will follow at all (the input of a filter ends): what waits for more is judged by what there is.
  mutating func finish(_ detection: inout Detection)

  /// What was learned of a user, client, tool … of this name, in lines for people; empty where it is unknown.
  func explain(_ subject: String, _ names: borrowing NameTable) -> [String]

  func write(to writer: inout StateWriter)
  mutating func read(from reader: inout StateReader) throws(StateError)
}

extension Detector {
  package mutating func finish(_ detection: inout Detection) {}
}

/// What detectors share while one tenant's records are watched: names, settings, and where findings go.
package struct Detection: Sendable {
  package let tenant: TenantID
  package let settings: DetectionSettings
  /// The least score that is worth a finding.
  package let threshold: Double
  package var names: NameTable
  /// What people said about findings.
  package var expectations = Expectations()
  /// The records before the present one, and it.
  package internal(set) var recent = RecentRecords()
  package private(set) var findings: [Finding] = []

  package init(tenant: TenantID, settings: DetectionSettings) {
    self.tenant = tenant
    self.settings = settings
    threshold = settings.threshold
    names = NameTable(namesMax: settings.namesMax)
  }

  /// Reports a finding, unless its detector is off, its score too low for the budget, or it lies in a maintenance window.
  package mutating func report(_ finding: Finding) {
    let mode = settings.mode(of: finding.detector)
    guard mode != .off, finding.score >= threshold, !settings.isInMaintenance(finding.at) else { return }
    var finding = finding
    finding.isShadow = mode == .shadow || expectations.covers(finding)
    findings.append(finding)
  }

  /// What was reported since the last time, in the order of time; of one moment in the order in which it was reported.
  package mutating func takeFindings() -> [Finding] {
    let order = findings.indices.sorted { (findings[$0].at, $0) < (findings[$1].at, $1) }
    let sorted = order.map { findings[$0] }
    findings.removeAll()
    return sorted
  }

  /// The subject of a finding, in words.
  package func subject(
    user: Name = .none, client: Name = .none, tool: Name = .none, session: Name = .none, server: Name = .none
  ) -> Subject {
    Subject(
      user: names.shown(user), client: names.shown(client), tool: names.shown(tool), session: names.shown(session),
      server: names.shown(server))
  }
}
