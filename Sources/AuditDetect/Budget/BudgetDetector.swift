package import AuditModel

/// What one team has spent in the running month.
struct BudgetState: SubjectState {
  let team: Name
  /// Months since year 0.
  var month: Int
  var spent = 0.0
  var said80 = false
  var said100 = false
  var saidForecast = false

  init(team: Name, month: Int) {
    self.team = team
    self.month = month
  }

  func write(to writer: inout StateWriter) {
    writer.put(team)
    writer.put(Int64(month))
    writer.put(spent)
    writer.put(said80)
    writer.put(said100)
    writer.put(saidForecast)
  }

  init(from reader: inout StateReader) throws(StateError) {
    team = try reader.name()
    month = Int(try reader.int64())
    spent = try reader.double()
    said80 = try reader.bool()
    said100 = try reader.bool()
    saidForecast = try reader.bool()
  }
}

/// Says when a team has spent 80 % and 100 % of its month's budget (calendar months in UTC), and when it will at its present pace. These are
/// facts and no matter of chance, so their scores are fixed.
package struct BudgetDetector: Detector {
  package static let name = "budget"
  package static let kinds: [DetectorKind] = [.budget]
  package static let stateVersion: UInt16 = 1

  private static let teamsMax = 100_000
  /// Days of a month from which on its pace says something.
  private static let forecastDaysMin = 7.0

  private let budgets: [Name: Double]
  private let costs: [Name: Double]
  private let teams: [Name: String]
  private var states = SubjectTable<BudgetState>(subjectsMax: BudgetDetector.teamsMax)

  package init(settings: DetectionSettings) {
    budgets = Dictionary(settings.teamBudgets.map { (Name($0.key), $0.value) }) { $1 }
    costs = Dictionary(settings.toolCosts.map { (Name($0.key), $0.value) }) { $1 }
    teams = Dictionary(settings.teamOfUser.map { (Name($0.key), $0.value) }) { $1 }
  }

  package mutating func observe(_ observation: Observation, _ detection: inout Detection) {
    if budgets.isEmpty { return }
    var team = observation.team
    if team.isNone, let name = teams[observation.actor] { team = detection.names.intern(name) }
    guard let budget = budgets[team], budget > 0 else { return }
    let civil = observation.time.day.civil
    let month = civil.year * 12 + civil.month - 1
    let cost = observation.cost ?? costs[observation.tool] ?? 1
    guard cost.isFinite, cost >= 0 else { return }
    let key = SubjectKey(0x50, team)
    let said: (kind: Statement, spent: Double)? = states.update(key, make: { BudgetState(team: team, month: month) }) {
      state in
      // A late record of a month that is over changes nothing that anybody could still do.
      if month < state.month { return nil }
      if month > state.month { state = BudgetState(team: team, month: month) }
      state.spent += cost
      return Self.statement(&state, budget, observation.time).map { ($0, state.spent) }
    }
    if let said { report(said.kind, said.spent, budget, team, observation, &detection) }
  }

  private enum Statement {
    case share80, share100
    case forecast(Double)
  }

  private static func statement(_ state: inout BudgetState, _ budget: Double, _ time: RecordTime) -> Statement? {
    if !state.said100, state.spent >= budget {
      state.said100 = true
      state.said80 = true
      state.saidForecast = true
      return .share100
    }
    if !state.said80, state.spent >= 0.8 * budget {
      state.said80 = true
      state.saidForecast = true
      return .share80
    }
    guard !state.saidForecast, let (elapsed, length) = month(of: time), elapsed >= forecastDaysMin else { return nil }
    let forecast = state.spent / elapsed * length
    guard forecast >= 1.1 * budget else { return nil }
    state.saidForecast = true
    return .forecast(forecast)
  }

  /// Days of the month that are over, and that it has.
  private static func month(of time: RecordTime) -> (elapsed: Double, length: Double)? {
    let civil = time.day.civil
    guard let first = Day(year: civil.year, month: civil.month, day: 1),
      let next = Day(
        year: civil.month == 12 ? civil.year + 1 : civil.year, month: civil.month == 12 ? 1 : civil.month + 1, day: 1)
    else { return nil }
    let elapsed = Double(time.nanoseconds - first.start.nanoseconds) / 86_400e9
    return (elapsed, Double(next.daysSince1970 - first.daysSince1970))
  }

  private func report(
    _ kind: Statement, _ spent: Double, _ budget: Double, _ team: Name, _ observation: Observation,
    _ detection: inout Detection
  ) {
    let name = detection.names.shown(team) ?? ""
    let civil = observation.time.day.civil
    let start = Day(year: civil.year, month: civil.month, day: 1)?.start ?? observation.time
    let (score, severity, summary): (Double, Severity, String) =
      switch kind {
      case .share80: (3, .warning, "Team \(name) has spent 80 % of its budget of this month.")
      case .share100: (6, .critical, "Team \(name) has spent all of its budget of this month.")
      case .forecast(let sum):
        (
          2, .info,
          "At its present pace team \(name) will spend \(Int((100 * sum / budget).rounded())) % of its budget this month."
        )
      }
    var subject = Subject()
    subject.team = name
    detection.report(
      Finding(
        detector: .budget, at: observation.time, tenant: detection.tenant, subject: subject, windowStart: start,
        windowEnd: observation.time, score: score, severity: severity, summary: summary,
        evidence: Evidence(
          baseline: budget, observed: spent, unit: "spent this month", records: [observation.record]),
        isLate: observation.isLate))
  }

  package mutating func advance(to time: RecordTime, _ detection: inout Detection) {}

  package func explain(_ subject: String, _ names: borrowing NameTable) -> [String] {
    guard let state = states[SubjectKey(0x50, Name(subject))] else { return [] }
    return ["\(subject): \(Finding.number(state.spent)) spent in month \(state.month % 12 + 1)"]
  }

  package func write(to writer: inout StateWriter) { states.write(to: &writer) }
  package mutating func read(from reader: inout StateReader) throws(StateError) { try states.read(from: &reader) }
}
