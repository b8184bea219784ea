import AuditModel
import Glibc

/// Puts a judged session into a finding.
struct SequenceEvidence {
  let session: OpenSession
  let judgement: SessionJudgement
  let otherness: Double
  let deviation: Double
  let usual: Double
  let isOthers: Bool
  let log10Probability: Double
  let windows: Double

  func report(_ detection: inout Detection) {
    let score = max(Calibration.score(log10Probability: log10Probability, windows: windows), -5)
    guard score >= detection.threshold else { return }
    let subject = detection.subject(user: session.user, client: session.client, session: session.session)
    let who = subject.actor ?? "?"
    let steps = judgement.steps.map { step in
      let from = step.call == 0 ? "start" : detection.names.shown(session.tools[step.call - 1]) ?? "?"
      return "\(from) → \(detection.names.shown(session.tools[step.call]) ?? "?")"
    }
    let strangest = steps.first.map { "; the strangest step is \($0)" } ?? ""
    let count = session.tools.count
    let calls = count == 1 ? "1 call" : "\(count) calls"
    let summary =
      isOthers
      ? "\(who)'s \(calls) look like somebody else's habits rather than \(who)'s own\(strangest)."
      : "\(who) used tools in an unusual order: \(calls), \(Self.rounded(deviation)) deviations more surprising than usual\(strangest)."
    detection.report(
      Finding(
        detector: .toolSequence, at: session.end, tenant: detection.tenant, subject: subject,
        windowStart: session.start, windowEnd: session.end, score: score, severity: Severity(score: score),
        summary: summary,
        evidence: Evidence(
          baseline: isOthers ? 0 : usual, observed: isOthers ? otherness : judgement.surprise,
          unit: isOthers ? "nats a call in favour of others" : "nats of surprise",
          probability: pow(10, min(log10Probability, 0)),
          records: judgement.steps.prefix(Evidence.recordsMax).map { session.records[$0.call] },
          more: [
            ("view", .text(isOthers ? "somebody-else" : "order")), ("calls", .number(Double(count))),
            ("strangestSteps", .texts(steps)),
          ])))
  }

  static func rounded(_ value: Double) -> String {
    let tenths = (abs(value) * 10).rounded() / 10
    return "\(value < 0 ? "-" : "")\(tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)")"
  }
}
