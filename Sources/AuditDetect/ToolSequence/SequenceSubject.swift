import Glibc

/// What is known of one caller's sessions.
struct SequenceSubject: SubjectState {
  var habits = Habits()
  /// Sessions so far, and when the first one ended, in seconds.
  var sessions = 0.0
  var firstEnd = 0.0
  /// Sessions that were learned; the mean of their surprise and of its square, over the last few hundred.
  private var learned = 0.0
  private var mean = 0.0
  private var square = 1.0
  /// The last session's otherness with what was carried over to it: masquerades last longer than a session.
  var carried = 0.0
  /// Since when most sessions are strange; infinite while they are not. And the share that was strange lately.
  private var strangeSince = Double.infinity
  private var strangeShare = 0.0

  private static let memory = 300.0

  init() {}

  /// The session's surprise in standard deviations of the caller's own.
  func deviation(of surprise: Double) -> Double {
    (surprise - mean) / max(square - mean * mean, 0.01).squareRoot()
  }
  var usualSurprise: Double { mean }

  /// Sessions that this caller is expected to have in 30 days.
  func sessionsPerPeriod(at time: Double) -> Double {
    let days = max(time - firstEnd, 0) / 86_400
    return sessions / (days + 1) * 30
  }

  mutating func learn(_ padded: [UInt64], surprise: Double) {
    habits.learn(padded)
    learned += 1
    let share = max(1 / learned, 1 / Self.memory)
    mean += share * (surprise - mean)
    square += share * (surprise * surprise - square)
  }

  /// Strange sessions are not learned, unless most of them have been strange for a week: then the work has changed.
  mutating func mayLearn(isStrange: Bool, at time: Double) -> Bool {
    strangeShare += ((isStrange ? 1 : 0) - strangeShare) / 20
    if strangeShare < 0.6 {
      strangeSince = .infinity
    } else if strangeSince == .infinity {
      strangeSince = time
    }
    return !isStrange || time - strangeSince >= 7 * 86_400
  }

  func write(to writer: inout StateWriter) {
    habits.write(to: &writer)
    for value in [sessions, firstEnd, learned, mean, square, carried, strangeSince, strangeShare] { writer.put(value) }
  }

  init(from reader: inout StateReader) throws(StateError) {
    habits = try Habits(from: &reader)
    sessions = try reader.double()
    firstEnd = try reader.double()
    learned = try reader.double()
    mean = try reader.double()
    square = try reader.double()
    carried = try reader.double()
    strangeSince = try reader.double()
    strangeShare = try reader.double()
  }
}
