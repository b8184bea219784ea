import ArgumentParser
import AuditConfig
import AuditModel
import AuditQuery
import AuditSignal
import AuditStore
import Synchronization

struct UsageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "usage",
    abstract: "Calls, bytes and cost of tenants, teams, users and tools, and the month against its budget.",
    discussion: """
      Days are those of UTC. Cost is counted by the prices of the configuration (usage.prices) when it is asked for.

        audittail usage --by user --since -30d
        audittail usage --tenant acme --by team --daily --format csv
        audittail usage --budget

      --budget prints each tenant's cost of this month until now beside usage.budgets. Exit code 1: one is spent.
      """)

  @OptionGroup var options: ConfigurationOptions
  @Option(name: .long, help: ArgumentHelp("One tenant; all of them without it.", valueName: "tenant"))
  var tenant: String?
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "From this day on: a date, or relative like -30d; the month's first day without it.", valueName: "time"))
  var since: String?
  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Until this day, included.", valueName: "time"))
  var until = "now"
  @Option(name: .long, help: "tenant, team, user or tool.")
  var by = UsageSum.Key.tool
  @Flag(name: .long, help: "A row for each day.")
  var daily = false
  @Flag(name: .long, help: "This month's cost of each tenant beside its budget.")
  var budget = false
  @Option(name: .long, help: "table, ndjson or csv; table on a terminal, ndjson otherwise.")
  var format: RecordFormat?

  func run() async throws {
    try await reporting {
      let configuration = try options.load()
      let now = RecordTime.now
      let month = Self.month(of: now.day)
      let first = budget ? month : try since.map { try TimeExpression.time($0, now: now).day } ?? month
      let last = budget ? now.day : try TimeExpression.time(until, now: now).day
      guard first <= last else { throw CommandFailure(.usage, "--since has to be before --until.") }
      let format = format ?? (StandardOutput.isTerminal ? .table : .ndjson)
      try await withStore(configuration, logger: configuration.logger("audittail.usage")) { store, _ in
        var isSpent = false
        let lines = UsageLines(format: format, isBudget: budget)
        if let heading = lines.heading { try StandardOutput.write(heading) }
        for tenant in try await selectedTenants(tenant, in: store) {
          try await store.logAccess(to: tenant, who: currentUser(), action: "usage", question: "{}", rows: -1)
          let sums = Mutex(UsageSum(by: budget ? .tenant : by, isDaily: daily && !budget, configuration.usage, tenant))
          try await store.usage(of: tenant, from: first, to: last) { row in sums.withLock { $0.add(row) } }
          let rows = sums.withLock { $0.rows }
          if budget {
            let limit = configuration.usage.budgets.last { $0.tenant == tenant }?.monthly
            let cost = rows.reduce(0) { $0 + $1.cost }
            if let limit, cost > limit { isSpent = true }
            try StandardOutput.write(lines.budget(tenant, month, cost, limit))
          } else {
            try StandardOutput.write(rows.map { lines.line(tenant, $0) }.joined())
          }
        }
        if isSpent { throw ExitCode(CommandFailure.Status.no.rawValue) }
      }
    }
  }

  private static func month(of day: Day) -> Day {
    let parts = "\(day)".split(separator: "-").compactMap { Int($0) }
    return parts.count == 3 ? Day(year: parts[0], month: parts[1], day: 1) ?? day : day
  }
}

/// Usage of one tenant, added up by what was asked for and priced.
struct UsageSum: Sendable {
  enum Key: String, ExpressibleByArgument, CaseIterable, Sendable { case tenant, team, user, tool }

  struct Row: Sendable, Hashable {
    let day: Day?
    let name: String
    var calls: Int64 = 0
    var failed: Int64 = 0
    var resultBytes: Int64 = 0
    var seconds = 0.0
    var cost = 0.0
  }

  private struct Place: Hashable {
    let day: Day?
    let name: String
  }

  private let key: Key
  private let isDaily: Bool
  private let settings: Configuration.Usage
  private let tenant: TenantID
  private var sums: [Place: Row] = [:]

