/// The maxima of the last three weeks of several quantities, and the tails that they make.
struct DailyMaxima: Sendable {
  static let daysMax = 21
  private let quantities: Int
  /// [quantity][slot]: the upper halves of floats, which are exact to 0.4 %.
  private var values: [UInt16]
  private var next = 0
  private(set) var count = 0

  init(quantities: Int) {
    self.quantities = quantities
    values = [UInt16](repeating: 0, count: quantities * Self.daysMax)
  }

  func values(of quantity: Int) -> [Float] {
    values[(quantity * Self.daysMax)..<(quantity * Self.daysMax + count)].map {
      Float(bitPattern: UInt32($0) << 16)
    }
  }

  mutating func append(_ day: [Float]) {
    for quantity in 0..<quantities { values[quantity * Self.daysMax + next] = Self.half(day[quantity]) }
    next = (next + 1) % Self.daysMax
    count = min(count + 1, Self.daysMax)
  }

  /// Rounded to nearest; finite values stay finite.
  private static func half(_ value: Float) -> UInt16 {
    let limited = min(max(value, -1e38), 1e38)
    return UInt16(truncatingIfNeeded: (limited.bitPattern &+ 0x8000) >> 16)
  }

  mutating func removeAll() {
    next = 0
    count = 0
  }

  func write(to writer: inout StateWriter) {
    writer.put(UInt8(next))
    writer.put(UInt8(count))
    writer.put(each: values)
  }

  init(quantities: Int, from reader: inout StateReader) throws(StateError) {
    self.init(quantities: quantities)
    next = Int(try reader.uint8())
    count = Int(try reader.uint8())
    values = try reader.integers(of: UInt16.self)
    guard values.count == quantities * Self.daysMax, next < Self.daysMax, count <= Self.daysMax else { throw .damaged }
  }
}
