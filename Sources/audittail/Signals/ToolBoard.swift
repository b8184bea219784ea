import AuditSignal

/// The picture that `top` shows: tools with their rate, errors and latency, sorted and filtered.
struct ToolBoard: Sendable {
  enum Sorting: String, CaseIterable, Sendable { case rate, errors, p50, p95, p99, busy, name }

  struct Row: Sendable, Hashable {
    let tenant: String
    let server: String
    let tool: String
    /// Calls a second in the newest minutes.
    var rate = 0.0
    var calls: Int64 = 0
    var errorShare = 0.0
    var p50: Int64?
    var p95: Int64?
    var p99: Int64?
    /// Calls under way at a time, on average.
    var busy: Double?
    var rateLimited: Int64 = 0
    /// Calls by minute, oldest first.
    var minutes: [Int64] = []
  }

  var sorting = Sorting.rate
  var filter = ""
  private(set) var rows: [Row] = []

  /// The newest minutes that the rate is of: the one that goes on and this many before it.
  static let rateMinutes: Int64 = 1

  /// - Parameters:
  ///   - tables: signals by minute, by tenant.
  ///   - since: the first minute, as microseconds since 2000-01-01.
  ///   - now: likewise.
  mutating func show(_ tables: [(tenant: String, table: SignalTable)], since: Int64, now: Int64) {
    let minute = SignalGrain.minutes.microseconds
    let count = Int((SignalGrain.minutes.floor(now) - since) / minute) + 1
    let rateFrom = SignalGrain.minutes.floor(now) - Self.rateMinutes * minute
    let seconds = Double(now - rateFrom) / 1e6
    rows = tables.flatMap { tenant, table -> [Row] in
      var sums: [SignalKey: (all: SignalFigures, newest: SignalFigures, minutes: [Int64])] = [:]
      for (place, figures) in table.rows {
        var sum = sums[place.key] ?? (SignalFigures(), SignalFigures(), [Int64](repeating: 0, count: count))
        sum.all.merge(figures)
        if place.at >= rateFrom { sum.newest.merge(figures) }
        let index = Int((place.at - since) / minute)
        if sum.minutes.indices.contains(index) { sum.minutes[index] += figures.calls }
        sums[place.key] = sum
      }
      return sums.map { key, sum in
        var row = Row(tenant: tenant, server: key.server, tool: key.tool)
        row.rate = Double(sum.newest.calls) / max(1, seconds)
        row.calls = sum.all.calls
        row.errorShare = Double(sum.all.errorCount) / Double(max(1, sum.all.calls))
        (row.p50, row.p95, row.p99) = (sum.all.quantile(0.5), sum.all.quantile(0.95), sum.all.quantile(0.99))
        if sum.newest.sketch.count > 0 { row.busy = Double(sum.newest.durationSum) / 1e9 / max(1, seconds) }
        row.rateLimited = sum.all[.rateLimited]
        row.minutes = sum.minutes
        return row
      }
    }
  }

  /// The rows that the filter lets through, in order; ties by name, so that nothing jumps.
  var shown: [Row] {
    let wanted = filter.lowercased()
    let all =
      wanted.isEmpty
      ? rows : rows.filter { "\($0.tenant) \($0.server) \($0.tool)".lowercased().contains(wanted) }
    return all.sorted { left, right in
      let (a, b) = (measure(left), measure(right))
      return a != b ? a > b : (left.tenant, left.server, left.tool) < (right.tenant, right.server, right.tool)
    }
  }

  private func measure(_ row: Row) -> Double {
    switch sorting {
    case .rate: row.rate
    case .errors: row.errorShare
    case .p50: Double(row.p50 ?? -1)
    case .p95: Double(row.p95 ?? -1)
    case .p99: Double(row.p99 ?? -1)
    case .busy: row.busy ?? -1
    case .name: 0
    }
  }

  // MARK: Lines

  private static let heads: [(String, Int)] = [
    ("TENANT", 12), ("SERVER", 14), ("TOOL", 22), ("RATE/s", 8), ("ERR %", 6), ("P50", 7), ("P95", 7), ("P99", 7),
    ("BUSY", 6), ("LIMITED", 7),
  ]
  private static let fixedWidth = heads.reduce(0) { $0 + $1.1 + 1 }

  static func heading(width: Int) -> String {
    TextTable.fitted(TextTable.row(heads, firstNumber: 3) + " CALLS A MINUTE", width)
  }

  static func line(_ row: Row, width: Int) -> String {
    let cells = [
      row.tenant, row.server.isEmpty ? "-" : row.server, row.tool, SignalLines.number(row.rate, 2),
      SignalLines.number(row.errorShare * 100, 1), time(row.p50), time(row.p95), time(row.p99),
      row.busy.map { SignalLines.number($0, 2) } ?? "-", row.rateLimited == 0 ? "-" : "\(row.rateLimited)",
    ]
    var text = TextTable.row(zip(cells, heads).map { ($0, $1.1) }, firstNumber: 3)
    text += String(repeating: " ", count: max(0, fixedWidth - text.count))
    return TextTable.fitted(text + sparkline(row.minutes, width: max(0, width - fixedWidth)), width)
  }

  /// Nanoseconds as a person reads them.
  static func time(_ nanoseconds: Int64?) -> String {
    guard let nanoseconds else { return "-" }
    let milliseconds = Double(nanoseconds) / 1e6
    if milliseconds < 10 { return SignalLines.number(milliseconds, 1) + "ms" }
    if milliseconds < 10_000 { return SignalLines.number(milliseconds, 0) + "ms" }
    return SignalLines.number(milliseconds / 1000, 1) + "s"
  }

  private static let bars = Array("▁▂▃▄▅▆▇█")

  /// The last so many values as bars, the largest full; nothing is a blank.
  static func sparkline(_ values: [Int64], width: Int) -> String {
    let shown = values.suffix(width)
    let most = max(1, shown.max() ?? 1)
    return String(
      shown.map { value in value <= 0 ? " " : bars[min(bars.count - 1, Int((value * Int64(bars.count) - 1) / most))] })
  }
}