  init(by key: Key, isDaily: Bool, _ settings: Configuration.Usage, _ tenant: TenantID) {
    (self.key, self.isDaily, self.settings, self.tenant) = (key, isDaily, settings, tenant)
  }

  mutating func add(_ usage: UsageRow) {
    let place = Place(day: isDaily ? usage.day : nil, name: name(usage))
    var row = sums[place] ?? Row(day: place.day, name: place.name)
    let seconds = Double(usage.durationSum) / 1e9
    row.calls = row.calls.addingClamped(usage.calls)
    row.failed = row.failed.addingClamped(usage.failed)
    row.resultBytes = row.resultBytes.addingClamped(usage.resultBytes)
    row.seconds += seconds
    // Of the prices that apply the last one that began; the last named where several began at once.
    let price = settings.prices.filter { $0.applies(to: usage.tool, of: tenant, on: usage.day) }
      .reduce(nil as UsagePrice?) { best, price in
        guard let began = best?.since else { return price }
        return (price.since.map { $0 >= began } ?? false) ? price : best
      }
    if let price {
      row.cost +=
        Double(usage.calls) * price.perCall + Double(usage.resultBytes) / 1024 * price.perKibibyte
        + seconds * price.perSecond
    }
    sums[place] = row
  }

  private func name(_ usage: UsageRow) -> String {
    switch key {
    case .tenant: tenant.name
    case .team: settings.teams.first { $0.has(usage.actor) }?.team ?? ""
    case .user: usage.actor
    case .tool: usage.tool
    }
  }

  /// By day, then the dearest and busiest first.
  var rows: [Row] {
    sums.values.sorted { left, right in
      if left.day != right.day { return (left.day ?? .init(daysSince1970: 0)) < (right.day ?? .init(daysSince1970: 0)) }
      if left.cost != right.cost { return left.cost > right.cost }
      return left.calls != right.calls ? left.calls > right.calls : left.name < right.name
    }
  }
}

extension Int64 {
  fileprivate func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

/// Usage as lines.
struct UsageLines: Sendable {
  let format: RecordFormat
  let isBudget: Bool

  private var columns: [(name: String, width: Int)] {
    isBudget
      ? [("tenant", 20), ("month", 8), ("cost", 14), ("budget", 14), ("percent", 8)]
      : [
        ("day", 10), ("tenant", 16), ("name", 32), ("calls", 10), ("failed", 8), ("resultBytes", 14), ("seconds", 12),
        ("cost", 14),
      ]
  }

  private var firstNumber: Int { isBudget ? 2 : 3 }

  var heading: String? {
    switch format {
    case .ndjson: nil
    case .csv: columns.map(\.name).joined(separator: ",") + "\r\n"
    case .table: TextTable.row(columns.map { ($0.name.uppercased(), $0.width) }, firstNumber: firstNumber) + "\n"
    }
  }

  func line(_ tenant: TenantID, _ row: UsageSum.Row) -> String {
    line([
      row.day.map { "\($0)" } ?? "", tenant.name, row.name, "\(row.calls)", "\(row.failed)", "\(row.resultBytes)",
      SignalLines.number(row.seconds, 3), SignalLines.number(row.cost, 6),
    ])
  }

  func budget(_ tenant: TenantID, _ month: Day, _ cost: Double, _ limit: Double?) -> String {
    line([
      tenant.name, String("\(month)".prefix(7)), SignalLines.number(cost, 6),
      limit.map { SignalLines.number($0, 6) } ?? "",
      limit.flatMap { $0 > 0 ? SignalLines.number(cost / $0 * 100, 1) : nil } ?? "",
    ])
  }

  private func line(_ cells: [String]) -> String {
    switch format {
    case .table:
      return TextTable.row(zip(cells, columns).map { ($0, $1.width) }, firstNumber: firstNumber) + "\n"
    case .csv: return cells.map(SignalLines.csv).joined(separator: ",") + "\r\n"
    case .ndjson:
      let members = zip(columns, cells).enumerated().filter { !$0.element.1.isEmpty }.map { index, pair in
        "\"\(pair.0.name)\":\(index < firstNumber ? RecordFormat.quoted(pair.1) : pair.1)"
      }
      return "{\(members.joined(separator: ","))}\n"
    }
  }
}
