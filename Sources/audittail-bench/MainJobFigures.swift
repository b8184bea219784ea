/// What the rounds say together, and whether it is good enough.
struct MainJobFigures {
  /// What audittail promises.
  private static let processorSecondsPerMillionMax = 4.0
  private static let peakMebibytesMax = 96.0
  private static let ratioMax = 1.5
  private static let signalsProcessorPercentMax = 5.0
  private static let signalsBytesPercentMax = 10.0

  private static let heads = [
    "round", "rows/s", "CPU s/M", "user", "system", "peak MiB", "wall s", "floor s", "floor CPU s/M", "wall/floor",
    "signals CPU %", "signals bytes %",
  ]

  let rounds: [MainJobRound]

  static var header: String { row(heads) }

  static func row(_ name: String, _ round: MainJobRound) -> String {
    let scale = 1e6 / Double(round.lines)
    return row([
      name, Report.number(round.rowsPerSecond, 0), Report.number(round.processorSecondsPerMillion, 2),
      Report.number(round.collect.userSeconds * scale, 2), Report.number(round.collect.systemSeconds * scale, 2),
      Report.number(round.collect.peakMebibytes, 1), Report.number(round.collect.wallSeconds, 2),
      Report.number(round.floor.wallSeconds, 2), Report.number(round.floorProcessorSecondsPerMillion, 2),
      Report.number(round.ratio, 2), Report.number(round.signals.processorPercent, 1),
      Report.number(round.signals.bytesPercent, 1),
    ])
  }

  /// Each column's own median.
  var medianRow: String {
    let scale = 1e6 / Double(rounds.first?.lines ?? 1)
    return Self.row([
      "median", Report.number(median(\.rowsPerSecond), 0), Report.number(median(\.processorSecondsPerMillion), 2),
      Report.number(median(\.collect.userSeconds) * scale, 2),
      Report.number(median(\.collect.systemSeconds) * scale, 2),
      Report.number(median(\.collect.peakMebibytes), 1), Report.number(median(\.collect.wallSeconds), 2),
      Report.number(median(\.floor.wallSeconds), 2), Report.number(median(\.floorProcessorSecondsPerMillion), 2),
      Report.number(median(\.ratio), 2),
      Report.number(median(\.signals.processorPercent), 1), Report.number(median(\.signals.bytesPercent), 1),
    ])
  }

  var isGoodEnough: Bool {
    median(\.processorSecondsPerMillion) <= Self.processorSecondsPerMillionMax
      && median(\.collect.peakMebibytes) <= Self.peakMebibytesMax && median(\.ratio) <= Self.ratioMax
      && median(\.signals.processorPercent) <= Self.signalsProcessorPercentMax
      && median(\.signals.bytesPercent) <= Self.signalsBytesPercentMax
  }

  var verdict: String {
    func part(_ name: String, _ value: Double, _ limit: Double, _ decimals: Int) -> String {
      "\(name) \(Report.number(value, decimals)) \(value <= limit ? "≤" : ">") \(Report.number(limit, decimals))"
    }
    return (isGoodEnough ? "PASS " : "FAIL ")
      + [
        part("CPU s/M", median(\.processorSecondsPerMillion), Self.processorSecondsPerMillionMax, 2),
        part("peak MiB", median(\.collect.peakMebibytes), Self.peakMebibytesMax, 1),
        part("wall/floor", median(\.ratio), Self.ratioMax, 2),
        part("signals' share of CPU %", median(\.signals.processorPercent), Self.signalsProcessorPercentMax, 1),
        part("and of bytes %", median(\.signals.bytesPercent), Self.signalsBytesPercentMax, 1),
      ].joined(separator: ", ")
  }

  private func median(_ figure: (MainJobRound) -> Double) -> Double {
    let sorted = rounds.map(figure).sorted()
    guard !sorted.isEmpty else { return .nan }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  private static func row(_ cells: [String]) -> String {
    zip(heads, cells).map { head, cell in Report.cell(cell, max(7, head.count)) }.joined(separator: "  ")
  }
}
