import AuditModel
import Glibc

/// Whether a user works at hours at which this user does not work. The first call of each session is judged: by the share of the user's own
/// sessions that begin at hours at least as unusual (a highest-density region, ranked among the user's own past sessions), times how many
/// sessions the user has in 30 days.
///
/// An explicit calendar comes first: inside business hours nothing is said; outside them a user who is still being learned is reported;
/// a holiday is judged as a Sunday; what happens in a maintenance window is neither reported nor learned.
struct OffHoursDetector: Detector {
  static let name = "off-hours"
  static let kinds: [DetectorKind] = [.offHours]
  static let stateVersion: UInt16 = 1

  /// The score from which an hour is not learned as usual: one false alarm in about three months.
  private static let strangeScore = 0.5

  private var users: SubjectTable<OffHoursSubject>
  private let settings: DetectionSettings

  init(settings: DetectionSettings) {
    // About 3 KiB each, so that a million users with all that is known of them stay below 2 GiB.
    users = SubjectTable(subjectsMax: max(1, settings.subjectsMax / 4))
    self.settings = settings
  }

  private static func key(_ name: Name) -> SubjectKey { SubjectKey(0x0F, name) }

  mutating func observe(_ observation: Observation, _ detection: inout Detection) {
    let actor = observation.actor
    guard !actor.isNone, !settings.isInMaintenance(observation.time) else { return }
    let seconds = observation.seconds
    let settings = self.settings
    users.update(Self.key(actor), make: { OffHoursSubject() }) { user in
      defer { user.lastCall = max(user.lastCall, seconds) }
      guard user.begins(session: observation.session, at: seconds) else { return }
      let isHoliday = settings.holidays.contains(settings.localDay(of: observation.time))
      let judgement = user.judge(at: seconds, isHoliday: isHoliday)
      let isInside = !isHoliday && settings.businessHours?.contains(observation.time) == true
      var score = -Double.infinity
      if user.sessions >= OffHoursSubject.sessionsMin {
        score = Calibration.score(probability: judgement.probability, windows: judgement.windows)
      } else if settings.businessHours != nil, !isInside {
        // Outside the calendar, by somebody of whom nothing else is known.
        score = 0
      }
      if score >= detection.threshold, !isInside {
        Self.report(observation, user, judgement, score, isHoliday, &detection)
      }
      if !observation.isLate { user.learn(judgement, isStrange: score >= Self.strangeScore && !isInside) }
    }
  }

  mutating func advance(to time: RecordTime, _ detection: inout Detection) {}

  private static func report(
    _ observation: Observation, _ user: OffHoursSubject, _ judgement: OffHoursSubject.Judgement, _ score: Double,
    _ isHoliday: Bool, _ detection: inout Detection
  ) {
    let subject = detection.subject(
      user: observation.user, client: observation.user.isNone ? observation.client : .none,
      session: observation.session)
    let who = subject.actor ?? "?"
    let offset = detection.settings.businessHours.map { Double($0.offset) / 3600 } ?? Double(user.offsetHours)
    let zone = detection.settings.businessHours == nil ? "inferred \(utc(offset))" : utc(offset)
    let local = localTime(observation.seconds, offset)
    let isLearning = user.sessions < OffHoursSubject.sessionsMin
    let hours = user.usualHours(share: 0.9)
    let why =
      isLearning
      ? "outside the business hours"
      : "when about \(share(judgement.probability)) of \(who)'s sessions begin at such hours"
    let holiday = isHoliday ? ", a holiday" : ""
    detection.report(
      Finding(
        detector: .offHours, at: observation.time, tenant: detection.tenant, subject: subject,
        windowStart: observation.time, windowEnd: observation.time, score: score, severity: Severity(score: score),
        summary: "\(who) began to work at \(local)\(holiday) (\(zone)), \(why).",
        evidence: Evidence(
          baseline: judgement.probability * judgement.windows, observed: 1,
          unit: "sessions at such hours in 30 days", probability: judgement.probability,
          records: [observation.record],
          more: [
            ("timeZone", .text(zone)), ("localTime", .text(local)),
            ("usualHours", .text(ranges(hours))), ("sessionsSeen", .number(Double(user.sessions))),
          ]),
        isLate: observation.isLate))
  }

  private static func share(_ probability: Double) -> String {
    probability < 0.001 ? "less than 0.1 %" : "\((probability * 1000).rounded() / 10) %"
  }

  private static func utc(_ hours: Double) -> String {
    let minutes = Int((abs(hours) * 60).rounded())
    let rest = minutes % 60 == 0 ? "" : ":\(minutes % 60)"
    return "UTC\(hours < 0 ? "-" : "+")\(minutes / 60)\(rest)"
  }

  private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

  private static func localTime(_ seconds: Double, _ offset: Double) -> String {
    let slot = Int(((seconds + offset * 3600 + 3 * 86_400) / 60).rounded(.down)) % 10_080
    let minute = slot < 0 ? slot + 10_080 : slot
    let of = minute % 1440
    return "\(weekdays[minute / 1440]) \(two(of / 60)):\(two(of % 60))"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// `[8, 9, 10, 14]` → `08–11, 14–15`.
  private static func ranges(_ hours: [Int]) -> String {
    var texts: [String] = []
    var index = 0
    while index < hours.count {
      var end = index
      while end + 1 < hours.count, hours[end + 1] == hours[end] + 1 { end += 1 }
      texts.append("\(two(hours[index]))–\(two(hours[end] + 1))")
      index = end + 1
    }
    return texts.joined(separator: ", ")
  }

  func explain(_ subject: String, _ names: borrowing NameTable) -> [String] {
    guard let user = users[Self.key(Name(subject))] else { return [] }
    if user.sessions < OffHoursSubject.sessionsMin {
      return ["\(user.sessions) sessions seen; judged from session \(OffHoursSubject.sessionsMin) on"]
    }
    return [
      "\(user.sessions) sessions seen; 90 % of them begin at \(Self.ranges(user.usualHours(share: 0.9))) (\(Self.utc(Double(user.offsetHours))), inferred)"
    ]
  }

  func write(to writer: inout StateWriter) { users.write(to: &writer) }
  mutating func read(from reader: inout StateReader) throws(StateError) { try users.read(from: &reader) }
}

extension DetectionSettings {
  /// The date at which a moment falls where the business hours apply.
  func localDay(of time: RecordTime) -> Day { time.advanced(by: .seconds(businessHours?.offset ?? 0)).day }
}
