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

  /// Sessions in units of `weight`: instead of making old ones less, what is new counts more.
  private var counts = [Float](repeating: 0, count: slots)
  private var total = 0.0
  private var weight: Float = 1

  init() {}

  static func slot(ofSeconds seconds: Double) -> Int {
    // 1970-01-01 was a Thursday.
    let week = 604_800.0
    var inWeek = (seconds + 3 * 86_400).truncatingRemainder(dividingBy: week)
    if inWeek < 0 { inWeek += week }
    return min(Int(inWeek / slotSeconds), slots - 1)
  }

  var sessions: Double { total / Double(weight) }

  mutating func add(_ slot: Int) {
    counts[slot] += weight
    total += Double(weight)
  }

  /// Everything counts `factor` times as much as before.
  mutating func fade(_ factor: Double) {
    weight /= Float(max(factor, 1e-12))
    guard weight > 1e12 else { return }
    for index in counts.indices { counts[index] /= weight }
    total /= Double(weight)
    weight = 1
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

  /// The values, around a circle, spread by a kernel.
  private static func smooth(_ values: [Float], _ kernel: [Float]) -> [Float] {
    let (count, reach) = (values.count, kernel.count - 1)
    // Both ends are repeated outside, and folded in afterwards.
    var wide = [Float](repeating: 0, count: count + 2 * reach)
    for (index, value) in values.enumerated() where value > 0 {
      for distance in 0...reach {
        wide[index + reach + distance] += value * kernel[distance]
        if distance > 0 { wide[index + reach - distance] += value * kernel[distance] }
      }
    }
    var smooth = Array(wide[reach..<(reach + count)])
    for index in 0..<reach {
      smooth[count - reach + index] += wide[index]
      smooth[index] += wide[reach + count + index]
    }
    return smooth
  }

  /// The density of sessions, in sessions of unit weight, at each slot of the week that begins where the user's Monday does.
  /// - Parameter quietest: the slot of the day (UTC) where the user's days begin.
  func density(quietest: Int) -> [Float] {
    let smooth = Self.smooth(Array(counts[quietest...]) + counts[..<quietest], Self.kernel)
    // A day that begins after 15:00 UTC belongs to the date that follows: the user lives far in the east.
    let shift = quietest < 60 ? 0 : 1
    let (perDay, slots) = (Self.slotsADay, Self.slots)
    var kinds = [Float](repeating: 0, count: 2 * perDay)
    for day in 0..<7 {
      let kind = (day + shift) % 7 >= 5 ? perDay : 0
      for slot in 0..<perDay { kinds[kind + slot] += smooth[day * perDay + slot] }
    }
    let scale = (1 - Float(Self.floor)) / weight
    let (own, same, all) = (
      Float(Self.shares.day) * scale, Float(Self.shares.kind) * scale, Float(Self.shares.all) * scale / 7
    )
    let floor = Float(Self.floor * sessions / Double(slots))
    var density = [Float](repeating: 0, count: slots)
    for day in 0..<7 {
      let isWeekend = (day + shift) % 7 >= 5
      let (kind, share) = (isWeekend ? perDay : 0, same / (isWeekend ? 2 : 5))
      for slot in 0..<perDay {
        density[day * perDay + slot] =
          own * smooth[day * perDay + slot] + share * kinds[kind + slot] + all * (kinds[slot] + kinds[perDay + slot])
          + floor
      }
    }
    return density
  }

  func write(to writer: inout StateWriter) {
    writer.put(counts)
    writer.put(total)
    writer.put(weight)
  }

  init(from reader: inout StateReader) throws(StateError) {
    counts = try reader.floats()
    guard counts.count == Self.slots else { throw .damaged }
    total = try reader.double()
    weight = try reader.float()
    guard weight >= 1 else { throw .damaged }
  }
}
