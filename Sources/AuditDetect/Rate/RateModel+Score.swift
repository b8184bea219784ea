import Glibc

/// How far the daily maxima of the windows go; see `RateModel`.
struct RateTails: Sendable {
  /// Of counts, and of their square roots.
  var counts: [ExtremeTail] = []
  var roots: [ExtremeTail] = []
  /// Of the five windows' deviates, and of the two of troughs.
  var deviates: [ExtremeTail] = []

  init() {}

  init(_ records: DailyMaxima, _ hours: DailyMaxima) {
    guard records.count > 0 else { return }
    for window in 0..<RateRing.windows {
      let values = records.values(of: window).map { max($0, 0) }
      counts.append(ExtremeTail(maxima: values, prior: 3, priorScale: 0.25, priorMin: 1))
      roots.append(
        ExtremeTail(maxima: values.map { ($0 + 0.5).squareRoot() }, prior: 3, priorScale: 0.25, priorMin: 0.5))
    }
    guard hours.count > 0 else { return }
    for quantity in 0..<(RateRing.windows + 2) {
      deviates.append(
        ExtremeTail(
          maxima: hours.values(of: quantity), prior: 3, priorScale: 0.25, priorMin: quantity < 5 ? 0.4 : 0.5))
    }
  }
}

/// What is usual in the running hour.
struct RateUsual: Sendable {
  /// Usual peaks, and their shapes as gamma variables.
  var peaks = InlineArray<5, Float>(repeating: 0)
  var shapes = InlineArray<5, Float>(repeating: 1)
  var troughs = InlineArray<2, Float>(repeating: 0)
  var troughShapes = InlineArray<2, Float>(repeating: 0)
  /// Counts below these do not alarm.
  var limits = InlineArray<5, Float>(repeating: .infinity)
}

extension RateModel {
  /// log₁₀ of the blocks in 30 days.
  private static let daysLog: Float = 1.4771213
  private static let hoursLog: Float = 2.8573325
  /// Ten views that mostly agree count as two and a half.
  private static let viewsLog: Float = 0.4
  /// Fewer calls than these are no spike whatever the past was.
  private static let countMin: Float = 3
  private static let firstHoursMin = 3
  /// A trough below this says nothing when it is missed.
  private static let troughMin: Float = 10

  /// The normal deviate of a count whose mean and shape as a gamma variable are given (Wilson & Hilferty 1931).
  private static func deviate(_ count: Float, _ mean: Float, _ shape: Float) -> Float {
    (cbrtf(count / mean) - (1 - 1 / (9 * shape))) * (9 * shape).squareRoot()
  }

  /// The score of a count of one window in the running hour.
  func spikeScore(_ window: Int, _ count: Float) -> (score: Float, view: RateAlarm.View) {
    guard count >= Self.countMin, !tails.counts.isEmpty else { return (-99, .record) }
    if days < 2 {
      guard recordDays.count >= Self.firstHoursMin else { return (-99, .firstHours) }
      let log = tails.counts[window].log10Probability(above: count)
      return (-(log + Self.hoursLog) - Self.viewsLog, .firstHours)
    }
    let counts = tails.counts[window].log10Probability(above: count)
    let roots = tails.roots[window].log10Probability(above: (count + 0.5).squareRoot())
    let record = -((counts + roots) / 2 + Self.daysLog)
    guard !tails.deviates.isEmpty else { return (record - Self.viewsLog, .record) }
    let deviate = Self.deviate(count, usual.peaks[window], usual.shapes[window])
    let hour = -(tails.deviates[window].log10Probability(above: deviate) + Self.daysLog)
    return (max(record, hour) - Self.viewsLog, record > hour ? .record : .hour)
  }

  /// The score of a count that is low; of the window of 60 minutes (0) or 360 (1).
  func dropScore(_ trough: Int, _ count: Float) -> Float {
    let mean = usual.troughs[trough]
    guard days >= 2, !tails.deviates.isEmpty, mean >= Self.troughMin else { return -99 }
    let deviate = -Self.deviate(max(count, 0.01), mean, usual.troughShapes[trough])
    return -(tails.deviates[5 + trough].log10Probability(above: deviate) + Self.daysLog) - Self.viewsLog
  }

