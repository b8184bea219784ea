/// What is counted of one tool.
struct ToolMetric: Sendable {
  private(set) var calls: [String: Int64] = [:]
  private(set) var timed: UInt64 = 0
  private var durationSum: Int64 = 0
  private var ranges = SIMD8<UInt64>()
  private(set) var rateLimited: Int64 = 0
  /// By bucket: the one that came last.
  var exemplars: [Int: SignalDeltas.Exemplar] = [:]
  /// Nanoseconds that calls took in the last minutes that had any, newest last.
  private(set) var busy: [(minute: Int64, nanoseconds: Int64)] = []

  mutating func add(_ total: SignalTotal, _ status: String) {
    calls[status, default: 0].addSaturating(total.calls)
    timed &+= total.timed
    durationSum.addSaturating(total.durationSum)
    ranges &+= total.ranges
    rateLimited.addSaturating(total.errors[ErrorClass.rateLimited.rawValue])
  }

  mutating func clear() {
    for status in calls.keys { calls[status] = 0 }
    (timed, durationSum, ranges, rateLimited) = (0, 0, SIMD8(), 0)
  }

  /// Minutes that are remembered: the last whole one has to be among them when it is asked for.
  private static let minutesMax = 3

  mutating func note(busy nanoseconds: Int64, in minute: Int64) {
    if let index = busy.firstIndex(where: { $0.minute == minute }) {
      return busy[index].nanoseconds.addSaturating(nanoseconds)
    }
    busy.append((minute, nanoseconds))
    busy.sort { $0.minute < $1.minute }
    if busy.count > Self.minutesMax { busy.removeFirst() }
  }

  func histogram(_ labels: [String], _ edges: [Double]) -> MetricSample {
    var sum: UInt64 = 0
    let cumulative = ranges.indices.map { index in
      sum &+= ranges[index]
      return sum
    }
    var sample = MetricSample(
      labels, .histogram(edges: edges, cumulative: cumulative, count: timed, sum: Double(durationSum) / 1e9))
    for (bucket, exemplar) in exemplars {
      sample.exemplars[bucket] = MetricSample.Exemplar(
        trace: String(decoding: exemplar.trace, as: UTF8.self), value: Double(exemplar.duration) / 1e9,
        time: Double(exemplar.time) / 1e6 + 946_684_800)
    }
    return sample
  }
}
