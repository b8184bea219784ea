/// How durations are distributed, in buckets whose middle is at most 0.79 % away from any value in them.
///
/// Log-linear over nanoseconds, as in HdrHistogram: below 64 a bucket a value; above, each power of two is cut into 64 equal
/// buckets. Counts are integers, so merging is addition: associative and commutative to the bit.
///
/// On disk: version byte 1, then for each bucket that is not empty, in rising order, two LEB128 numbers: its index less that
/// of the one before (the first one's index itself), and its count.
package struct LatencySketch: Hashable, Sendable {
  private static let subBuckets = 64
  private static let subBits = 6

  /// Counts by bucket, in rising order of the bucket.
  private var buckets: [(index: UInt16, count: UInt64)] = []

  package init() {}

  package var count: UInt64 { buckets.reduce(0) { $0 + $1.count } }

  /// - Parameter nanoseconds: not negative.
  package mutating func insert(_ nanoseconds: Int64) {
    add(UInt16(Self.index(of: UInt64(max(0, nanoseconds)))), 1)
  }

  package mutating func merge(_ other: LatencySketch) {
    for (index, count) in other.buckets { add(index, count) }
  }

  /// The value below which the share `q` of all durations lies, to the sketch's accuracy; nil where there are none.
  /// - Parameter q: 0 to 1.
  package func quantile(_ q: Double) -> Int64? {
    let count = count
    guard count > 0 else { return nil }
    let rank = UInt64((q * Double(count - 1)).rounded())
    var seen: UInt64 = 0
    for bucket in buckets {
      seen += bucket.count
      if seen > rank { return Self.middle(of: Int(bucket.index)) }
    }
    return nil
  }

  package var encoded: [UInt8] {
    var bytes: [UInt8] = [1]
    var last: UInt64 = 0
    for (index, count) in buckets {
      Self.putLEB128(UInt64(index) - last, &bytes)
      Self.putLEB128(count, &bytes)
      last = UInt64(index)
    }
    return bytes
  }

  /// - Returns: nil where the bytes are no sketch of this version.
  package init?(encoded bytes: [UInt8]) {
    guard bytes.first == 1 else { return nil }
    var at = 1
    var index: UInt64 = 0
    while at < bytes.count {
      guard let step = Self.leb128(bytes, &at), let count = Self.leb128(bytes, &at), count > 0,
        buckets.isEmpty || step > 0, step <= UInt64(UInt16.max), index + step <= UInt64(UInt16.max)
      else { return nil }
      index += step
      buckets.append((UInt16(index), count))
    }
  }

  private mutating func add(_ index: UInt16, _ count: UInt64) {
    var low = 0
    var high = buckets.count
    while low < high {
      let middle = (low + high) / 2
      if buckets[middle].index < index { low = middle + 1 } else { high = middle }
    }
    if low < buckets.count, buckets[low].index == index {
      buckets[low].count += count
    } else {
      buckets.insert((index, count), at: low)
    }
  }

  private static func index(of value: UInt64) -> Int {
    if value < UInt64(subBuckets) { return Int(value) }
    let exponent = 63 - value.leadingZeroBitCount
    let sub = Int(value >> UInt64(exponent - subBits)) - subBuckets
    return (exponent - subBits + 1) * subBuckets + sub
  }

  private static func middle(of index: Int) -> Int64 {
    if index < subBuckets { return Int64(index) }
    let exponent = index / subBuckets + subBits - 1
    let width = UInt64(1) << UInt64(exponent - subBits)
    let low = UInt64(subBuckets + index % subBuckets) * width
    return Int64(clamping: low + width / 2)
  }

  private static func putLEB128(_ value: UInt64, _ bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private static func leb128(_ bytes: [UInt8], _ at: inout Int) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while at < bytes.count, shift < 63 {
      let byte = bytes[at]
      at += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }

  package static func == (left: LatencySketch, right: LatencySketch) -> Bool {
    left.buckets.elementsEqual(right.buckets) { $0.index == $1.index && $0.count == $1.count }
  }

  package func hash(into hasher: inout Hasher) {
    for bucket in buckets {
      hasher.combine(bucket.index)
      hasher.combine(bucket.count)
    }
  }
}
