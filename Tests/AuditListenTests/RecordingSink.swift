import AuditListen
import AuditModel

/// Keeps what it is given in memory, and can be told to have no room, to fail or to take its time. It answers a key that it knows like the
/// real one: by storing nothing.
actor RecordingSink: SubmissionSink {
  enum Mood: Sendable {
    case willing
    case full(Duration)
    case broken
    /// Takes nothing until the mood changes.
    case stuck
  }

  struct Failure: Error {}

  private(set) var submissions: [Submission] = []
  private(set) var attempts = 0
  private var taken: [Digest: (content: Digest, outcome: SubmissionOutcome)] = [:]
  private var mood = Mood.willing
  private var isRejecting: @Sendable (String) -> Bool = { _ in false }

  func set(_ mood: Mood) { self.mood = mood }
  func reject(_ isRejecting: @escaping @Sendable (String) -> Bool) { self.isRejecting = isRejecting }

  func take(_ submission: Submission) async throws -> SubmissionOutcome {
    attempts += 1
    while case .stuck = mood { try await Task.sleep(for: .milliseconds(5)) }
    switch mood {
    case .broken: throw Failure()
    case .full(let retryAfter): return .full(retryAfter: retryAfter)
    case .willing, .stuck: break
    }
    let key = submission.key
    if let key, let known = taken[key.name] { return known.content == key.content ? known.outcome : .conflict }
    submissions.append(submission)
    let rejected = submission.texts.count(where: isRejecting)
    let records = submission.lines.count - rejected
    if let key { taken[key.name] = (key.content, .repeated(records: records, rejected: rejected)) }
    return .durable(records: records, rejected: rejected)
  }

  /// All lines so far.
  var lines: [String] { submissions.flatMap(\.texts) }

  /// Waits until so many lines are there, at most ten seconds.
  func lines(_ count: Int) async throws -> [String] {
    for _ in 0..<2000 where lines.count < count { try await Task.sleep(for: .milliseconds(5)) }
    return lines
  }

  func attempts(_ count: Int) async throws {
    for _ in 0..<2000 where attempts < count { try await Task.sleep(for: .milliseconds(5)) }
  }
}

extension Submission {
  var texts: [String] { lines.map { String(decoding: bytes[$0.range], as: UTF8.self) } }
}
