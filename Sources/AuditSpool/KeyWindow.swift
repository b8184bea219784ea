import AuditModel

/// The submissions under keys of one tenant that were taken lately: a count and an age bound it, and older ones are forgotten first.
struct KeyWindow {
  private let countMax: Int
  private let ageMax: Duration
  private var taken: [SubmissionKey: (submission: KeyedSubmission, time: RecordTime)] = [:]
  /// In the order in which they came; what is before `first` was forgotten.
  private var order: [SubmissionKey] = []
  private var first = 0

  init(limits: SpoolLimits) {
    countMax = limits.keysMax
    ageMax = limits.keyAgeMax
  }

  var count: Int { taken.count }

  mutating func insert(_ submission: KeyedSubmission, at time: RecordTime) {
    if taken.updateValue((submission, time), forKey: submission.name) == nil { order.append(submission.name) }
    while taken.count > countMax { forgetFirst() }
  }

  /// What came under a key; nil where nothing did, or too long ago.
  mutating func find(_ key: SubmissionKey, now: RecordTime) -> KeyedSubmission? {
    let oldest = now.advanced(by: .zero - ageMax)
    while first < order.count, let known = taken[order[first]], known.time < oldest { forgetFirst() }
    guard let known = taken[key], known.time >= oldest else { return nil }
    return known.submission
  }

  /// All of them with their times, the oldest first.
  var all: [(KeyedSubmission, RecordTime)] {
    order[first...].compactMap { key in taken[key].map { ($0.submission, $0.time) } }
  }

  private mutating func forgetFirst() {
    guard first < order.count else { return }
    taken[order[first]] = nil
    first += 1
    if first > 1024, first > order.count / 2 {
      order.removeFirst(first)
      first = 0
    }
  }
}
