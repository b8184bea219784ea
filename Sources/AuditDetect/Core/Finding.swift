package import AuditModel
import JSON

package enum Severity: String, CaseIterable, Sendable, Hashable, Comparable {
  case info, warning, critical

  package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
  private var rank: Int { self == .info ? 0 : self == .warning ? 1 : 2 }

  /// Critical from one false alarm in 1,000 months of a subject on.
  package init(score: Double) { self = score >= 3 ? .critical : .warning }
}

/// Whom a finding is about. Members that do not matter are nil.
package struct Subject: Sendable, Hashable {
  package var user: String?
  package var client: String?
  package var tool: String?
  package var session: String?
  package var server: String?
  package var team: String?
  package var address: String?

  package init(
    user: String? = nil, client: String? = nil, tool: String? = nil, session: String? = nil, server: String? = nil,
    team: String? = nil, address: String? = nil
  ) {
    self.user = user
    self.client = client
    self.tool = tool
    self.session = session
    self.server = server
    self.team = team
    self.address = address
  }

  /// The user, or the client where no user is known.
  package var actor: String? { user ?? client }
}

/// What a finding rests on.
package struct Evidence: Sendable, Hashable {
  package enum Value: Sendable, Hashable {
    case number(Double)
    case text(String)
    case texts([String])
  }

  package static let recordsMax = 20

  /// What was to be expected, and what was there, in `unit`.
  package var baseline: Double?
  package var observed: Double?
  package var unit: String?
  /// How probable something as strange is in one window when nothing is wrong.
  package var probability: Double?
  /// Sample records, `recordsMax` at most.
  package var records: [RecordID]
  /// What else belongs to it: names in lower camel case.
  package var more: [(name: String, value: Value)] = []

  package init(
    baseline: Double? = nil, observed: Double? = nil, unit: String? = nil, probability: Double? = nil,
    records: [RecordID] = [], more: [(name: String, value: Value)] = []
  ) {
    self.baseline = baseline
    self.observed = observed
    self.unit = unit
    self.probability = probability
    self.records = records
    self.more = more
  }

  package static func == (left: Evidence, right: Evidence) -> Bool {
    left.baseline == right.baseline && left.observed == right.observed && left.unit == right.unit
      && left.probability == right.probability && left.records == right.records
      && left.more.elementsEqual(right.more) { $0.name == $1.name && $0.value == $1.value }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(baseline)
    hasher.combine(observed)
    hasher.combine(records)
  }
}

/// What a detector concluded, with its evidence.
package struct Finding: Sendable, Hashable {
  package var detector: DetectorKind
  /// The time of the record that completed the evidence; of something that did not happen, when it became clear.
  package var at: RecordTime
  package var tenant: TenantID
  package var subject: Subject
  package var windowStart: RecordTime
  package var windowEnd: RecordTime
  /// −log10 of the expected number of such findings a subject and 30 days when nothing is wrong.
  package var score: Double
  package var severity: Severity
  /// One sentence that a person on call understands.
  package var summary: String
  package var evidence: Evidence
  /// The record came when its time had passed already.
  package var isLate = false
  /// The detector is in shadow mode: recorded, nobody is told.
  package var isShadow = false

  /// The same finding has the same identity in every run: detector, subject and moment, hashed.
  package var identity: UInt64 {
    Name(
      [
        detector.rawValue, tenant.name, subject.user, subject.client, subject.tool, subject.session, subject.server,
        subject.team, subject.address, "\(at.nanoseconds)", "\(windowStart.nanoseconds)",
      ].map { $0 ?? "\u{1}" }.joined(separator: "\u{1f}")
    ).hash
  }
}
