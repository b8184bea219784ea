import Glibc

/// The rate of one subject: what is usual at each hour, how far its busiest and quietest days went, and whether the present is beyond.
///
/// Counts of five windows are looked at in two ways. The *record view* asks how often the subject's days have a peak as high, by an
/// extreme-value tail over the daily maxima of three weeks; of two tails, one for counts and one for their square roots, the mean is taken,
/// since peaks of services fall off like the one and those of people like the other. The *hour view* does the same with the peak's distance
/// from what is usual at this hour, as the normal deviate of a negative binomial (Wilson–Hilferty). Both are calibrated by the subject's own
/// days, so they are on one scale whatever the subject is like. What alarmed is learned only up to the level that alarms.
struct RateModel: SubjectState {
  private(set) var ring = RateRing()
  private(set) var peaksByHour = RateProfile(windows: RateRing.windows)
  /// Of the windows of 60 and 360 minutes, for subjects that are seldom silent.
  private(set) var troughsByHour: RateProfile?
  var recordDays = DailyMaxima(quantities: RateRing.windows)
  /// Deviates of the five windows' peaks, and of the two windows' troughs.
  var hourDays = DailyMaxima(quantities: RateRing.windows + 2)

  private(set) var minute: Int64
  private let first: Int64
  private let watchesDrops: Bool
  /// The highest and the lowest counts of the running hour.
  var peaks = InlineArray<5, UInt32>(repeating: 0)
  var troughs = InlineArray<2, UInt32>(repeating: .max)
  var hasAlarmed = false
  /// Maxima of the running day: five counts, five deviates, two deviates of troughs.
  var today = [Float](repeating: RateModel.nothing, count: 12)
  /// Of the first days, whose hours stand in `recordDays` until there are two of them.
  var firstDay: [Float] = []
  private(set) var days = 0
  private var hoursToday = 0
  private var quarantine = Quarantine<RateHour>(alarmedMax: 24)
  private(set) var spikes = RateGate()
  private(set) var drops = RateGate()

  // What follows is derived from the above.
  var tails = RateTails()
  /// Of the running hour, once it was needed.
  var usual = RateUsual()
  private var isReady = false

  static let nothing: Float = -1e9
  /// Days of which nothing is learned are not caught up with beyond this.
  private static let gapMinutesMax: Int64 = 60 * 1440
  /// Hours of a day that make it count.
  private static let hoursMin = 12

  init(minute: Int64, watchesDrops: Bool = true) {
    self.minute = minute
    self.watchesDrops = watchesDrops
    first = minute
  }

  var isBusy: Bool { troughsByHour != nil }

  /// A record came in the running minute, or so much of whatever is counted.
  mutating func add(_ amount: UInt32 = 1, at seconds: Double, _ rules: RateRules) -> RateAlarm? {
    ring.add(amount, at: minute)
    if !isReady { prepare(rules) }
    var best: RateAlarm?
    for window in 0..<RateRing.windows where ring.sums[window] > peaks[window] {
      let count = ring.sums[window]
      peaks[window] = count
      if Float(count) >= usual.limits[window] { judge(window, seconds, &best) }
    }
    guard let alarm = best, alarm.score >= Double(rules.threshold) else { return nil }
    hasAlarmed = true
    return spikes.pass(alarm.score, at: seconds, windowMinutes: RateRing.length(alarm.window)) ? alarm : nil
  }

  private func judge(_ window: Int, _ seconds: Double, _ best: inout RateAlarm?) {
    let count = ring.sums[window]
    let (score, view) = spikeScore(window, Float(count))
    if let known = best, known.score >= Double(score) { return }
    best = RateAlarm(
      isDrop: false, at: seconds, score: Double(score), window: window, observed: Double(count),
      usual: Double(usual.peaks[window]), view: view)
  }

  private mutating func prepare(_ rules: RateRules) {
    isReady = true
    makeUsual(rules.threshold, hour: Int(minute / 60 % 24), isOff: rules.isOff(minute))
  }

  /// Goes on to a later minute; all that ends in between is judged and learned.
  mutating func advance(to target: Int64, _ rules: RateRules, _ report: (RateAlarm) -> Void) {
    if target - minute > Self.gapMinutesMax { minute = (target - Self.gapMinutesMax) / 60 * 60 }
    while minute < target {
      if ring.isEmpty, !isBusy {
        // Nothing can happen before the hour is over.
        let end = (minute / 60 + 1) * 60
        if end > target { return minute = target }
        endHour(at: end, rules)
        minute = end
      } else {
        if isBusy { endMinute(rules, report) }
        let next = minute + 1
        if next % 60 == 0 { endHour(at: next, rules) }
        minute = next
        ring.begin(next)
      }
    }
  }

  private mutating func endMinute(_ rules: RateRules, _ report: (RateAlarm) -> Void) {
    var best: RateAlarm?
    for trough in 0..<2 where minute - first >= Int64(RateRing.length(trough + 3)) {
      let count = ring.sums[trough + 3]
      troughs[trough] = min(troughs[trough], count)
      guard minute % 5 == 4 else { continue }
      if !isReady { prepare(rules) }
      let score = Double(dropScore(trough, Float(count)))
      if score >= Double(rules.threshold), score > best?.score ?? -.infinity {
        best = RateAlarm(
          isDrop: true, at: Double((minute + 1) * 60), score: score, window: trough + 3, observed: Double(count),
          usual: Double(usual.troughs[trough]), view: .hour)
      }
    }
    guard let alarm = best else { return }
    hasAlarmed = true
    if drops.pass(alarm.score, at: alarm.at, windowMinutes: RateRing.length(alarm.window)) { report(alarm) }
  }

