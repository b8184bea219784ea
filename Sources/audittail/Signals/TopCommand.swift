import ArgumentParser
import AuditConfig
import AuditModel
import AuditSignal
import AuditStore

struct TopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top", abstract: "Live golden signals of each tool.",
    discussion: """
      Keys: r e 5 9 p b n sort by rate, errors, p50, p95, p99, busy and name; / types a filter; space holds the picture; q quits.
      Rates are of the last minute or two, errors and latency of --window. BUSY: calls under way at a time. LIMITED: calls refused for
      their number. Without a terminal it prints plain lines.
      """)

  @OptionGroup var options: ConfigurationOptions
  @Option(name: .long, help: ArgumentHelp("One tenant; all of them without it.", valueName: "tenant"))
  var tenant: String?
  @Option(name: .long, help: ArgumentHelp("Only tools whose tenant, server or name has this in it.", valueName: "word"))
  var filter: String?
  @Option(name: .long, help: "rate, errors, p50, p95, p99, busy or name.")
  var sort = ToolBoard.Sorting.rate
  @Option(name: .long, help: ArgumentHelp("How far back it looks.", valueName: "duration"))
  var window = "15m"
  @Option(name: .long, help: ArgumentHelp("Between two pictures.", valueName: "duration"))
  var interval = "2s"
  @Option(name: .long, help: ArgumentHelp("Stop after so many pictures.", valueName: "n"))
  var pictures: Int?

  private static let windowMax = Duration.seconds(86_400)

  func run() async throws {
    try await reporting {
      let window = try Self.duration(window, "--window", atLeast: .seconds(60), atMost: Self.windowMax)
      let interval = try Self.duration(interval, "--interval", atLeast: .milliseconds(200), atMost: .seconds(3600))
      if let pictures, pictures < 1 { throw CommandFailure(.usage, "--pictures takes 1 or more.") }
      let configuration = try options.load()
      var board = ToolBoard()
      board.sorting = sort
      board.filter = filter ?? ""
      let start = board
      try await withStore(configuration, logger: configuration.logger("audittail.top")) { store, _ in
        let tenants = try await selectedTenants(tenant, in: store)
        for tenant in tenants {
          try await store.logAccess(to: tenant, who: currentUser(), action: "top", question: "{}", rows: -1)
        }
        let view = TopView(store: store, tenant: tenant, window: window, interval: interval, pictures: pictures)
        try await view.run(start)
      }
    }
  }

  private static func duration(
    _ text: String, _ flag: String, atLeast least: Duration, atMost most: Duration
  ) throws -> Duration {
    let duration: Duration
    do throws(GrammarProblem) {
      duration = try DurationGrammar.parse(text)
    } catch {
      throw CommandFailure(.usage, "\(flag): \(error.message)")
    }
    guard duration >= least, duration <= most else {
      throw CommandFailure(
        .usage, "\(flag) takes \(DurationGrammar.print(least)) to \(DurationGrammar.print(most)).")
    }
    return duration
  }
}

extension ToolBoard.Sorting: ExpressibleByArgument {}

/// Asks, draws, and listens to keys.
struct TopView: Sendable {
  let store: Store
  let tenant: String?
  let window: Duration
  let interval: Duration
  let pictures: Int?

  func run(_ board: ToolBoard) async throws {
    guard let terminal = Terminal() else { return try await runPlain(board) }
    defer { terminal.restore() }
    try await run(board, on: terminal)
  }

  private func refresh(_ board: inout ToolBoard) async throws {
    let now = RecordTime.now
    guard let question = SignalQuestion(since: now.advanced(by: .zero - window), until: now, step: .seconds(60)) else {
      return
    }
    var tables: [(String, SignalTable)] = []
    for tenant in try await selectedTenants(tenant, in: store) {
      tables.append((tenant.name, try await store.signals(of: tenant, question)))
    }
    board.show(tables, since: question.since, now: now.postgresMicroseconds)
  }

