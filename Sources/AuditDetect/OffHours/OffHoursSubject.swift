import Glibc

/// What is known of one user's hours. Two kilobytes and a half of sessions by quarter of an hour of the week, and a little more.
struct OffHoursSubject: SubjectState {
  /// Days after which a session counts half: habits of a season.
  private static let halfLife = 120.0
  /// Days after which the rate of sessions has followed half of a change.
  private static let rateHalfLife = 28.0
  /// Bins of the conformal rank: a quarter of a power of two each.
  private static let ranks = 64
  /// Sessions before a user is judged.
  static let sessionsMin = 10
  /// How many sessions' worth the density's own probability counts beside the rank.
  private static let trust = 5.0

  private var profile = WeekProfile()
  /// Probabilities of the past sessions, by logarithm: what makes the next one's probability a rank among them.
  private var past = [Float](repeating: 0, count: ranks)
  private var pastWeight: Float = 1
  private var rate = 0.0
  private(set) var sessions = 0
  private(set) var first = 0.0
  /// Of the last session's beginning, and of the last call.
  private var faded = 0.0
  var lastCall = -Double.infinity
  /// The ids of the last two sessions, which may overlap.
  private var recent = (Name.none, Name.none)
  private(set) var quietest = 0
  private var nextQuietest = 0

  init() {}

  /// A call without a session id begins a session after so long a rest.
  private static let idle = 1800.0

  /// Whether a call begins a session.
  mutating func begins(session: Name, at seconds: Double) -> Bool {
    if session.isNone { return seconds - lastCall > Self.idle }
    if session == recent.0 || session == recent.1 { return false }
    recent = (session, recent.0)
    return true
  }

  struct Judgement {
    var probability: Double
    /// Sessions that are expected in 30 days.
    var windows: Double
    /// The rank that the density's probability had by itself.
    fileprivate var rank: Int
    fileprivate var slot: Int
  }

  /// Looks at a session that begins now; call `learn` afterwards.
  mutating func judge(at seconds: Double, isHoliday: Bool = false) -> Judgement {
    // A holiday is a Sunday, as far as work is concerned.
    let slot =
      WeekProfile.slot(ofSeconds: seconds) % WeekProfile.slotsADay
      + (isHoliday
        ? 6 * WeekProfile.slotsADay
        : WeekProfile.slot(ofSeconds: seconds) / WeekProfile.slotsADay * WeekProfile.slotsADay)
    if sessions == 0 {
      first = seconds
      faded = seconds
    }
    let days = max(seconds - faded, 0) / 86_400
    faded = max(faded, seconds)
    let factor = exp2(-days / Self.halfLife)
    profile.fade(factor)
    pastWeight /= Float(max(factor, 1e-12))
    if pastWeight > 1e12 {
      for index in past.indices { past[index] /= pastWeight }
      pastWeight = 1
    }
    rate *= exp2(-days / Self.rateHalfLife)
    guard profile.sessions >= 1 else { return Judgement(probability: 1, windows: 1, rank: 0, slot: slot) }

    if sessions >= nextQuietest {
      quietest = profile.quietest
      nextQuietest = sessions + 5
    }
    let density = profile.density(quietest: quietest)
    // Somebody who is still at work is less surprising than somebody who comes out of nowhere.
    let stillThere = 0.15 * profile.sessions / 168 * exp(-max(seconds - lastCall, 0) / 7200)
    let here = Double(density[(slot - quietest + WeekProfile.slots) % WeekProfile.slots]) + stillThere
    var below = 0.0
    var all = 0.0
    let most = Float(here * (1 + 1e-6))
    for value in density {
      all += Double(value)
      if value <= most { below += Double(value) }
    }
    let own = max(below / all, 1e-9)
    let rank = min(Int(-log2(own) * 4), Self.ranks - 1)
    let stranger = past[(rank + 1)...].reduce(0) { $0 + Double($1) } + 0.5 * Double(past[rank])
    let known = past.reduce(0) { $0 + Double($1) }
    let trust = Self.trust * Double(pastWeight)
    let age = max(seconds - first, 0) / 86_400
    let span = Self.rateHalfLife / M_LN2 * (1 - exp2(-age / Self.rateHalfLife))
    return Judgement(
      probability: (stranger + trust * own) / (known + trust),
      windows: max(rate, 1) / max(span, 3) * 30, rank: rank, slot: slot)
  }

  /// - Parameter isStrange: what alarmed clearly is ranked, but does not make its hour usual.
  mutating func learn(_ judgement: Judgement, isStrange: Bool) {
    if sessions >= Self.sessionsMin { past[judgement.rank] += pastWeight }
    if !isStrange { profile.add(judgement.slot) }
    rate += 1
    sessions += 1
  }

  /// The user's offset from UTC in hours, as far as the hours of work tell: the middle of the night is taken for 04:00.
  var offsetHours: Int {
    let hours = 4 - Double(quietest) / 4
    let wrapped = hours < -11.5 ? hours + 24 : hours
    return Int(wrapped.rounded())
  }

  /// The hours of the week with the most sessions: the smallest set that holds `share` of them, by hour of the local day.
  func usualHours(share: Double) -> [Int] {
    var hours = [Double](repeating: 0, count: 24)
    for (slot, value) in profile.density(quietest: quietest).enumerated() {
      hours[((slot + quietest) % WeekProfile.slotsADay / 4 + offsetHours + 24) % 24] += Double(value)
    }
    let all = hours.reduce(0, +)
    var sum = 0.0
    var usual: [Int] = []
    for hour in (0..<24).sorted(by: { hours[$0] == hours[$1] ? $0 < $1 : hours[$0] > hours[$1] })
    where sum < share * all {
      sum += hours[hour]
      usual.append(hour)
    }
    return usual.sorted()
  }

  func write(to writer: inout StateWriter) {
    profile.write(to: &writer)
    writer.put(past)
    writer.put(pastWeight)
    for value in [rate, first, faded, lastCall] { writer.put(value) }
    writer.put(recent.0)
    writer.put(recent.1)
    for value in [sessions, quietest, nextQuietest] { writer.put(UInt32(value)) }
  }

  init(from reader: inout StateReader) throws(StateError) {
    profile = try WeekProfile(from: &reader)
    past = try reader.floats()
    pastWeight = try reader.float()
    guard past.count == Self.ranks, pastWeight >= 1 else { throw .damaged }
    rate = try reader.double()
    first = try reader.double()
    faded = try reader.double()
    lastCall = try reader.double()
    recent = (try reader.name(), try reader.name())
    sessions = Int(try reader.uint32())
    quietest = Int(try reader.uint32()) % WeekProfile.slotsADay
    nextQuietest = Int(try reader.uint32())
  }
}
