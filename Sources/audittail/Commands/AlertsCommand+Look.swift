import ArgumentParser
import AuditAlert
import AuditModel
import AuditQuery
import AuditStore

struct AlertsListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Alerts that go on; with --all those that are over too.")

  @OptionGroup var scope: AlertScopeOptions
  @Flag(name: .long, help: "Those that are over as well.")
  var all = false
  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("Only in this state: firing, acknowledged, silenced or resolved.", valueName: "state"))
  var state: [String] = []
  @Option(name: .long, help: ArgumentHelp("How many of each tenant at most.", valueName: "n"))
  var limit = 100
  @Option(name: .long, help: "table or ndjson; table on a terminal, ndjson otherwise.")
  var format: AlertFormat?

  func run() async throws {
    try await reporting {
      guard (1...1_000_000).contains(limit) else { throw CommandFailure(.usage, "--limit takes 1 to 1000000.") }
      let states = try state.map { text in
        guard let state = AlertState(rawValue: text) else {
          throw CommandFailure(
            .usage,
            "\(text.debugDescription) is no state: \(AlertState.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return state
      }
      let wanted = !states.isEmpty ? states : all ? AlertState.allCases : AlertState.allCases.filter { $0 != .resolved }
      let format = format ?? .byTerminal
      try await scope.withAlerts { store, _ in
        var count = 0
        for scope in try await scope.scopes(in: store) {
          for alert in try await store.alerts(of: scope, states: wanted, max: limit) {
            count += 1
            try StandardOutput.write(format == .ndjson ? alert.json(in: scope) + "\n" : Self.row(alert, scope))
          }
        }
        if count == 0 { StandardError.write(all ? "There are no alerts.\n" : "Nothing goes on.\n") }
      }
    }
  }

  private static func row(_ alert: Alert, _ scope: AlertScope) -> String {
    "\(scope.numbered(alert.id))  \(alert.state.rawValue)  \(alert.severity.rawValue)  \(alert.key.detector)  "
      + "since \(alert.since.rfc3339)  \(Int(alert.findings).counted("finding"))\n  \(alert.summary)\n"
  }
}

struct AlertsShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "An alert with everything that happened to it and what was told.")

  @OptionGroup var scope: AlertScopeOptions
  @Argument(help: "The alert, such as acme/17.")
  var alert: String
  @Option(name: .long, help: "table or ndjson; table on a terminal, ndjson otherwise.")
  var format: AlertFormat?

  func run() async throws {
    try await reporting {
      let format = format ?? .byTerminal
      try await scope.withAlerts { store, _ in
        let (scope, number) = try await scope.one(alert, in: store)
        guard let alert = try await store.alert(number, of: scope) else {
          throw CommandFailure(.no, "There is no alert \(scope.numbered(number)).")
        }
        let transitions = try await store.transitions(of: number, in: scope)
        if format == .ndjson {
          return try StandardOutput.write(alert.json(in: scope, transitions: transitions) + "\n")
        }
        let deliveries = try await store.deliveries(of: scope, state: nil, alert: number, max: 100).reversed()
        try StandardOutput.write(Self.words(alert, scope, transitions, Array(deliveries)))
      }
    }
  }

  private static func words(
    _ alert: Alert, _ scope: AlertScope, _ transitions: [AlertTransition], _ deliveries: [DeliveryStatus]
  ) -> String {
    var text =
      "\(scope.numbered(alert.id))  \(alert.state.rawValue)  \(alert.severity.rawValue)  \(alert.key.detector)\n"
      + "  \(alert.summary)\n"
      + "  who    \(alert.subject.fields.map { "\($0.name) \($0.value)" }.joined(separator: ", "))\n"
      + "  since  \(alert.since.rfc3339), last \(alert.lastAt.rfc3339), \(Int(alert.findings).counted("finding"))\n"
      + "  proof  \(alert.evidence)\n"
    for transition in transitions {
      let by = transition.by.map { " by \($0)" } ?? ""
      text +=
        "  \(transition.at.rfc3339)  \(transition.event.rawValue)\(by)\(transition.note.map { ": \($0)" } ?? "")\n"
    }
    for delivery in deliveries {
      text +=
        "  told   \(delivery.receiver): \(delivery.event) \(delivery.state)\(delivery.error.map { ", \($0)" } ?? "")\n"
    }
    return text
  }
}

struct AlertsDeliveriesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deliveries", abstract: "What was told to whom, newest first.")

  @OptionGroup var scope: AlertScopeOptions
  @Flag(name: .long, help: "Only those that were given up.")
  var dead = false
  @Flag(name: .long, help: "Only those that are to be sent.")
  var pending = false
  @Option(name: .long, help: ArgumentHelp("How many of each tenant at most.", valueName: "n"))
  var limit = 100
  @Option(name: .long, help: "table or ndjson; table on a terminal, ndjson otherwise.")
  var format: AlertFormat?

  func run() async throws {
    try await reporting {
      guard (1...1_000_000).contains(limit) else { throw CommandFailure(.usage, "--limit takes 1 to 1000000.") }
      guard !(dead && pending) else { throw CommandFailure(.usage, "Give --dead or --pending, not both.") }
      let format = format ?? .byTerminal
      let state = dead ? "dead" : pending ? "pending" : nil
      try await scope.withAlerts { store, _ in
        for scope in try await scope.scopes(in: store) {
          for delivery in try await store.deliveries(of: scope, state: state, alert: nil, max: limit) {
            try StandardOutput.write(format == .ndjson ? Self.json(delivery, scope) : Self.row(delivery, scope))
          }
        }
      }
    }
  }

  private static func row(_ delivery: DeliveryStatus, _ scope: AlertScope) -> String {
    let what = delivery.alert.map { "alert \($0) \(delivery.event)" } ?? delivery.event
    let when = delivery.done ?? delivery.created
    return "\(scope.numbered(delivery.id))  \(delivery.state)  \(delivery.receiver)  \(what)  \(when.rfc3339)  "
      + "\(Int(delivery.attempts).counted("attempt"))\(delivery.error.map { ", \($0)" } ?? "")\n"
  }

  private static func json(_ delivery: DeliveryStatus, _ scope: AlertScope) -> String {
    var line = "{"
    if let tenant = scope.tenant { line += "\"tenant\":\(RecordFormat.quoted(tenant))," }
    line += "\"delivery\":\(delivery.id),\"receiver\":\(RecordFormat.quoted(delivery.receiver))"
    if let alert = delivery.alert { line += ",\"alert\":\(alert)" }
    if let transition = delivery.transition { line += ",\"transition\":\(transition)" }
    line += ",\"event\":\"\(delivery.event)\",\"state\":\"\(delivery.state)\",\"id\":\"\(delivery.messageID)\""
    line += ",\"attempts\":\(delivery.attempts),\"created\":\"\(delivery.created.rfc3339)\""
    if delivery.state == "pending" { line += ",\"next\":\"\(delivery.next.rfc3339)\"" }
    if let done = delivery.done { line += ",\"done\":\"\(done.rfc3339)\"" }
    if let status = delivery.status { line += ",\"status\":\(status)" }
    if let error = delivery.error { line += ",\"error\":\(RecordFormat.quoted(error))" }
    return line + "}\n"
  }
}
