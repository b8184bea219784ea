import AuditConfig
import AuditDetect
import AuditModel
import AuditRedact
import AuditSource

/// Lines, raw or normalised, → records → the detectors of their tenants.
struct DetectLines: ~Copyable {
  private let tenant: TenantID
  private let configuration: Configuration
  private let budget: Double?
  private let geo: GeoDatabase?
  private let textBytesMax: Int
  private var intake: LineIntake
  private var batch: OpenBatch
  private var reader = ObservationReader()
  private var sets: [TenantID: DetectorSet] = [:]
  /// The set of `tenant`, here and not in `sets` between `begin` and `end`, so that it is changed in place.
  private var set: DetectorSet
  /// The latest time of a record so far.
  private var latest = RecordTime(nanoseconds: .min)
  private(set) var records = 0
  private(set) var rejected = 0

  /// Every time is taken: what is too old for one tenant is another's history.
  private static let window = TimeWindow(
    earliest: RecordTime(nanoseconds: .min), latest: RecordTime(nanoseconds: .max))
  /// The clock stands still, so that the output depends on nothing but the input.
  private static let now = RecordTime(nanoseconds: 0)

  init(
    tenant: TenantID, configuration: Configuration, budget: Double?, geo: GeoDatabase?, policy: RedactionPolicy
  ) {
    self.tenant = tenant
    self.configuration = configuration
    self.budget = budget
    self.geo = geo
    textBytesMax = configuration.limits.lineBytesMax
    intake = LineIntake(collector: 1, policy: policy, configuration)
    batch = OpenBatch(sequence: 1, textBytesMax: textBytesMax, reservingBytes: 0)
    set = Self.makeSet(of: tenant, configuration, budget, geo)
  }

  private static func makeSet(
    of tenant: TenantID, _ configuration: Configuration, _ budget: Double?, _ geo: GeoDatabase?
  ) -> DetectorSet {
    var settings = configuration.detection(for: tenant, geo: geo)
    if let budget { settings.budget = budget }
    return DetectorSet(tenant: tenant, settings: settings)
  }

  /// A chunk begins.
  mutating func begin(reservingBytes bytes: Int) {
    batch = OpenBatch(sequence: 1, textBytesMax: textBytesMax, reservingBytes: bytes)
  }

  mutating func take(_ line: Span<UInt8>, _ framed: FramedLine) {
    if let other = reader.tenant(ofNormalised: line) {
      takeNormalised(line, of: other)
    } else {
      intake.take(line, framed, server: nil, window: Self.window, now: Self.now, into: &batch)
    }
  }

  /// The chunk is over.
  mutating func end(isAtEnd: Bool) {
    if isAtEnd { intake.finish(server: nil, window: Self.window, now: Self.now, into: &batch) }
    rejected += batch.rejected.count
    let filled = batch
    let rows = filled.records.finish().value
    batch = OpenBatch(sequence: 1, textBytesMax: textBytesMax, reservingBytes: 0)
    for row in 0..<rows.count {
      let tuple = rows.bytes.span.extracting(rows.range(of: row))
      let id = nextID()
      let observation = reader.read(tuple, id: id, into: &set)
      latest = max(latest, observation.time)
      set.observe(observation)
    }
  }

  private mutating func takeNormalised(_ line: Span<UInt8>, of other: TenantID) {
    if other == tenant {
      let observation = reader.read(normalised: line, into: &set)
      if let observation { set.observe(observation) }
      return count(observation)
    }
    var its = sets.removeValue(forKey: other) ?? Self.makeSet(of: other, configuration, budget, geo)
    let observation = reader.read(normalised: line, into: &its)
    if let observation { its.observe(observation) }
    sets[other] = its
    count(observation)
  }

  private mutating func count(_ observation: Observation?) {
    guard let observation else { return rejected += 1 }
    records += 1
    latest = max(latest, observation.time)
  }

  /// Records of lines are counted through, whatever the chunks were.
  private mutating func nextID() -> RecordID {
    defer { records += 1 }
    return RecordID(collector: 1, sequence: Int64(records / 5000 + 1), index: Int32(records % 5000))
  }

  /// What is found and cannot be preceded by anything, one line each.
  mutating func findings(isAtEnd: Bool) -> [UInt8] {
    guard latest.nanoseconds > .min else { return [] }
    let wait = set.detection.settings.reorderMax
    let watermark = latest.advanced(by: isAtEnd ? .nanoseconds(1) : .zero - wait)
    set.advance(to: watermark)
    if isAtEnd { set.finish() }
    var found = set.takeFindings()
    for other in sets.keys.sorted() {
      guard var its = sets.removeValue(forKey: other) else { continue }
      its.advance(to: watermark)
      if isAtEnd { its.finish() }
      found += its.takeFindings()
      sets[other] = its
    }
    let order = found.indices.sorted { (found[$0].at, $0) < (found[$1].at, $1) }
    return order.flatMap { Array((found[$0].json + "\n").utf8) }
  }

  /// What was learned of a subject, by tenant.
  func explanation(of subject: String) -> String {
    var lines = set.explain(subject)
    for (other, its) in sets.sorted(by: { $0.key < $1.key }) {
      lines += its.explain(subject).map { "\(other): \($0)" }
    }
    return lines.isEmpty ? "Nothing was learned of \(subject).\n" : lines.joined(separator: "\n") + "\n"
  }
}