  // MARK: Hours and days

  private mutating func endHour(at end: Int64, _ rules: RateRules) {
    let isOff = rules.isOff(end - 1)
    let hour = RateHour(
      peaks: (0..<5).map { Float(peaks[$0]) },
      troughs: (0..<2).map { Float(troughs[$0] == .max ? ring.sums[$0 + 3] : troughs[$0]) },
      hour: Int((end - 1) / 60 % 24), isOff: isOff)
    if !isReady, !ring.isEmpty || isBusy { prepare(rules) }
    noteExtremes(hour, rules)
    if quarantine.take(hour, alarmed: hasAlarmed) { learn(hour) }
    hoursToday += 1
    peaks = InlineArray(repeating: 0)
    troughs = InlineArray(repeating: .max)
    hasAlarmed = false
    isReady = false
    if end % 1440 == 0 { endDay() }
  }

  private mutating func learn(_ hour: RateHour) {
    peaksByHour.learn(hour.peaks, hour: hour.hour, isOff: hour.isOff)
    troughsByHour?.learn(hour.troughs, hour: hour.hour, isOff: hour.isOff)
    if watchesDrops, troughsByHour == nil, peaksByHour.level(3) >= Self.busyPeakMin {
      troughsByHour = RateProfile(windows: 2)
    }
  }

  /// Calls in an hour, at its usual peak, from which on silence says something.
  private static let busyPeakMin: Float = 10

  private mutating func endDay() {
    for hour in quarantine.endDay() { learn(hour) }
    if hoursToday >= Self.hoursMin {
      days += 1
      switch days {
      case 1:
        firstDay = Array(today[0..<5])
      case 2:
        recordDays.removeAll()
        recordDays.append(firstDay)
        firstDay = []
        fallthrough
      default:
        recordDays.append(Array(today[0..<5]))
        hourDays.append(Array(today[5..<12]))
      }
    }
    today = [Float](repeating: Self.nothing, count: 12)
    hoursToday = 0
    tails = RateTails(recordDays, hourDays)
  }

  // MARK: State

  func write(to writer: inout StateWriter) {
    ring.write(to: &writer)
    peaksByHour.write(to: &writer)
    writer.put(isBusy)
    troughsByHour?.write(to: &writer)
    recordDays.write(to: &writer)
    hourDays.write(to: &writer)
    writer.put(minute)
    writer.put(first)
    writer.put(watchesDrops)
    for window in 0..<5 { writer.put(peaks[window]) }
    for trough in 0..<2 { writer.put(troughs[trough]) }
    writer.put(hasAlarmed)
    writer.put(today)
    writer.put(firstDay)
    writer.put(UInt32(days))
    writer.put(UInt8(hoursToday))
    quarantine.write(to: &writer) { $0.write(to: &$1) }
    spikes.write(to: &writer)
    drops.write(to: &writer)
  }

  init(from reader: inout StateReader) throws(StateError) {
    ring = try RateRing(from: &reader)
    peaksByHour = try RateProfile(windows: RateRing.windows, from: &reader)
    if try reader.bool() { troughsByHour = try RateProfile(windows: 2, from: &reader) }
    recordDays = try DailyMaxima(quantities: RateRing.windows, from: &reader)
    hourDays = try DailyMaxima(quantities: RateRing.windows + 2, from: &reader)
    minute = try reader.int64()
    first = try reader.int64()
    watchesDrops = try reader.bool()
    for window in 0..<5 { peaks[window] = try reader.uint32() }
    for trough in 0..<2 { troughs[trough] = try reader.uint32() }
    hasAlarmed = try reader.bool()
    today = try reader.floats()
    firstDay = try reader.floats()
    days = Int(try reader.uint32())
    hoursToday = Int(try reader.uint8())
    try quarantine.read(from: &reader) { reader throws(StateError) in try RateHour(from: &reader) }
    spikes = try RateGate(from: &reader)
    drops = try RateGate(from: &reader)
    guard today.count == 12, minute >= first else { throw .damaged }
    tails = RateTails(recordDays, hourDays)
  }
}

/// What an hour brought.
struct RateHour: Sendable {
  var peaks: [Float]
  var troughs: [Float]
  var hour: Int
  var isOff: Bool

  init(peaks: [Float], troughs: [Float], hour: Int, isOff: Bool) {
    self.peaks = peaks
    self.troughs = troughs
    self.hour = hour
    self.isOff = isOff
  }

  func write(to writer: inout StateWriter) {
    writer.put(peaks)
    writer.put(troughs)
    writer.put(UInt8(hour))
    writer.put(isOff)
  }

  init(from reader: inout StateReader) throws(StateError) {
    peaks = try reader.floats()
    troughs = try reader.floats()
    hour = Int(try reader.uint8())
    isOff = try reader.bool()
    guard peaks.count == 5, troughs.count == 2, hour < 24 else { throw .damaged }
  }
}
