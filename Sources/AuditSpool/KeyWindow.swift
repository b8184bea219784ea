import AuditModel

/// The keys of one tenant that were taken lately: a count and an age bound it, and older ones are forgotten first.
struct KeyWindow {
  private let countMax: Int
  private let ageMax: Duration
  private var times: [SubmissionKey: RecordTime] = [:]
  /// In the order in which they came; what is before `first` was forgotten.
  private var order: [SubmissionKey] = []
  private var first = 0

  init(limits: SpoolLimits) {
    countMax = limits.keysMax
    ageMax = limits.keyAgeMax
  }

  var count: Int { times.count }

  mutating func insert(_ key: SubmissionKey, at time: RecordTime) {
    if times.updateValue(time, forKey: key) == nil { order.append(key) }
    while times.count > countMax { forgetFirst() }
  }

  mutating func contains(_ key: SubmissionKey, now: RecordTime) -> Bool {
    let oldest = now.advanced(by: .zero - ageMax)
    while first < order.count, let time = times[order[first]], time < oldest { forgetFirst() }
    return times[key].map { $0 >= oldest } ?? false
  }

  /// All of them with their times, the oldest first.
  var all: [(SubmissionKey, RecordTime)] { order[first...].compactMap { key in times[key].map { (key, $0) } } }

  private mutating func forgetFirst() {
    guard first < order.count else { return }
    times[order[first]] = nil
    first += 1
    if first > 1024, first > order.count / 2 {
      order.removeFirst(first)
      first = 0
    }
  }
}
