import AuditModel
import Glibc

/// A step to a tool that the configuration calls dangerous is judged by itself, at once: has this caller ever gone there from here?
struct DangerousTransitions: Sendable {
  private let patterns: [ToolPattern]
  private var known: [Name: Bool] = [:]
  private static let knownMax = 65_536
  /// Calls of a caller before it is judged.
  private static let callsMin = 50.0

  init(patterns: [String]) { self.patterns = patterns.map(ToolPattern.init) }

  private mutating func isDangerous(_ tool: Name, _ names: borrowing NameTable) -> Bool {
    if patterns.isEmpty { return false }
    if let answer = known[tool] { return answer }
    if known.count >= Self.knownMax { known.removeAll() }
    let text = names.text(tool) ?? ""
    let answer = patterns.contains { $0.matches(text) }
    known[tool] = answer
    return answer
  }

  mutating func judge(
    _ observation: Observation, in session: OpenSession, _ subject: @autoclosure () -> SequenceSubject?,
    _ detection: inout Detection
  ) {
    guard !patterns.isEmpty, isDangerous(observation.tool, detection.names), let subject = subject() else { return }
    let habits = subject.habits
    guard habits.total >= Self.callsMin, habits.total > 0 else { return }
    let before = session.tools.last?.hash ?? Habits.before
    let pair = habits.count(ofPair: before, observation.tool.hash)
    if pair > 0 { return }
    // Steps of this kind in a month, if one was just missed in all that was learned.
    let days = max(observation.seconds - subject.firstEnd, 86_400) / 86_400
    let score = log10(days / 30 / 0.5)
    let from = session.tools.last.flatMap { detection.names.shown($0) } ?? "the start of a session"
    let tool = detection.names.shown(observation.tool) ?? "?"
    let whom = detection.subject(
      user: observation.user, client: observation.client, tool: observation.tool, session: observation.session)
    detection.report(
      Finding(
        detector: .toolSequence, at: observation.time, tenant: detection.tenant, subject: whom,
        windowStart: session.start, windowEnd: observation.time, score: score, severity: Severity(score: score),
        summary: "\(whom.actor ?? "?") went from \(from) to \(tool), which it never did in \(Int(habits.total)) calls.",
        evidence: Evidence(
          baseline: 0, observed: 1, unit: "steps", probability: 1 / (habits.total + 2),
          records: Array(session.records.suffix(1)) + [observation.record],
          more: [("view", .text("dangerous-tool")), ("from", .text(from)), ("to", .text(tool))])))
  }
}

/// A tool's name, in which `*` stands for any rest.
struct ToolPattern: Sendable, Hashable {
  private let start: String
  private let isPrefix: Bool

  init(_ text: String) {
    isPrefix = text.hasSuffix("*")
    start = isPrefix ? String(text.dropLast()) : text
  }

  func matches(_ tool: String) -> Bool { isPrefix ? tool.hasPrefix(start) : tool == start }
}
