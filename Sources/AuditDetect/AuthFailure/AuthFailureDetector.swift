package import AuditModel
import Glibc

/// Finds bursts of refusals of one caller, and passwords that are tried on many users from one address or in the whole tenant.
///
/// A burst is more refusals in an hour than the caller's days have had, and than chance gives to somebody who is refused once a day. A
/// spray is many different users refused within an hour, beyond what the address's or the tenant's days have had.
package struct AuthFailureDetector: Detector {
  package static let name = "auth-failure"
  package static let kinds: [DetectorKind] = [.authFailure]
  package static let stateVersion: UInt16 = 1

  private static let burstMin: Float = 5
  private static let sprayMin = 5
  private static let quiet = 3 * 3600.0
  /// Refusals an hour that anybody may meet.
  private static let usualMean = 0.1
  private static let windows = 720.0

  private var states: SubjectTable<AuthFailureState>

  package init(settings: DetectionSettings) {
    states = SubjectTable(subjectsMax: max(1, settings.subjectsMax / 4))
  }

  package mutating func observe(_ observation: Observation, _ detection: inout Detection) {
    guard observation.outcome == .denied, observation.time.nanoseconds >= 0 else { return }
    burst(observation, &detection)
    let isSprayFromAddress = spray(observation, from: observation.address, &detection)
    // The whole tenant's spray is news only where no single address explains it.
    _ = spray(observation, from: .none, &detection, isExplained: isSprayFromAddress)
  }

  private mutating func burst(_ observation: Observation, _ detection: inout Detection) {
    let step = observation.time.nanoseconds / 300_000_000_000
    let threshold = detection.threshold
    let who = observation.actor.isNone ? observation.address : observation.actor
    if who.isNone { return }
    let alarm: (score: Double, count: Float)? = states.update(
      SubjectKey(0x30, who), make: { AuthFailureState(step: step) }
    ) { state in
      if !observation.isLate { state.begin(step: step) }
      state.recent.add(1, 0)
      let count = state.recent.sums(steps: 12).first
      let surprise = BinomialTail.surprise(count: Double(count), mean: Self.usualMean)
      let formula = Calibration.score(log10Probability: -surprise, windows: Self.windows)
      let score = min(formula, state.burstGauge.isReady ? state.burstGauge.score(count) : formula - 1)
      let isStrange = count >= Self.burstMin && score >= threshold
      state.burstGauge.note(count, alarmedAt: isStrange ? threshold : nil)
      guard isStrange, state.burstGate.strange(at: observation.seconds, quiet: Self.quiet) else { return nil }
      return (score, count)
    }
    guard let alarm else { return }
    let start = observation.time.advanced(by: .seconds(-3600))
    let name = detection.names.shown(who) ?? ""
    var subject = detection.subject(user: observation.user, client: observation.client)
    subject.address = detection.names.shown(observation.address)
    detection.report(
      Finding(
        detector: .authFailure, at: observation.time, tenant: detection.tenant, subject: subject, windowStart: start,
        windowEnd: observation.time, score: alarm.score, severity: Severity(score: alarm.score),
        summary: "\(name) was refused \(Int(alarm.count)) times within an hour.",
        evidence: Evidence(
          baseline: Self.usualMean, observed: Double(alarm.count), unit: "refusals in 1 hour",
          probability: pow(10, -BinomialTail.surprise(count: Double(alarm.count), mean: Self.usualMean)),
          records: detection.recent.samples(since: start) {
            $0.outcome == .denied && ($0.actor == who || (observation.actor.isNone && $0.address == who))
          },
          more: [("pattern", .text("burst"))]), isLate: observation.isLate))
  }

  /// - Returns: whether the address sprays.
  private mutating func spray(
    _ observation: Observation, from address: Name, _ detection: inout Detection, isExplained: Bool = false
  ) -> Bool {
    guard !observation.user.isNone else { return false }
    if address.isNone, !observation.address.isNone, isExplained { return false }
    let step = observation.time.nanoseconds / 300_000_000_000
    let threshold = detection.threshold
    let found: (alarm: (score: Double, users: [Name])?, isStrange: Bool) = states.update(
      SubjectKey(0x31, address), make: { AuthFailureState(step: step) }
    ) { state in
      if !observation.isLate { state.begin(step: step) }
      let count = state.refuse(observation.user, at: observation.time)
      let surprise = BinomialTail.surprise(count: Double(count), mean: 2 * Self.usualMean)
      let formula = Calibration.score(log10Probability: -surprise, windows: Self.windows)
      let score = min(
        formula, state.sprayGauge.isReady ? state.sprayGauge.score(Float(count)) : formula - 1)
      let isStrange = count >= Self.sprayMin && score >= threshold
      state.sprayGauge.note(Float(count), alarmedAt: isStrange ? threshold : nil)
      guard isStrange, state.sprayGate.strange(at: observation.seconds, quiet: Self.quiet) else {
        return (nil, isStrange)
      }
      return ((score, state.users.map(\.user)), true)
    }
    if let alarm = found.alarm { reportSpray(alarm, observation, from: address, &detection) }
    return found.isStrange
  }

  private func reportSpray(
    _ alarm: (score: Double, users: [Name]), _ observation: Observation, from address: Name,
    _ detection: inout Detection
  ) {
    let start = observation.time.advanced(by: .seconds(-3600))
    let place = detection.names.shown(address)
    let names = alarm.users.suffix(Evidence.recordsMax).compactMap { detection.names.shown($0) }
    detection.report(
      Finding(
        detector: .authFailure, at: observation.time, tenant: detection.tenant, subject: Subject(address: place),
        windowStart: start, windowEnd: observation.time, score: alarm.score, severity: .critical,
        summary:
          "\(alarm.users.count) different users were refused within an hour\(place.map { " from \($0)" } ?? ""): passwords may be tried on many users.",
        evidence: Evidence(
          baseline: 2 * Self.usualMean, observed: Double(alarm.users.count), unit: "refused users in 1 hour",
          probability: pow(10, -BinomialTail.surprise(count: Double(alarm.users.count), mean: 2 * Self.usualMean)),
          records: detection.recent.samples(since: start) {
            $0.outcome == .denied && (address.isNone || $0.address == address)
          },
          more: [("pattern", .text("password-spray")), ("users", .texts(names))]), isLate: observation.isLate))
  }

  package mutating func advance(to time: RecordTime, _ detection: inout Detection) {}
  package func explain(_ subject: String, _ names: borrowing NameTable) -> [String] {
    guard let state = states[SubjectKey(0x30, Name(subject))] else { return [] }
    return ["\(subject): \(Int(state.recent.sums(steps: 12).first)) refusals in the last hour that had any"]
  }

  package func write(to writer: inout StateWriter) { states.write(to: &writer) }
  package mutating func read(from reader: inout StateReader) throws(StateError) { try states.read(from: &reader) }
}
