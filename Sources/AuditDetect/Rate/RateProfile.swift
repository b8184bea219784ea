/// What is usual in each hour of the day, on working days and on others: the mean of the hour's peak (or trough) of each window, with the
/// day's kind, the hour and the level blended as far as there is data, and how far the peaks stray from it.
struct RateProfile: Sendable {
  /// Windows that it knows.
  let windows: Int
  /// [window][kind of day, 0…1][hour], then [window][hour], then [window].
  private var means: [Float]
  /// How many days stand behind a mean: [kind of day][hour], then [hour].
  private var days = [UInt8](repeating: 0, count: 72)
  private var hours: Float = 0
  /// [window]: Σ(x − m)², Σm, Σm², fading.
  private var spread: [Float]

  private static let daysMax: UInt8 = 8
  private static let hoursMax: Float = 14 * 24
  private static let fade: Float = 0.998

  init(windows: Int) {
    self.windows = windows
    means = [Float](repeating: 0, count: windows * 73)
    spread = [Float](repeating: 0, count: windows * 3)
  }

  private func index(_ window: Int, _ isOff: Bool, _ hour: Int) -> Int { window * 48 + (isOff ? 24 : 0) + hour }
  private func index(_ window: Int, hour: Int) -> Int { windows * 48 + window * 24 + hour }
  private func index(level window: Int) -> Int { windows * 72 + window }

  /// The mean peak or trough over all hours.
  func level(_ window: Int) -> Float { means[index(level: window)] }

  /// The usual peak or trough of a window in an hour.
  func mean(_ window: Int, hour: Int, isOff: Bool) -> Float {
    let hour = (hour + 24) % 24
    let inHour = Float(days[48 + hour])
    let ofKind = Float(days[(isOff ? 24 : 0) + hour])
    let base = (inHour * means[index(window, hour: hour)] + means[index(level: window)]) / (inHour + 1)
    return (ofKind * means[index(window, isOff, hour)] + base) / (ofKind + 1)
  }

  /// The shape of a negative binomial with this spread: small for bursts, large for what is nearly Poisson.
  func shape(_ window: Int) -> Float {
    let squares = spread[window * 3 + 2]
    guard squares > 0 else { return 1 }
    let beyond = max(spread[window * 3] - spread[window * 3 + 1], 1e-3 * squares)
    return min(max(squares / beyond, 0.05), 200)
  }

  /// An hour is over.
  mutating func learn(_ values: [Float], hour: Int, isOff: Bool) {
    let kind = (isOff ? 24 : 0) + hour
    let isKnown = days[kind] >= 2 || days[48 + hour] >= 2
    for window in 0..<windows where isKnown {
      let mean = mean(window, hour: hour, isOff: isOff)
      let stray = values[window] - mean
      spread[window * 3] = Self.fade * spread[window * 3] + stray * stray
      spread[window * 3 + 1] = Self.fade * spread[window * 3 + 1] + mean
      spread[window * 3 + 2] = Self.fade * spread[window * 3 + 2] + mean * mean
    }
    days[kind] = min(days[kind] + 1, Self.daysMax)
    days[48 + hour] = min(days[48 + hour] + 1, Self.daysMax)
    hours = min(hours + 1, Self.hoursMax)
    for window in 0..<windows {
      means[index(window, isOff, hour)] += (values[window] - means[index(window, isOff, hour)]) / Float(days[kind])
      means[index(window, hour: hour)] += (values[window] - means[index(window, hour: hour)]) / Float(days[48 + hour])
      means[index(level: window)] += (values[window] - means[index(level: window)]) / hours
    }
  }

  func write(to writer: inout StateWriter) {
    writer.put(means)
    writer.put(days)
    writer.put(hours)
    writer.put(spread)
  }

  init(windows: Int, from reader: inout StateReader) throws(StateError) {
    self.init(windows: windows)
    means = try reader.floats()
    days = try reader.bytes()
    hours = try reader.float()
    spread = try reader.floats()
    guard means.count == windows * 73, days.count == 72, spread.count == windows * 3 else { throw .damaged }
  }
}
