import ArgumentParser
import AuditConfig
import AuditModel
import AuditQuery
import AuditStore
import Glibc

/// Which records; shared by the commands that ask.
struct FilterOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("One tenant; all of them without it.", valueName: "tenant"))
  var tenant: String?
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("From this time on: RFC 3339, a date, or relative like -2h.", valueName: "time"))
  var since: String?
  @Option(
    name: .long, parsing: .unconditional, help: ArgumentHelp("Before this time.", valueName: "time"))
  var until: String?
  @Option(name: .long, help: ArgumentHelp("The user's id, or the client's where there is no user.", valueName: "id"))
  var actor: String?
  @Option(name: .long, help: ArgumentHelp("The tool's name.", valueName: "name"))
  var tool: String?
  @Option(name: .long, help: ArgumentHelp("The server's name.", valueName: "name"))
  var server: String?
  @Option(name: .long, help: ArgumentHelp("The session's id.", valueName: "id"))
  var session: String?
  @Option(name: .long, help: ArgumentHelp("success, error, or what else the records say.", valueName: "status"))
  var status: String?
  @Option(name: .long, help: ArgumentHelp("The pod whose log they were in.", valueName: "name"))
  var pod: String?
  @Option(name: .long, help: ArgumentHelp("The Kubernetes namespace of that pod.", valueName: "name"))
  var namespace: String?
  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "A condition: args.path=/etc/passwd, args.limit>100, error~timeout, args.dryRun (is there). Operators = != ~ !~ < <= > >=. May be "
        + "given several times.", valueName: "condition"))
  var `where`: [String] = []
  @Option(name: .long, help: ArgumentHelp("A piece of text in arguments, error, tool or the rest.", valueName: "word"))
  var text: String?

  func filter(now: RecordTime) throws -> RecordFilter {
    var filter = RecordFilter()
    filter.since = try since.map { try TimeExpression.time($0, now: now) }
    filter.until = try until.map { try TimeExpression.time($0, now: now) }
    filter.actor = actor
    filter.tool = tool
    filter.server = server
    filter.session = session
    filter.status = status
    filter.text = text
    filter.pod = pod
    filter.namespace = namespace
    do {
      filter.conditions = try `where`.map { try FieldCondition($0) }
    } catch let error as FieldCondition.ParseError {
      throw CommandFailure(.usage, error.description)
    }
    return filter
  }
}