  mutating func makeUsual(_ threshold: Float, hour: Int, isOff: Bool) {
    // Within two hours what belongs to the one may come in the other.
    for window in 0..<RateRing.windows {
      let own = peaksByHour.mean(window, hour: hour, isOff: isOff)
      let beside = max(
        peaksByHour.mean(window, hour: hour - 1, isOff: isOff), peaksByHour.mean(window, hour: hour + 1, isOff: isOff))
      let mean = max(own, beside, 0.05)
      usual.peaks[window] = mean
      usual.shapes[window] = mean * mean / (mean + mean * mean / peaksByHour.shape(window) + 0.25)
    }
    if let troughsByHour {
      for trough in 0..<2 {
        let own = troughsByHour.mean(trough, hour: hour, isOff: isOff)
        let mean = min(
          own, troughsByHour.mean(trough, hour: hour - 1, isOff: isOff),
          troughsByHour.mean(trough, hour: hour + 1, isOff: isOff))
        usual.troughs[trough] = mean
        usual.troughShapes[trough] = mean * mean / (mean + mean * mean / troughsByHour.shape(trough) + 0.25)
      }
    }
    for window in 0..<RateRing.windows { usual.limits[window] = limit(window, threshold) }
  }

  /// A count below which `spikeScore` stays below the threshold.
  private func limit(_ window: Int, _ threshold: Float) -> Float {
    guard !tails.counts.isEmpty else { return .infinity }
    if days < 2 {
      return max(
        Self.countMin,
        tails.counts[window].value(log10Probability: -(threshold + Self.viewsLog) - Self.hoursLog).rounded(.down))
    }
    let log = -(threshold + Self.viewsLog) - Self.daysLog
    let root = tails.roots[window].value(log10Probability: log)
    var limit = min(tails.counts[window].value(log10Probability: log), root * root - 0.5)
    if !tails.deviates.isEmpty {
      limit = min(limit, count(ofDeviate: tails.deviates[window].value(log10Probability: log), window))
    }
    return max(Self.countMin, limit.rounded(.down))
  }

  private func count(ofDeviate deviate: Float, _ window: Int) -> Float {
    let shape = usual.shapes[window]
    let root = deviate / (9 * shape).squareRoot() + 1 - 1 / (9 * shape)
    return usual.peaks[window] * max(root, 0) * root * root
  }

  /// Takes the hour into the day's maxima; of an hour that alarmed only what does not exceed the level of alarms.
  mutating func noteExtremes(_ hour: RateHour, _ rules: RateRules) {
    let log = -rules.threshold - Self.daysLog
    let isClipped = hasAlarmed && days >= 2
    for window in 0..<RateRing.windows {
      var count = hour.peaks[window]
      if isClipped { count = min(count, tails.counts[window].value(log10Probability: log)) }
      today[window] = max(today[window], count)
      // An hour without a record is never a day's extreme.
      guard hour.peaks[window] > 0 else { continue }
      var deviate = Self.deviate(hour.peaks[window], usual.peaks[window], usual.shapes[window])
      if isClipped, !tails.deviates.isEmpty {
        deviate = min(deviate, tails.deviates[window].value(log10Probability: log))
      }
      today[5 + window] = max(today[5 + window], deviate)
    }
    if isBusy {
      for trough in 0..<2 where usual.troughs[trough] > 0 {
        var deviate = -Self.deviate(
          max(hour.troughs[trough], 0.01), usual.troughs[trough], usual.troughShapes[trough])
        if isClipped, !tails.deviates.isEmpty {
          deviate = min(deviate, tails.deviates[5 + trough].value(log10Probability: log))
        }
        today[10 + trough] = max(today[10 + trough], deviate)
      }
    }
    // The first two days are too few to be blocks; their hours are.
    if days < 2, !hasAlarmed {
      recordDays.append(hour.peaks)
      tails = RateTails(recordDays, hourDays)
    }
  }
}
