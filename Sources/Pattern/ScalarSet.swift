/// A set of characters (Unicode scalars), as ranges that are sorted and apart.
struct ScalarSet: Hashable, Sendable {
  private(set) var ranges: [ClosedRange<UInt32>] = []

  static let last: UInt32 = 0x10FFFF

  init() {}

  init(_ ranges: [ClosedRange<UInt32>]) {
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let before = self.ranges.last, range.lowerBound <= before.upperBound + 1 {
        self.ranges[self.ranges.count - 1] = before.lowerBound...max(before.upperBound, range.upperBound)
      } else {
        self.ranges.append(range)
      }
    }
  }

  init(_ scalar: UInt32) { ranges = [scalar...scalar] }

  static let digits = ScalarSet([0x30...0x39])
  static let word = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  static let blanks = ScalarSet([0x09...0x0A, 0x0C...0x0D, 0x20...0x20])
  static let all = ScalarSet([0...last])

  func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

  var inverted: ScalarSet {
    var gaps: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= Self.last { gaps.append(next...Self.last) }
    return ScalarSet(gaps)
  }

  /// Characters whose cases are compared one by one; in larger ranges beyond ASCII there are no letters of two cases alone.
  private static let foldedMax: UInt32 = 2000

  /// The set with the other case of each letter in it.
  var folded: ScalarSet {
    var all = ranges
    for range in ranges {
      for scalar in range.lowerBound...min(range.upperBound, range.lowerBound + Self.foldedMax) {
        guard let letter = Unicode.Scalar(scalar), letter.properties.isCased else { continue }
        for mapping in [letter.properties.lowercaseMapping, letter.properties.uppercaseMapping] {
          let other = Array(mapping.unicodeScalars)
          if other.count == 1 { all.append(other[0].value...other[0].value) }
        }
      }
    }
    return ScalarSet(all)
  }

  /// The ASCII part.
  var ascii: ByteSet {
    var bytes = ByteSet()
    for range in ranges where range.lowerBound < 0x80 {
      bytes.insert(UInt8(range.lowerBound)...UInt8(min(range.upperBound, 0x7F)))
    }
    return bytes
  }

  var hasASCII: Bool { ranges.first.map { $0.lowerBound < 0x80 } ?? false }
  /// The ranges beyond ASCII.
  var wide: [ClosedRange<UInt32>] {
    ranges.filter { $0.upperBound >= 0x80 }.map { max($0.lowerBound, 0x80)...$0.upperBound }
  }
  /// Whether every character beyond ASCII is in it.
  var hasAllWide: Bool { wide == [0x80...Self.last] }

  /// The only character, in lower case; nil if there are others than its two ASCII cases.
  var single: UInt32? {
    if ranges.count == 1, ranges[0].count == 1 {
      let scalar = ranges[0].lowerBound
      return (0x41...0x5A).contains(scalar) ? scalar + 32 : scalar
    }
    guard ranges.count == 2, ranges[0].count == 1, ranges[1].count == 1,
      (0x41...0x5A).contains(ranges[0].lowerBound), ranges[1].lowerBound == ranges[0].lowerBound + 32
    else { return nil }
    return ranges[1].lowerBound
  }
}
