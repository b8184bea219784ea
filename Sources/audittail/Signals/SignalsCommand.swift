import ArgumentParser
import AuditConfig
import AuditModel
import AuditQuery
import AuditSignal
import AuditStore

struct SignalsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signals", abstract: "Golden signals of a range: calls, errors and latency of each tool.",
    discussion: """
      The range is widened to whole minutes, hours or days; the answer says to which. Signals are kept longer than records.

        audittail signals --since -24h --format table
        audittail signals --tenant acme --tool send_email --since -7d --step 1h --format csv
        audittail signals --check --since -1d

      --check recomputes the signals from the records, day by day, and prints what differs; days whose records have left cannot be
      checked. Exit code 1: something differs.
      """)

  enum Key: String, ExpressibleByArgument, CaseIterable { case tool, status }

  @OptionGroup var options: ConfigurationOptions
  @Option(name: .long, help: ArgumentHelp("One tenant; all of them without it.", valueName: "tenant"))
  var tenant: String?
  @Option(name: .long, help: ArgumentHelp("The tool's name.", valueName: "name"))
  var tool: String?
  @Option(name: .long, help: ArgumentHelp("The server's name.", valueName: "name"))
  var server: String?
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("From this time on: RFC 3339, a date, or relative like -2h.", valueName: "time"))
  var since = "-1h"
  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Before this time.", valueName: "time"))
  var until = "now"
  @Option(name: .long, help: ArgumentHelp("A row for each such span, such as 5m, 1h or 1d.", valueName: "duration"))
  var step: String?
  @Option(name: .long, help: "A row for each tool, or for each status of a tool.")
  var by = Key.tool
  @Option(name: .long, help: "table, ndjson or csv; table on a terminal, ndjson otherwise.")
  var format: RecordFormat?
  @Flag(name: .long, help: "Compare the signals with what the records give.")
  var check = false

  func run() async throws {
    try await reporting {
      let configuration = try options.load()
      let now = RecordTime.now
      let since = try TimeExpression.time(since, now: now)
      let until = try TimeExpression.time(until, now: now)
      guard since < until else { throw CommandFailure(.usage, "--since has to be before --until.") }
      let question = try question(since, until)
      try await withStore(configuration, logger: configuration.logger("audittail.signals")) { store, _ in
        let tenants = try await selectedTenants(tenant, in: store)
        if check { return try await compare(tenants, from: since, to: until, in: store) }
        try await answer(question, of: tenants, in: store)
      }
    }
  }

  private func question(_ since: RecordTime, _ until: RecordTime) throws -> SignalQuestion {
    let step = try step.map { text in
      do throws(GrammarProblem) {
        return try DurationGrammar.parse(text)
      } catch {
        throw CommandFailure(.usage, "--step: \(error.message)")
      }
    }
    guard var question = SignalQuestion(since: since, until: until, step: step) else {
      throw CommandFailure(.usage, "--step is a whole number of minutes, such as 1m, 15m, 1h or 1d.")
    }
    if let step = question.step, (question.until - question.since) / step > Self.stepsMax {
      throw CommandFailure(.usage, "That is more than \(Self.stepsMax) steps; take longer ones.")
    }
    question.tool = tool
    question.server = server
    question.isByStatus = by == .status
    return question
  }

  private static let stepsMax: Int64 = 100_000

  private func answer(_ question: SignalQuestion, of tenants: [TenantID], in store: Store) async throws {
    let format = format ?? (StandardOutput.isTerminal ? .table : .ndjson)
    let lines = SignalLines(format: format, question: question)
    if let heading = lines.heading { try StandardOutput.write(heading) }
    for tenant in tenants {
      try await store.logAccess(
        to: tenant, who: currentUser(), action: "signals", question: "{\"since\":\"\(lines.time(question.since))\"}",
        rows: -1)
      let table = try await store.signals(of: tenant, question)
      let rows = table.rows.sorted { left, right in
        left.key.at != right.key.at
          ? left.key.at < right.key.at
          : (left.key.key.server, left.key.key.tool, left.key.key.status)
            < (right.key.key.server, right.key.key.tool, right.key.key.status)
      }
      var text = ""
      for (place, figures) in rows { text += lines.line(tenant, place, figures) }
      try StandardOutput.write(text)
    }
    if StandardError.isTerminal {
      StandardError.write(
        "audittail: \(lines.time(question.since)) to \(lines.time(question.until)), of \(question.grain.rawValue).\n")
    }
  }

  private func compare(_ tenants: [TenantID], from: RecordTime, to: RecordTime, in store: Store) async throws {
    var found = 0
    for tenant in tenants {
      let kept = Set(try await store.partitions(of: tenant).map(\.day))
      var day = from.day
      while day.start < to {
        defer { day = day.advanced(by: 1) }
        guard kept.contains(day) else { continue }
        for difference in try await store.signalDifferences(of: tenant, on: day) {
          try StandardOutput.write("\(tenant): \(difference)\n")
          found += 1
        }
      }
    }
    if found > 0 { throw ExitCode(CommandFailure.Status.no.rawValue) }
    StandardError.write("audittail: the signals are what the records give.\n")
  }
}