  private func runPlain(_ board: ToolBoard) async throws {
    var board = board
    var drawn = 0
    while !Task.isCancelled {
      try await refresh(&board)
      let lines = [RecordTime.now.rfc3339 + "  " + summary(board), ToolBoard.heading(width: Self.plainWidth)]
      let rows = board.shown.prefix(Self.plainRowsMax).map { ToolBoard.line($0, width: Self.plainWidth) }
      try StandardOutput.write((lines + rows + [""]).joined(separator: "\n") + "\n")
      drawn += 1
      if let pictures, drawn >= pictures { return }
      try await Task.sleep(for: interval)
    }
  }

  private static let plainWidth = 132
  private static let plainRowsMax = 50

  private func run(_ start: ToolBoard, on terminal: Terminal) async throws {
    var board = start
    var state = TopKeys()
    var drawn = 0
    while !state.isOver {
      if !state.isHeld {
        try await refresh(&board)
        drawn += 1
      }
      draw(board, state, on: terminal)
      if let pictures, drawn >= pictures { return }
      let due = ContinuousClock.now + interval
      while !state.isOver, ContinuousClock.now < due {
        guard let key = await terminal.key(within: due - ContinuousClock.now) else { continue }
        state.take(key, &board)
        draw(board, state, on: terminal)
      }
    }
  }

  private func draw(_ board: ToolBoard, _ state: TopKeys, on terminal: Terminal) {
    let size = terminal.size
    var lines = [
      TextTable.fitted("audittail top  \(RecordTime.now.rfc3339.prefix(19))Z  \(summary(board))", size.columns),
      state.isTyping
        ? "filter: \(board.filter)▏"
        : TextTable.fitted(
          "sort: \(board.sorting.rawValue) (r e 5 9 p b n)  filter: \(board.filter.isEmpty ? "none" : board.filter) (/)"
            + "\(state.isHeld ? "  held (space)" : "")  quit: q", size.columns), ToolBoard.heading(width: size.columns),
    ]
    let shown = board.shown
    lines += shown.prefix(max(0, size.rows - lines.count - 1)).map { ToolBoard.line($0, width: size.columns) }
    if shown.isEmpty { lines.append("No calls in the last \(DurationGrammar.print(window)).") }
    terminal.draw(lines)
  }

  private func summary(_ board: ToolBoard) -> String {
    let rate = board.rows.reduce(0) { $0 + $1.rate }
    return "\(board.rows.count.counted("tool")), \(SignalLines.number(rate, 1)) calls/s"
  }
}

/// What keys do.
struct TopKeys: Sendable {
  private(set) var isOver = false
  private(set) var isHeld = false
  private(set) var isTyping = false

  private static let filterMax = 60

  mutating func take(_ key: UInt8, _ board: inout ToolBoard) {
    if isTyping { return type(key, &board) }
    switch key {
    case UInt8(ascii: "q"), UInt8(ascii: "Q"), 3, 4: isOver = true
    case UInt8(ascii: "r"): board.sorting = .rate
    case UInt8(ascii: "e"): board.sorting = .errors
    case UInt8(ascii: "5"): board.sorting = .p50
    case UInt8(ascii: "9"): board.sorting = .p95
    case UInt8(ascii: "p"): board.sorting = .p99
    case UInt8(ascii: "b"): board.sorting = .busy
    case UInt8(ascii: "n"): board.sorting = .name
    case UInt8(ascii: " "): isHeld.toggle()
    case UInt8(ascii: "/"):
      isTyping = true
      board.filter = ""
    case 27: board.filter = ""
    default: break
    }
  }

  private mutating func type(_ key: UInt8, _ board: inout ToolBoard) {
    switch key {
    case 13, 10: isTyping = false
    case 27:
      isTyping = false
      board.filter = ""
    case 3: isOver = true
    case 8, 127: if !board.filter.isEmpty { board.filter.removeLast() }
    case 32..<127 where board.filter.utf8.count < Self.filterMax: board.filter.append(Character(UnicodeScalar(key)))
    default: break
    }
  }
}
