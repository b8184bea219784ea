import Glibc

/// When a user's sessions begin, by quarter of an hour of the week in UTC (0 is Monday 00:00), older ones counting less, and how likely a
/// session at each of them is: a circular kernel density, a fifth of it from the weekday itself, three fifths from the days of the same
/// kind (working days, weekend), a fifth from all days, and a floor of 2 %.
struct WeekProfile: Sendable {
  static let slots = 672
  static let slotsADay = 96
  static let slotSeconds = 900.0
  /// The kernel's standard deviation: 90 minutes.
  private static let kernel = weights(deviation: 6)
  /// Wide enough to find the middle of the night.
  private static let wide = weights(deviation: 12)
  private static let shares = (day: 0.2, kind: 0.6, all: 0.2)
  private static let floor = 0.02

  /// Sessions, each scaled by `scale` of its time.
  private var counts = [Float](repeating: 0, count: slots)
  private var total = 0.0

  init() {}

  static func slot(ofSeconds seconds: Double) -> Int {
    // 1970-01-01 was a Thursday.
    let week = 604_800.0
    var inWeek = (seconds + 3 * 86_400).truncatingRemainder(dividingBy: week)
    if inWeek < 0 { inWeek += week }
    return min(Int(inWeek / slotSeconds), slots - 1)
  }

  var sessions: Double { total }

  mutating func add(_ slot: Int) {
    counts[slot] += 1
    total += 1
  }

  /// Everything counts `factor` times as much as before.
  mutating func fade(_ factor: Double) {
    for index in counts.indices { counts[index] *= Float(factor) }
    total *= factor
  }

  /// Half of a kernel: its value at each distance in slots.
  private static func weights(deviation: Double) -> [Float] {
    let raw = (0...Int(deviation * 4)).map { exp(-0.5 * pow(Double($0) / deviation, 2)) }
    let sum = raw[0] + 2 * raw[1...].reduce(0, +)
    return raw.map { Float($0 / sum) }
  }

  /// The slot of the day (UTC) in the middle of the user's night: where the day's profile is lowest.
  var quietest: Int {
    var day = [Float](repeating: 0, count: Self.slotsADay)
    for (index, count) in counts.enumerated() where count > 0 { day[index % Self.slotsADay] += count }
    let smooth = Self.smooth(day, Self.wide)
    var least = 0
    for index in smooth.indices where smooth[index] < smooth[least] - 1e-6 { least = index }
    return least
  }

  private static func smooth(_ values: [Float], _ kernel: [Float]) -> [Float] {
    let count = values.count
    var smooth = [Float](repeating: 0, count: count)
    for (index, value) in values.enumerated() where value > 0 {
      smooth[index] += value * kernel[0]
      for distance in 1..<kernel.count {
        smooth[(index + distance) % count] += value * kernel[distance]
        smooth[(index - distance + count) % count] += value * kernel[distance]
      }
    }
    return smooth
  }

  /// The density of sessions at each slot of the week; it sums up to about `sessions`.
  /// - Parameter quietest: where the user's day begins.
  func density(quietest: Int) -> [Float] {
    let smooth = Self.smooth(counts, Self.kernel)
    let days = 7
    // A day that begins after 15:00 UTC belongs to the date that follows: the user lives far in the east.
    let shift = quietest < 60 ? 0 : 1
    var kinds = [[Float]](repeating: [Float](repeating: 0, count: Self.slotsADay), count: 2)
    var daysOfKind: [Float] = [0, 0]
    for day in 0..<days {
      let kind = (day + shift) % 7 >= 5 ? 1 : 0
      daysOfKind[kind] += 1
      for slot in 0..<Self.slotsADay {
        kinds[kind][slot] += smooth[(day * Self.slotsADay + slot + quietest) % Self.slots]
      }
    }
    var density = [Float](repeating: 0, count: Self.slots)
    for day in 0..<days {
      let kind = (day + shift) % 7 >= 5 ? 1 : 0
      for slot in 0..<Self.slotsADay {
        let index = (day * Self.slotsADay + slot + quietest) % Self.slots
        let blended =
          Self.shares.day * Double(smooth[index])
          + Self.shares.kind * Double(kinds[kind][slot] / daysOfKind[kind])
          + Self.shares.all * Double((kinds[0][slot] + kinds[1][slot]) / 7)
        density[index] = Float((1 - Self.floor) * blended + Self.floor * total / Double(Self.slots))
      }
    }
    return density
  }

  func write(to writer: inout StateWriter) {
    writer.put(counts)
    writer.put(total)
  }

  init(from reader: inout StateReader) throws(StateError) {
    counts = try reader.floats()
    guard counts.count == Self.slots else { throw .damaged }
    total = try reader.double()
  }
}
