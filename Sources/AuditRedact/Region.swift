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

/// How offsets in a decoded text count in the text it came from. Between escapes bytes are copied one to one.
struct OffsetMap: Sendable {
  /// An escape, or a run of equal ones of one decoded byte each: JSON in JSON is full of backslashes.
  private struct Escape: Sendable {
    var decoded: UInt32
    var raw: UInt32
    /// Decoded bytes: of the one escape, or of the run.
    var decodedCount: UInt32
    /// Raw bytes of each escape.
    var width: UInt8
    var isRun: Bool
  }

  private var escapes: [Escape] = []
  private var start = 0

  /// Forgets everything; the first decoded byte is the raw one at `raw`.
  mutating func start(raw: Int) {
    escapes.removeAll(keepingCapacity: true)
    start = raw
  }

  /// An escape of `width` raw bytes at `raw` became the decoded bytes `decoded`.
  @inline(always)
  mutating func addEscape(decoded: Range<Int>, raw: Int, width: Int) {
    if decoded.count == 1 { return addEscapes(decoded: decoded.lowerBound, count: 1, raw: raw, width: width) }
    append(decoded.lowerBound, decoded.count, raw, width, isRun: false)
  }

  /// So many escapes of `width` raw bytes, each of which became one byte.
  @inline(always)
  mutating func addEscapes(decoded: Int, count: Int, raw: Int, width: Int) {
    let last = escapes.count &- 1
    if last >= 0, escapes[last].isRun, Int(escapes[last].width) == width,
      Int(escapes[last].raw) &+ Int(escapes[last].decodedCount) &* width == raw
    {
      escapes[last].decodedCount &+= UInt32(truncatingIfNeeded: count)
    } else {
      append(decoded, count, raw, width, isRun: true)
    }
  }

  private mutating func append(_ decoded: Int, _ count: Int, _ raw: Int, _ width: Int, isRun: Bool) {
    escapes.append(
      Escape(
        decoded: UInt32(truncatingIfNeeded: decoded), raw: UInt32(truncatingIfNeeded: raw),
        decodedCount: UInt32(truncatingIfNeeded: count), width: UInt8(truncatingIfNeeded: width), isRun: isRun))
  }

  /// The raw bytes that decoded bytes came from; whole escapes.
  /// - Parameter hint: where the search ended before; ranges mostly come in order.
  func raw(_ decoded: Range<Int>, hint: inout Int) -> Range<Int> {
    let first = place(decoded.lowerBound, &hint)
    guard !decoded.isEmpty else { return first.lowerBound..<first.lowerBound }
    return first.lowerBound..<max(first.lowerBound, place(decoded.upperBound - 1, &hint).upperBound)
  }

  /// The raw bytes of one decoded byte.
  private func place(_ decoded: Int, _ hint: inout Int) -> Range<Int> {
    guard let index = escape(before: decoded, &hint) else { return start + decoded..<start + decoded + 1 }
    let escape = escapes[index]
    let inside = decoded - Int(escape.decoded)
    let width = Int(escape.width)
    let count = Int(escape.decodedCount)
    if inside < count {
      let start = Int(escape.raw) + (escape.isRun ? inside * width : 0)
      return start..<start + width
    }
    let start = Int(escape.raw) + (escape.isRun ? count * width : width) + inside - count
    return start..<start + 1
  }

  /// The last escape that begins at or before a decoded byte.
  private func escape(before decoded: Int, _ hint: inout Int) -> Int? {
    var low = 0
    var high = escapes.count
    if hint < high, Int(escapes[hint].decoded) <= decoded {
      low = hint
      var step = 1
      while low + step < high, Int(escapes[low + step].decoded) <= decoded {
        low += step
        step *= 2
      }
      high = min(high, low + step)
    }
    while low < high {
      let middle = (low + high) / 2
      if Int(escapes[middle].decoded) <= decoded { low = middle + 1 } else { high = middle }
    }
    hint = max(0, low - 1)
    return low > 0 ? low - 1 : nil
  }
}
