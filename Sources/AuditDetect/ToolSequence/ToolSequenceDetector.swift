import AuditModel
import Glibc

/// Whether a caller's tools come in the order in which this caller uses them. Each session (or piece of 100 calls) is judged when it is
/// over, by two views whose probabilities are combined as weighted Bonferroni:
///
/// - **somebody else's habits**: the ratio of two models, everybody else's against the caller's own, each four fifths tools and one fifth
///   pairs of tools, with half of the last session's value carried over; calibrated by a tail over all callers;
/// - **unusual order**: the surprise of an interpolated model of order three, in deviations of the caller's own sessions.
///
/// Sessions that look like somebody else's are not learned (gated updating: what wins on the Schonlau data).
struct ToolSequenceDetector: Detector {
  static let name = "tool-sequence"
  static let kinds: [DetectorKind] = [.toolSequence]
  static let stateVersion: UInt16 = 1

  /// Sessions before a caller is judged at all, and before what is strange is kept from learning.
  static let sessionsMin = 20.0
  private static let sessionsUntilGate = 50.0
  /// Otherness from which a session is not learned.
  private static let gate = 0.15
  private static let carry = 0.5
  private static let carriedMax = 6.0
  /// How the allowed false alarms are divided between the two views. They sum to less than one: sessions that follow a false alarm often
  /// are one too.
  private static let weights = (otherness: 0.7, order: 0.12)
  /// Open sessions at a time; beyond it the one that has waited longest ends early.
  private static let openMax = 32_768

  var subjects: SubjectTable<SequenceSubject>
  var crowd = Crowd()
  private var tail = CensoredTail()
  private var open = SubjectTable<OpenSession>(subjectsMax: openMax + 1)
  private var clock = SessionClock()
  private var danger: DangerousTransitions

  init(settings: DetectionSettings) {
    subjects = SubjectTable(subjectsMax: settings.subjectsMax)
    danger = DangerousTransitions(patterns: settings.dangerousTools)
  }

  mutating func observe(_ observation: Observation, _ detection: inout Detection) {
    // A record that came too late has lost its place in the order.
    guard !observation.isLate, !observation.tool.isNone, !observation.actor.isNone else { return }
    close(before: observation.time, &detection)
    let key = OpenSession.key(observation)
    let sessionsBefore = open.count
    let full: OpenSession? = open.update(key, make: { OpenSession(observation) }) { session in
      danger.judge(observation, in: session, subjects[session.subject], &detection)
      session.add(observation)
      guard session.tools.count >= OpenSession.callsMax else { return nil }
      defer { session.beginNextPiece() }
      return session
    }
    if open.count > sessionsBefore {
      clock.insert(.init(time: observation.time.nanoseconds + OpenSession.idle, key: key))
    }
    if let full { judge(full, isOver: false, &detection) }
    if open.count >= Self.openMax { closeNext(&detection) }
  }

  mutating func advance(to time: RecordTime, _ detection: inout Detection) {
    close(before: time, &detection)
  }

  mutating func finish(_ detection: inout Detection) {
    while clock.next != nil { closeNext(&detection) }
  }

  private mutating func close(before time: RecordTime, _ detection: inout Detection) {
    while let next = clock.next, next.time < time.nanoseconds {
      let end = open[next.key]?.end.nanoseconds ?? .min
      if end != .min, end + OpenSession.idle > next.time {
        clock.removeFirst()
        clock.insert(.init(time: end + OpenSession.idle, key: next.key))
      } else {
        closeNext(&detection)
      }
    }
  }

  private mutating func closeNext(_ detection: inout Detection) {
    guard let next = clock.next else { return }
    clock.removeFirst()
    guard let session = open[next.key] else { return }
    open.remove(next.key)
    if session.tools.isEmpty { return }
    judge(session, isOver: true, &detection)
  }

  private mutating func judge(_ session: OpenSession, isOver: Bool, _ detection: inout Detection) {
    let padded = session.padded(isOver: isOver)
    let time = Double(session.end.nanoseconds) * 1e-9
    let judgement = SessionJudgement(of: padded, habits: subjects[session.subject]?.habits ?? Habits(), crowd: crowd)
    let (learns, value, isStrange) = subjects.update(session.subject, make: { SequenceSubject() }) { subject in
      if subject.sessions == 0 { subject.firstEnd = time }
      subject.sessions += 1
      let otherness = judgement.otherness + Self.carry * subject.carried
      subject.carried = subject.sessions > 5 ? min(max(otherness, 0), Self.carriedMax) : 0
      let isStrange = subject.sessions > Self.sessionsUntilGate && otherness >= Self.gate
      if subject.sessions > Self.sessionsMin {
        let deviation = subject.deviation(of: judgement.surprise)
        let order = Self.log10Probability(ofDeviation: deviation)
        // What is nobody else's habit is judged by its order alone.
        let other = otherness > 0 ? tail.log10Probability(otherness) : .infinity
        let views = (
          otherness: other - log10(Self.weights.otherness), order: order - log10(Self.weights.order)
        )
        let windows = subject.sessionsPerPeriod(at: time)
        SequenceEvidence(
          session: session, judgement: judgement, otherness: otherness, deviation: deviation,
          usual: subject.usualSurprise, isOthers: otherness > 0 && views.otherness <= views.order,
          log10Probability: min(views.otherness, views.order), windows: windows
        ).report(&detection)
      }
      let learns = subject.mayLearn(isStrange: isStrange, at: time)
      if learns { subject.learn(padded, surprise: judgement.surprise) }
      return (learns, otherness, isStrange)
    }
    self.tail.add(isStrange ? Self.gate : value, isCensored: isStrange)
    if learns { self.crowd.learn(padded) }
  }

  /// Half of all sessions are above the mean; a tenth of them is two deviations higher, and so on: a tail much heavier than the normal
  /// one, which both people's and agents' sessions follow.
  static func log10Probability(ofDeviation deviation: Double) -> Double {
    deviation > 0 ? log10(0.5) - deviation / 2 : log10(1 - 0.5 * pow(10, deviation / 2))
  }

  // MARK: State

  func write(to writer: inout StateWriter) {
    subjects.write(to: &writer)
    crowd.write(to: &writer)
    tail.write(to: &writer)
    clock.write(to: &writer)
    open.write(to: &writer)
  }

  mutating func read(from reader: inout StateReader) throws(StateError) {
    try subjects.read(from: &reader)
    crowd = try Crowd(from: &reader)
    tail = try CensoredTail(from: &reader)
    clock = try SessionClock(from: &reader)
    try open.read(from: &reader)
  }
}
