import AuditDetect
import AuditModel
import AuditStore
import Synchronization

/// The detectors of one tenant, fed from the store's threads. One thing at a time uses it; the lock only says so to the compiler.
final class RecordWatch: Sendable {
  private struct Inside {
    var set: DetectorSet
    var reader = ObservationReader()
    var newest: RecordTime?
    var count = 0
  }

  private let inside: Mutex<Inside>

  /// - Parameter toleratedDelay: see `DetectorSet`; zero where the watermark waits for what comes out of order.
  init(tenant: TenantID, settings: DetectionSettings, toleratedDelay: Duration = .zero) {
    var set = DetectorSet(tenant: tenant, settings: settings)
    set.toleratedDelay = toleratedDelay
    inside = Mutex(Inside(set: set))
  }

  /// - Parameter tuple: a binary COPY tuple of `RecordLayout`.
  func observe(_ tuple: Span<UInt8>, _ id: RecordID) {
    inside.withLock { inside in
      let observation = inside.reader.read(tuple, id: id, into: &inside.set)
      inside.newest = max(inside.newest ?? observation.time, observation.time)
      inside.count += 1
      inside.set.observe(observation)
    }
  }

  /// The youngest time of the records since the last call, and how many there were.
  func takeProgress() -> (newest: RecordTime?, records: Int) {
    inside.withLock { inside in
      defer { (inside.newest, inside.count) = (nil, 0) }
      return (inside.newest, inside.count)
    }
  }

  var watermark: RecordTime { inside.withLock { $0.set.watermark } }

  func advance(to watermark: RecordTime) { inside.withLock { $0.set.advance(to: watermark) } }

  /// No record will follow.
  func finish() { inside.withLock { $0.set.finish() } }

  func takeFindings() -> [Finding] { inside.withLock { $0.set.takeFindings() } }

  /// Hears that a finding was to be expected.
  func hear(_ finding: FindingRow) {
    // Of a detector that this program does not have any more.
    guard let detector = DetectorKind(rawValue: finding.detector) else { return }
    let subject = Subject(
      user: finding.user, client: finding.client, tool: finding.tool, session: finding.session, server: finding.server,
      team: finding.team, address: finding.address)
    inside.withLock { $0.set.expect(detector, subject, score: finding.score, at: finding.at) }
  }

  /// What was learned of a subject, in lines for people.
  func explain(_ subject: String) -> [String] { inside.withLock { $0.set.explain(subject) } }

  func save() -> [UInt8] { inside.withLock { $0.set.save() } }

  /// - Returns: the names of detectors that begin anew, because their state has another version.
  func restore(_ state: [UInt8]) throws(StateError) -> [String] {
    // `withLock` knows no typed errors that pass through an inout capture; so the result is looked at outside.
    let result = inside.withLock { inside -> Result<[String], StateError> in
      do throws(StateError) {
        return .success(try inside.set.restore(state))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

extension FindingRow {
  init(_ finding: Finding) {
    self.init(
      detector: finding.detector.rawValue, at: finding.at,
      window: min(finding.windowStart, finding.windowEnd)...finding.windowEnd, score: finding.score,
      severity: finding.severity.rawValue, isLate: finding.isLate, isShadow: finding.isShadow,
      identity: Int64(bitPattern: finding.identity), summary: finding.summary, evidence: finding.evidence.json)
    let subject = finding.subject
    (actor, user, client, tool) = (subject.actor, subject.user, subject.client, subject.tool)
    (server, session, team, address) = (subject.server, subject.session, subject.team, subject.address)
  }
}