struct QueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query", abstract: "Find records.",
    discussion: """
        audittail query --since -24h --actor usr_1 --status error
        audittail query --tenant acme --where 'args.path=/etc/passwd' --format csv
        audittail query --tool send_email --count
      """)

  private static let limitMax = 1_000_000_000

  enum Order: String, ExpressibleByArgument, CaseIterable { case asc, desc }

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var filter: FilterOptions
  @Option(
    name: .long, parsing: .unconditional, help: ArgumentHelp("How many at most; 0 for all.", valueName: "n"))
  var limit = 100
  @Option(name: .long, help: "Oldest first (asc) or newest first (desc).")
  var order = Order.desc
  @Flag(name: .long, help: "Only say how many there are.")
  var count = false
  @Flag(
    name: .long, help: "The lines that are no records, with the reason; takes --tenant, --since, --until and --text.")
  var rejected = false
  @Option(name: .long, help: ArgumentHelp("Go on after an earlier answer, which named this.", valueName: "cursor"))
  var cursor: String?
  @Option(name: .long, help: "table, ndjson or csv; table on a terminal, ndjson otherwise.")
  var format: RecordFormat?

  func run() async throws {
    try await reporting {
      guard limit >= 0, limit <= Self.limitMax else {
        throw CommandFailure(.usage, "--limit counts records: 0 for all, or a number up to \(Self.limitMax).")
      }
      let configuration = try options.load()
      let question = try filter.filter(now: .now)
      let after = try cursor.map { text in
        guard let position = RecordPosition(cursor: text) else {
          throw CommandFailure(.usage, "--cursor takes what an earlier answer named; this is none.")
        }
        return position
      }
      try await withStore(configuration, logger: configuration.logger("audittail.query")) { store, _ in
        let tenants = try await selectedTenants(filter.tenant, in: store)
        // Asked is asked, also when the answer is cut off: the rows follow when it was given.
        for tenant in tenants { try await note(tenant, "asked", question, -1, in: store) }
        if rejected {
          try await printRejected(question, of: tenants, in: store)
        } else if count {
          try await printCount(question, of: tenants, in: store)
        } else {
          try await printRecords(question, of: tenants, after: after, in: store)
        }
      }
    }
  }

  private func printRejected(_ question: RecordFilter, of tenants: [TenantID], in store: Store) async throws {
    guard question.hasOnlyTimesAndText, cursor == nil, format ?? .ndjson == .ndjson else {
      throw CommandFailure(
        .usage,
        "--rejected prints ndjson, and takes only --tenant, --since, --until, --text, --limit, --order and --count.")
    }
    var sum: Int64 = 0
    for tenant in tenants {
      let rows = try await store.countRejected(of: tenant, question)
      if !count {
        try await store.rejectedLines(
          of: tenant, question, isDescending: order == .desc, limit: limit == 0 ? nil : limit
        ) { line in
          try StandardOutput.write(line.ndjson)
        }
        if limit > 0, rows > limit {
          StandardError.write("audittail: \(tenant) has \(rows) rejected lines; --limit 0 shows all.\n")
        }
      }
      try await note(tenant, "rejected", question, rows, in: store)
      sum += rows
    }
    if count { try StandardOutput.write("\(sum)\n") }
  }

  private func printCount(_ question: RecordFilter, of tenants: [TenantID], in store: Store) async throws {
    var sum: Int64 = 0
    for tenant in tenants {
      let count = try await store.count(of: tenant, question)
      try await note(tenant, "count", question, count, in: store)
      sum += count
    }
    try StandardOutput.write("\(sum)\n")
  }

  private func printRecords(
    _ question: RecordFilter, of tenants: [TenantID], after: RecordPosition?, in store: Store
  ) async throws {
    let format = format ?? (StandardOutput.isTerminal ? .table : .ndjson)
    if let heading = format.heading { try StandardOutput.write(heading) }
    let isDescending = order == .desc
    let answer = RecordAnswer(format: format)
    if limit == 0 || tenants.count == 1 {
      for tenant in tenants {
        let before = answer.count
        try await store.records(
          of: tenant, question, after: after, isDescending: isDescending, limit: limit == 0 ? nil : limit + 1
        ) { record in
          if limit == 0 || answer.count < limit { try answer.print(record) } else { answer.hasMore() }
        }
        try await note(tenant, "query", question, Int64(answer.count - before), in: store)
      }
    } else {
      try await printMerged(question, of: tenants, after: after, isDescending, answer, in: store)
    }
    try answer.flush()
    if let last = answer.next {
      StandardError.write("audittail: there is more; go on with --cursor \(last.cursor), or take all with --limit 0.\n")
    }
  }

  /// Of several tenants the first so many of all, in one order.
  private func printMerged(
    _ question: RecordFilter, of tenants: [TenantID], after: RecordPosition?, _ isDescending: Bool,
    _ answer: RecordAnswer,
    in store: Store
  ) async throws {
    var merged: [StoredRecord] = []
    for tenant in tenants {
      let part = RecordList()
      try await store.records(of: tenant, question, after: after, isDescending: isDescending, limit: limit + 1) {
        part.append($0)
      }
      merged += part.all
      merged.sort { isDescending ? $0.position > $1.position : $0.position < $1.position }
      merged.removeLast(max(0, merged.count - limit - 1))
    }
    for record in merged.prefix(limit) { try answer.print(record) }
    if merged.count > limit { answer.hasMore() }
    for tenant in tenants {
      try await note(
        tenant, "query", question, Int64(merged.prefix(limit).count { $0.position.tenant == tenant }), in: store)
    }
  }

  private func note(
    _ tenant: TenantID, _ action: String, _ question: RecordFilter, _ rows: Int64, in store: Store
  ) async throws {
    try await store.logAccess(to: tenant, who: currentUser(), action: action, question: question.json, rows: rows)
  }
}

extension RecordFormat: ExpressibleByArgument {}

/// The tenants a command is about: the named one, which has to exist, or all.
func selectedTenants(_ name: String?, in store: Store) async throws -> [TenantID] {
  let all = try await store.tenants()
  guard let name else { return all }
  guard let tenant = all.first(where: { $0.name == name }) else { throw StoreError.unknownTenant(name) }
  return [tenant]
}

/// Who asks, as the operating system knows them.
func currentUser() -> String {
  guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "uid \(getuid())" }
  return String(cString: name)
}
