import AuditModel
import Glibc

/// A user's first call of a tool, or of a tool in a new shape of arguments. New users are quiet: they are learned for two weeks and 50
/// calls. After that it is judged by how often something is new to this very user. A tool that several users take up within a week is
/// being rolled out, which is nobody's anomaly.
struct FirstUseDetector: Detector {
  static let name = "first-use"
  static let kinds: [DetectorKind] = [.firstUse]
  static let stateVersion: UInt16 = 1

  private static let learningDays = 14.0
  private static let learningCalls = 50
  /// Calls of a tool before a new shape of its arguments says something.
  private static let shapeCalls = 20.0
  /// Both kinds of firsts share the budget.
  private static let kindsCount = 2.0
  /// A dangerous tool weighs ten times as much.
  private static let dangerScore = 1.0

  private var users: SubjectTable<FirstUseSubject>
  private var tools: SubjectTable<ToolAdoption>
  private let dangerous: [ToolPattern]

  init(settings: DetectionSettings) {
    users = SubjectTable(subjectsMax: settings.subjectsMax)
    tools = SubjectTable(subjectsMax: min(settings.subjectsMax, 65_536))
    dangerous = settings.dangerousTools.map(ToolPattern.init)
  }

  private static func key(_ name: Name) -> SubjectKey { SubjectKey(0x1F, name) }

  mutating func observe(_ observation: Observation, _ detection: inout Detection) {
    guard !observation.actor.isNone, !observation.tool.isNone else { return }
    let seconds = observation.seconds
    let tool = observation.tool
    users.update(Self.key(observation.actor), make: { FirstUseSubject() }) { user in
      let toolCalls = user.tools.count(FirstUseSubject.key(tool: tool))
      let isNewTool = toolCalls == 0
      let isNewShape =
        !isNewTool && observation.shape != 0
        && user.shapes.count(FirstUseSubject.key(tool: tool, shape: observation.shape)) == 0
      let isKnown =
        user.calls >= Self.learningCalls && seconds - user.first >= Self.learningDays * 86_400
      if isNewTool {
        let others = tools.update(SubjectKey(0x2F, tool), make: { ToolAdoption() }) { adoption in
          observation.isLate ? adoption.recent(at: seconds) : adoption.add(at: seconds)
        }
        if isKnown {
          let danger = dangerous.isEmpty ? false : Self.matches(tool, dangerous, detection.names)
          let rate = user.newToolsPerPeriod(at: seconds) * Self.kindsCount
          let score = -log10(rate) - log10(1 + others) + (danger ? Self.dangerScore : 0)
          Self.report(observation, user, score, rate: rate, isTool: true, others: others, &detection)
        }
      } else if isNewShape, isKnown, toolCalls >= Self.shapeCalls {
        let rate = user.newShapesPerPeriod(at: seconds) * Self.kindsCount
        Self.report(observation, user, -log10(rate), rate: rate, isTool: false, others: 0, &detection)
      }
      if observation.isLate { return }
      user.learn(
        tool, shape: observation.shape, isNewTool: isNewTool, isNewShape: isNewShape, isJudged: isKnown, at: seconds)
    }
  }

  mutating func advance(to time: RecordTime, _ detection: inout Detection) {}

  private static func matches(_ tool: Name, _ patterns: [ToolPattern], _ names: borrowing NameTable) -> Bool {
    let text = names.text(tool) ?? ""
    return patterns.contains { $0.matches(text) }
  }

  private static func report(
    _ observation: Observation, _ user: FirstUseSubject, _ score: Double, rate: Double, isTool: Bool, others: Double,
    _ detection: inout Detection
  ) {
    guard score >= detection.threshold else { return }
    let subject = detection.subject(
      user: observation.user, client: observation.user.isNone ? observation.client : .none, tool: observation.tool,
      session: observation.session)
    let who = subject.actor ?? "?"
    let tool = subject.tool ?? "?"
    let days = Int((observation.seconds - user.first) / 86_400)
    detection.report(
      Finding(
        detector: .firstUse, at: observation.time, tenant: detection.tenant, subject: subject,
        windowStart: observation.time, windowEnd: observation.time, score: score, severity: Severity(score: score),
        summary: isTool
          ? "\(who) called \(tool) for the first time in \(days) days and \(user.calls) calls."
          : "\(who) called \(tool) with arguments of a shape that \(who) never used before.",
        evidence: Evidence(
          baseline: rate / kindsCount, observed: 1, unit: isTool ? "new tools in 30 days" : "new shapes in 30 days",
          probability: pow(10, -max(score, 0)), records: [observation.record],
          more: [
            ("kind", .text(isTool ? "tool" : "arguments")), ("toolsKnown", .number(Double(user.tools.distinct))),
            ("usersTakingItUp", .number(others.rounded())),
          ]),
        isLate: observation.isLate))
  }

  func explain(_ subject: String, _ names: borrowing NameTable) -> [String] {
    guard let user = users[Self.key(Name(subject))] else { return [] }
    return [
      "\(user.calls) calls of \(user.tools.distinct) tools in \(user.shapes.distinct) shapes of arguments; "
        + "judged after \(Int(Self.learningDays)) days and \(Self.learningCalls) calls"
    ]
  }

  func write(to writer: inout StateWriter) {
    users.write(to: &writer)
    tools.write(to: &writer)
  }
  mutating func read(from reader: inout StateReader) throws(StateError) {
    try users.read(from: &reader)
    try tools.read(from: &reader)
  }
}

/// How many users took a tool up lately.
struct ToolAdoption: SubjectState {
  private static let halfLife = 7.0 * 86_400
  private var users = 0.0
  private var time = 0.0

  init() {}

  func recent(at now: Double) -> Double { users * exp2(-max(now - time, 0) / Self.halfLife) }

  /// - Returns: how many did before this one.
  mutating func add(at now: Double) -> Double {
    let before = recent(at: now)
    users = before + 1
    time = max(time, now)
    return before
  }

  func write(to writer: inout StateWriter) {
    writer.put(users)
    writer.put(time)
  }
  init(from reader: inout StateReader) throws(StateError) {
    users = try reader.double()
    time = try reader.double()
  }
}
