/// The form on disk. Numbers are LEB128.
///
/// Version byte 2; a mask of the ranges between `edges` that have counts, lowest bit first, and their counts; how many buckets
/// follow; for each of these, in rising order, its index less that of the one before (the first one's index itself), and its count.
/// It says itself where it ends, so **several of them one after another are their merge**: SQL merges sketches with
/// `string_agg(sketch, '')`.
///
/// Version 1 had neither ranges nor an end: behind its version byte the buckets go on to the last byte. Its ranges are read from
/// the middles of its buckets.
extension LatencySketch {
  package var encoded: [UInt8] {
    var bytes: [UInt8] = [2]
    var mask: UInt64 = 0
    for range in ranges.indices where ranges[range] > 0 { mask |= 1 << UInt64(range) }
    Self.put(mask, &bytes)
    for range in ranges.indices where ranges[range] > 0 { Self.put(ranges[range], &bytes) }
    Self.put(UInt64(buckets.count), &bytes)
    var last: UInt64 = 0
    for bucket in buckets {
      Self.put(UInt64(bucket.index) - last, &bytes)
      Self.put(bucket.count, &bytes)
      last = UInt64(bucket.index)
    }
    return bytes
  }

  /// - Parameter bytes: one sketch, or several one after another.
  /// - Returns: nil where the bytes are no sketches of a known version.
  package init?(encoded bytes: [UInt8]) {
    guard merge(encoded: bytes.span) else { return nil }
    if bytes.isEmpty { return nil }
  }

  /// Adds one sketch, or several one after another.
  /// - Returns: whether they could be read; where not, some of them may have been added.
  package mutating func merge(encoded bytes: Span<UInt8>) -> Bool {
    var at = 0
    while at < bytes.count {
      let version = bytes[at]
      at += 1
      switch version {
      case 1: guard readBuckets(bytes, &at, .max, derivesRanges: true) else { return false }
      case 2:
        guard readRanges(bytes, &at), let count = Self.number(bytes, &at),
          readBuckets(bytes, &at, count, derivesRanges: false)
        else { return false }
      default: return false
      }
    }
    return true
  }

  private mutating func readRanges(_ bytes: Span<UInt8>, _ at: inout Int) -> Bool {
    guard let mask = Self.number(bytes, &at), mask < 256 else { return false }
    var read = SIMD8<UInt64>()
    for range in read.indices where mask & 1 << UInt64(range) != 0 {
      guard let count = Self.number(bytes, &at) else { return false }
      read[range] = count
    }
    add(ranges: read)
    return true
  }

  private mutating func readBuckets(
    _ bytes: Span<UInt8>, _ at: inout Int, _ count: UInt64, derivesRanges: Bool
  ) -> Bool {
    var index: UInt64 = 0
    var done: UInt64 = 0
    var place = 0
    while done < count, at < bytes.count {
      guard let step = Self.number(bytes, &at), let count = Self.number(bytes, &at), count > 0, done == 0 || step > 0,
        step < UInt64(Self.indexEnd), index + step < UInt64(Self.indexEnd)
      else { return false }
      index += step
      done += 1
      add(UInt16(index), count, from: &place)
      if derivesRanges { addToRange(of: Self.middle(of: Int(index)), count) }
    }
    return derivesRanges || done == count
  }

  private static func put(_ value: UInt64, _ bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  @inline(__always)
  private static func number(_ bytes: Span<UInt8>, _ at: inout Int) -> UInt64? {
    if at < bytes.count, bytes[at] < 0x80 {
      at += 1
      return UInt64(bytes[at - 1])
    }
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
}

extension LatencySketch {
  /// The counts of the ranges as PostgreSQL writes an array.
  package var rangesText: String { "{" + ranges.indices.map { "\(ranges[$0])" }.joined(separator: ",") + "}" }
}
