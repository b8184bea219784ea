import Glibc

/// How often a statistic of normal sessions exceeds a value, over all callers of a tenant: a histogram, and beyond its upper tenth an
/// exponential tail. Sessions that were too strange to learn from count as "at least the gate" (right-censored), which keeps the tail
/// honest without believing how strange they were.
struct CensoredTail: Sendable {
  private static let low = -4.0
  private static let width = 0.05
  private static let bins = 320
  /// Sessions after which an old one counts half.
  private static let halfLife = 20_000.0
  private static let keep = exp2(-1 / halfLife)
  private static let upper = 0.1

  private var counts = [Double](repeating: 0, count: bins)
  private var total = 0.0
  private var censored = 0.0
  /// The tail as it was fitted last: from where, how many exceed it, mean excess.
  private var start = 0.0
  private var exceeding = 0.0
  private var scale = 1.0
  private var sinceFit = 0
  private var weight = 1.0

  init() {}

  /// Sessions that it has seen, the old ones counting less.
  var sessions: Double { total / weight }

  private static func bin(_ value: Double) -> Int {
    Int(min(max((value - low) / width, 0), Double(bins - 1)))
  }

  mutating func add(_ value: Double, isCensored: Bool) {
    // Instead of making everything older less, what is new counts more.
    weight /= Self.keep
    if weight > 1e100 { rescale() }
    counts[Self.bin(value)] += weight
    total += weight
    if isCensored { censored += weight }
    sinceFit += 1
    if sinceFit >= (total < 256 * weight ? 32 : 256) { fit() }
  }

  private mutating func rescale() {
    for index in counts.indices { counts[index] /= weight }
    total /= weight
    censored /= weight
    exceeding /= weight
    weight = 1
  }

  private mutating func fit() {
    sinceFit = 0
    let wanted = max(20 * weight, Self.upper * total)
    var above = 0.0
    var moment = 0.0
    var index = Self.bins
    while index > 0, above < wanted {
      index -= 1
      moment += above * Self.width + counts[index] * Self.width / 2
      above += counts[index]
    }
    start = Self.low + Double(index) * Self.width
    exceeding = above
    scale = max(moment / max(above - censored, weight), 0.02)
  }

  /// log10 of the probability that a normal session has at least this value; 0 while too little is known.
  func log10Probability(_ value: Double) -> Double {
    if exceeding == 0 { return 0 }
    if value > start {
      return log10((exceeding + 0.5 * weight) / (total + weight)) - (value - start) / scale / M_LN10
    }
    let bin = Self.bin(value)
    let above = counts[(bin + 1)...].reduce(0, +) + counts[bin] / 2
    return log10((above + 0.5 * weight) / (total + weight))
  }

  func write(to writer: inout StateWriter) {
    writer.put(counts)
    for value in [total, censored, start, exceeding, scale, weight] { writer.put(value) }
    writer.put(UInt32(sinceFit))
  }

  init(from reader: inout StateReader) throws(StateError) {
    counts = try reader.doubles()
    guard counts.count == Self.bins else { throw .damaged }
    total = try reader.double()
    censored = try reader.double()
    start = try reader.double()
    exceeding = try reader.double()
    scale = try reader.double()
    weight = try reader.double()
    sinceFit = Int(try reader.uint32())
  }
}
