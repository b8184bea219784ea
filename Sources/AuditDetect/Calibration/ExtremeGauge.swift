import Glibc

/// Calibrates any statistic of one subject by its own past: how often do its days have a maximum as high? Until there are two days, its
/// hours are asked. What alarmed is noted only up to the level that alarms.
package struct ExtremeGauge: Sendable {
  private var days = DailyMaxima(quantities: 1)
  private var hours: [Float] = []
  private var today: Float = 0
  private var hourMax: Float = 0
  private var hour: Int64
  private var daysSeen = 0
  private var tail = ExtremeTail()
  private let floor: Float
  private let scaleMin: Float
  private let scaleOfMedian: Float

  private static let hoursKept = 28
  private static let hoursMin = 6
  private static let prior: Float = 3

  /// - Parameters:
  ///   - hour: hours since 1970.
  ///   - floor: the least value of the statistic, which a block without records has.
  ///   - scaleMin: the mean excess that is believed before anything was seen, at least `scaleOfMedian` times the median.
  package init(hour: Int64, floor: Float, scaleMin: Float, scaleOfMedian: Float = 0.25) {
    self.hour = hour
    self.floor = floor
    self.scaleMin = scaleMin
    self.scaleOfMedian = scaleOfMedian
    today = floor
    hourMax = floor
  }

  /// Time goes on; hours without records between are no blocks, days without records neither.
  package mutating func begin(hour now: Int64) {
    guard now > hour else { return }
    today = max(today, hourMax)
    if daysSeen < 2 {
      hours.append(hourMax)
      if hours.count > Self.hoursKept { hours.removeFirst() }
    }
    if now / 24 != hour / 24 {
      days.append([today])
      daysSeen += 1
      if daysSeen >= 2 { hours = [] }
      today = floor
    }
    hourMax = floor
    hour = now
    fit()
  }

  private mutating func fit() {
    let blocks = daysSeen < 2 ? hours : days.values(of: 0)
    tail = ExtremeTail(maxima: blocks, prior: Self.prior, priorScale: scaleOfMedian, priorMin: scaleMin)
  }

  /// Whether there is enough to judge by.
  package var isReady: Bool { daysSeen >= 2 || hours.count >= Self.hoursMin }
  package var daysKnown: Int { daysSeen }

  /// −log₁₀ of how many blocks with a value as high are expected in 30 days.
  package func score(_ value: Float) -> Double {
    guard isReady else { return -99 }
    return -Double(tail.log10Probability(above: value)) - log10(daysSeen < 2 ? 720 : 30)
  }

  /// The value that has this score.
  package func value(ofScore score: Double) -> Float {
    tail.value(log10Probability: Float(-score - log10(daysSeen < 2 ? 720 : 30)))
  }

  /// Takes a value into the running block.
  package mutating func note(_ value: Float, alarmedAt threshold: Double?) {
    let value = threshold.map { isReady ? min(value, self.value(ofScore: $0)) : value } ?? value
    hourMax = max(hourMax, value)
  }

  package func write(to writer: inout StateWriter) {
    days.write(to: &writer)
    writer.put(hours)
    writer.put(today)
    writer.put(hourMax)
    writer.put(hour)
    writer.put(UInt32(daysSeen))
    writer.put(floor)
    writer.put(scaleMin)
    writer.put(scaleOfMedian)
  }

  package init(from reader: inout StateReader) throws(StateError) {
    days = try DailyMaxima(quantities: 1, from: &reader)
    hours = try reader.floats()
    today = try reader.float()
    hourMax = try reader.float()
    hour = try reader.int64()
    daysSeen = Int(try reader.uint32())
    floor = try reader.float()
    scaleMin = try reader.float()
    scaleOfMedian = try reader.float()
    fit()
  }
}
