/// A run of the input that a rule replaces. Offsets count in whatever bytes are being scanned; a region found in
/// decoded text is carried outwards, step by step, until it counts in the line itself.
struct Region: Sendable, Equatable {
  var start: Int
  var end: Int
  var rule: RuleID
  /// 0: the marker stands inside a string. n: it needs its own quotes, escaped as n-1 strings in each other demand.
  var quotes: UInt8 = 0

  var range: Range<Int> { start..<end }
}

/// How offsets in a decoded text count in the text it came from.
struct OffsetMap: Sendable {
  private struct Point: Sendable {
    var decoded: Int
    var raw: Int
    /// Raw bytes of an escape that begins here; 0 where bytes are copied one to one.
    var width: Int
  }

  private var points: [Point] = []

  /// Forgets everything; the first decoded byte is the raw one at `raw`.
  mutating func start(raw: Int) {
    points.removeAll(keepingCapacity: true)
    points.append(Point(decoded: 0, raw: raw, width: 0))
  }

  /// An escape of `width` raw bytes at `raw` became the decoded bytes `decoded`.
  @inline(always)
  mutating func addEscape(decoded: Range<Int>, raw: Int, width: Int) {
    let point = Point(decoded: decoded.lowerBound, raw: raw, width: width)
    let last = points.count - 1
    if points[last].decoded == decoded.lowerBound {
      points[last] = point  // right behind another escape, or at the start: no bytes were copied
    } else {
      points.append(point)
    }
    points.append(Point(decoded: decoded.upperBound, raw: raw + width, width: 0))
  }

  /// The raw bytes that decoded bytes came from; whole escapes.
  func raw(_ decoded: Range<Int>) -> Range<Int> {
    let first = points[index(decoded.lowerBound)]
    let start = first.width > 0 ? first.raw : first.raw + decoded.lowerBound - first.decoded
    guard !decoded.isEmpty else { return start..<start }
    let last = points[index(decoded.upperBound - 1)]
    let end = last.width > 0 ? last.raw + last.width : last.raw + decoded.upperBound - last.decoded
    return start..<max(start, end)
  }

  private func index(_ decoded: Int) -> Int {
    var low = 0
    var high = points.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if points[middle].decoded <= decoded { low = middle } else { high = middle }
    }
    return low
  }
}
