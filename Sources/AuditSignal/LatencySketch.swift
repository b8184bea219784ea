/// How durations are distributed, in buckets whose middle is at most 0.79 % away from any value in them.
///
/// Log-linear over nanoseconds, as in HdrHistogram: below 64 a bucket a value; above, each power of two is cut into 64 equal
/// buckets. Beside them the ranges between `edges` are counted exactly, because the histograms that are exposed promise these
/// limits. Counts are integers, so merging is addition: associative and commutative to the bit.
package struct LatencySketch: Hashable, Sendable {
  /// Where the exposed histogram's buckets end, in nanoseconds: 0.01 0.05 0.1 0.25 0.5 1 2.5 5 s.
  package static let edges: [Int64] = [10, 50, 100, 250, 500, 1000, 2500, 5000].map { $0 * 1_000_000 }

  static let subBuckets = 64
  private static let subBits = 6

  struct Bucket: Hashable, Sendable {
    var index: UInt16
    var count: UInt64
  }

  /// Counts by bucket, in rising order of the bucket.
  private(set) var buckets: [Bucket] = []
  /// How many lie above the edge before and not above this one; what is beyond the last edge is the rest of `count`.
  private(set) var ranges = SIMD8<UInt64>()
  package private(set) var count: UInt64 = 0

  package init() {}

  /// - Parameter nanoseconds: a negative one counts as 0.
  package mutating func insert(_ nanoseconds: Int64) {
    let value = max(0, nanoseconds)
    add(UInt16(Self.index(of: UInt64(value))), 1)
    addToRange(of: value, 1)
  }

  package mutating func merge(_ other: LatencySketch) {
    ranges &+= other.ranges
    if buckets.isEmpty {
      (buckets, count) = (other.buckets, other.count)
    } else {
      var place = 0
      for bucket in other.buckets { add(bucket.index, bucket.count, from: &place) }
    }
  }

  /// The value below which the share `q` of all durations lies, to the sketch's accuracy; nil where there are none.
  /// - Parameter q: 0 to 1.
  package func quantile(_ q: Double) -> Int64? {
    guard count > 0 else { return nil }
    let rank = UInt64((q * Double(count - 1)).rounded())
    var seen: UInt64 = 0
    for bucket in buckets {
      seen += bucket.count
      if seen > rank { return Self.middle(of: Int(bucket.index)) }
    }
    return nil
  }

  /// How many are not above each of `edges`, exactly.
  package var cumulative: [UInt64] {
    var sum: UInt64 = 0
    return ranges.indices.map { index in
      sum &+= ranges[index]
      return sum
    }
  }

  mutating func add(_ index: UInt16, _ more: UInt64) {
    var place = 0
    add(index, more, from: &place)
  }

  /// Adds to a bucket at or behind `place`, and leaves its place there: whoever adds in rising order looks at each bucket once.
  mutating func add(_ index: UInt16, _ more: UInt64, from place: inout Int) {
    count &+= more
    // Most come behind the last one when a sketch is read, and close behind the one before when sketches are merged.
    if let last = buckets.last, last.index < index {
      place = buckets.count
      return buckets.append(Bucket(index: index, count: more))
    }
    let near = min(place + Self.nearBuckets, buckets.count)
    while place < near, buckets[place].index < index { place += 1 }
    if place == near {
      var high = buckets.count
      while place < high {
        let middle = (place + high) / 2
        if buckets[middle].index < index { place = middle + 1 } else { high = middle }
      }
    }
    if place < buckets.count, buckets[place].index == index {
      buckets[place].count &+= more
    } else {
      buckets.insert(Bucket(index: index, count: more), at: place)
    }
  }

  private static let nearBuckets = 8

  mutating func addToRange(of value: Int64, _ more: UInt64) {
    if let range = Self.range(of: value) { ranges[range] &+= more }
  }

  mutating func add(ranges more: SIMD8<UInt64>) { ranges &+= more }

  /// Which of the ranges a duration is in; nil beyond the last edge.
  @inline(__always)
  package static func range(of value: Int64) -> Int? {
    if value <= 10_000_000 { return 0 }
    if value <= 50_000_000 { return 1 }
    if value <= 100_000_000 { return 2 }
    if value <= 250_000_000 { return 3 }
    if value <= 500_000_000 { return 4 }
    if value <= 1_000_000_000 { return 5 }
    if value <= 2_500_000_000 { return 6 }
    return value <= 5_000_000_000 ? 7 : nil
  }

  private static func index(of value: UInt64) -> Int {
    if value < UInt64(subBuckets) { return Int(value) }
    let exponent = 63 - value.leadingZeroBitCount
    let sub = Int(value >> UInt64(exponent - subBits)) - subBuckets
    return (exponent - subBits + 1) * subBuckets + sub
  }

  static func middle(of index: Int) -> Int64 {
    if index < subBuckets { return Int64(index) }
    let exponent = index / subBuckets + subBits - 1
    let width = UInt64(1) << UInt64(exponent - subBits)
    let low = UInt64(subBuckets + index % subBuckets) * width
    return Int64(clamping: low + width / 2)
  }

  /// One more than the largest index of any duration.
  static let indexEnd = index(of: UInt64(Int64.max)) + 1
}
