import AuditModel

/// What a rate model says of one moment.
struct RateAlarm: Sendable {
  enum View: UInt8, Sendable {
    /// Beyond what the subject's busiest days had.
    case record
    /// Beyond what is usual at this hour.
    case hour
    /// Beyond the first hours that were seen.
    case firstHours
  }

  var isDrop: Bool
  /// Seconds since 1970.
  var at: Double
  var score: Double
  /// Index of the window.
  var window: Int
  var observed: Double
  /// The usual peak (of a drop: trough) of that window at this hour.
  var usual: Double
  var view: View
}

/// The rules that all rate models share.
struct RateRules: Sendable {
  /// The least score that alarms.
  var threshold: Float
  /// Days on which nobody is expected at work, counted from 1970.
  var holidays: Set<Int32>

  init(_ settings: DetectionSettings) {
    threshold = Float(settings.threshold)
    holidays = Set(settings.holidays.map(\.daysSince1970))
  }

  /// Saturdays, Sundays and holidays.
  func isOff(_ minute: Int64) -> Bool {
    let day = minute / 1440
    return (day + 3) % 7 >= 5 || holidays.contains(Int32(truncatingIfNeeded: day))
  }
}

/// One alarm an episode, and another one when it has become ten times as strange.
struct RateGate: Sendable {
  private var quietUntil = -Double.infinity
  private var reported = -Double.infinity

  private static let step = 1.0
  /// Seconds; at least the length of the window that alarmed.
  private static let quietMin = 10_800.0

  init() {}

  func isOpen(at time: Double) -> Bool { time < quietUntil }

  /// - Returns: whether this is news.
  mutating func pass(_ score: Double, at time: Double, windowMinutes: Int) -> Bool {
    if time >= quietUntil { reported = -.infinity }
    quietUntil = max(quietUntil, time + max(Self.quietMin, Double(windowMinutes) * 60))
    guard score >= reported + Self.step else { return false }
    reported = score
    return true
  }

  func write(to writer: inout StateWriter) {
    writer.put(quietUntil)
    writer.put(reported)
  }

  init(from reader: inout StateReader) throws(StateError) {
    quietUntil = try reader.double()
    reported = try reader.double()
  }
}
