/// How many records came in the last 1, 5, 15, 60 and 360 minutes: the running minute and the full ones before it. The longest window
/// is kept in steps of five minutes.
struct RateRing: Sendable {
  static let windows = 5
  /// Minutes.
  static func length(_ window: Int) -> Int {
    switch window {
    case 0: 1
    case 1: 5
    case 2: 15
    case 3: 60
    default: 360
    }
  }

  /// 60 minutes, then 72 times five minutes.
  private var counts = [UInt32](repeating: 0, count: 132)
  private(set) var sums = InlineArray<5, UInt32>(repeating: 0)

  init() {}

  var isEmpty: Bool { sums[4] == 0 }

  mutating func add(_ amount: UInt32, at minute: Int64) {
    counts[Int(minute % 60)] &+= amount
    counts[60 + Int(minute / 5 % 72)] &+= amount
    for window in 0..<5 { sums[window] &+= amount }
  }

  /// `minute` begins.
  mutating func begin(_ minute: Int64) {
    sums[0] = 0
    sums[1] &-= counts[Int((minute + 55) % 60)]
    sums[2] &-= counts[Int((minute + 45) % 60)]
    sums[3] &-= counts[Int(minute % 60)]
    counts[Int(minute % 60)] = 0
    if minute % 5 == 0 {
      let slot = 60 + Int(minute / 5 % 72)
      sums[4] &-= counts[slot]
      counts[slot] = 0
    }
  }

  func write(to writer: inout StateWriter) {
    writer.put(each: counts)
    for window in 0..<5 { writer.put(sums[window]) }
  }

  init(from reader: inout StateReader) throws(StateError) {
    counts = try reader.integers(of: UInt32.self)
    guard counts.count == 132 else { throw .damaged }
    for window in 0..<5 { sums[window] = try reader.uint32() }
  }
}
