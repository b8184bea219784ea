package import AuditModel

/// What is told of one transition: `type`, `timestamp`, `data`, as the Standard Webhooks specification wants them ("Payload structure").
/// The format stands in `schemas/webhook.v1.json`. It is written once, with the transition: what was true then is what a repeat says too.
struct AlertMessage {
  let json: String

  /// A payload should stay below 20 kB (Standard Webhooks, "Payload size").
  static let evidenceBytesMax = 8 << 10
  static let textCharactersMax = 1000

  init(
    _ alert: Alert, _ transition: AlertTransition, severityBefore: AlertSeverity?, rules: AlertRules,
    scope: AlertScope, identity: String
  ) {
    let labels = rules.labels(of: alert, in: scope)
    let unusual: JSONValue? = Rarity.words(score: alert.score).map { words in
      .members([("score", .number("\(alert.score)")), ("text", .string(words))])
    }
    let evidence = alert.evidence.utf8.count <= Self.evidenceBytesMax ? JSONValue(alert.evidence) : nil
    let data = JSONValue.members([
      ("scope", .string(scope.tenant == nil ? "installation" : "tenant")), ("tenant", .text(scope.tenant)),
      ("key", .string("\(identity)_\(alert.id)")), ("alert", .count(alert.id)),
      ("transition", .count(transition.number)), ("event", .string(transition.event.rawValue)),
      ("state", .string(transition.state.rawValue)), ("detector", .string(alert.key.detector)),
      ("severity", .string(transition.severity.rawValue)),
      (
        "severityBefore",
        severityBefore.flatMap { $0 == transition.severity ? nil : .string($0.rawValue) }
      ),
      ("subject", .members(alert.subject.fields.map { ($0.name, .string(Self.cut($0.value))) })),
      (
        "labels",
        .members(labels.sorted { $0.key < $1.key }.map { ($0.key, .string(Self.cut($0.value))) })
      ),
      ("summary", .string(Self.cut(alert.summary))), ("unusual", unusual), ("since", .string(alert.since.rfc3339)),
      ("last", .string(alert.lastAt.rfc3339)), ("firingSince", .string(alert.firingSince.rfc3339)),
      ("findings", .count(alert.findings)), ("next", .string(NextStep.words(detector: alert.key.detector))),
      ("by", .text(transition.by.map(Self.cut))), ("note", .text(transition.note.map(Self.cut))),
      ("console", .text(rules.console.map { "\($0)/alerts/\(scope.name)/\(alert.id)" })),
      ("evidence", evidence ?? .object([])), ("evidenceOmitted", evidence == nil ? .bool(true) : nil),
    ])
    json = Self.envelope(transition.event, transition.at, data)
  }

  static func envelope(_ event: AlertEvent, _ at: RecordTime, _ data: JSONValue) -> String {
    JSONValue.members([
      ("type", .string("alert.\(event.rawValue)")), ("timestamp", .string(at.rfc3339)), ("data", data),
    ]).text
  }

  static func cut(_ text: String) -> String {
    text.count <= textCharactersMax ? text : text.prefix(textCharactersMax - 1) + "…"
  }
}

/// What is told of a storm: how many transitions of which kinds were folded, and since when.
struct DigestMessage {
  let json: String

  init(at: RecordTime, scope: AlertScope, window: StormWindow, console: String?) {
    let kinds = window.folded.sorted { $0.key < $1.key }
    let total = kinds.reduce(0) { $0 + $1.value }
    let worst = kinds.map(\.key.severity).max() ?? .info
    let counts = kinds.map { kind, count in
      JSONValue.members([
        ("detector", .string(kind.detector)), ("severity", .string(kind.severity.rawValue)),
        ("event", .string(kind.event.rawValue)), ("count", .count(count)),
      ])
    }
    let whose = scope.tenant.map { "of \($0) " } ?? ""
    let data = JSONValue.members([
      ("scope", .string(scope.tenant == nil ? "installation" : "tenant")), ("tenant", .text(scope.tenant)),
      ("event", .string(AlertEvent.digest.rawValue)), ("severity", .string(worst.rawValue)),
      (
        "summary",
        .string(
          "\(total) more changes \(whose)since \(window.openedAt.rfc3339), beside \(window.sent) told one by one.")
      ),
      ("since", .string(window.openedAt.rfc3339)), ("last", .string(at.rfc3339)), ("total", .count(total)),
      ("counts", .array(counts)),
      (
        "next",
        .string("Run audittail alerts list to see each of them; look for one cause behind all before single ones.")
      ),
      ("console", .text(console.map { "\($0)/alerts/\(scope.name)" })),
    ])
    json = AlertMessage.envelope(.digest, at, data)
  }
}

/// Messages that belong to no alert and no tenant: the dead man's switch, and somebody's try.
package enum PlainMessage {
  package static func heartbeat(at: RecordTime) -> String {
    message(.heartbeat, at, "audittail watches. When this stops coming, nobody is watching.")
  }

  package static func test(at: RecordTime, receiver: String, console: String?) -> String {
    message(.test, at, "A test of the receiver \(receiver). Nothing has happened.", console)
  }

  private static func message(
    _ event: AlertEvent, _ at: RecordTime, _ summary: String, _ console: String? = nil
  ) -> String {
    AlertMessage.envelope(
      event, at,
      .members([
        ("scope", .string("installation")), ("event", .string(event.rawValue)), ("severity", .string("info")),
        ("summary", .string(summary)), ("since", .string(at.rfc3339)), ("last", .string(at.rfc3339)),
        ("next", .string(event == .heartbeat ? "Nothing; look when it stops." : "Nothing.")),
        ("console", .text(console)),
      ]))
  }
}

/// How unusual a score is, in words.
enum Rarity {
  /// Nil where there is no score.
  static func words(score: Double) -> String? {
    guard score.isFinite, score != 0 else { return nil }
    // A score is −log10 of the expected number in 30 days.
    let days = 30 * exponent(min(max(score, -3), 12))
    switch days {
    case ..<1.5: return "expected about \(count(30 / max(days, 0.03))) times a month when nothing is wrong"
    case ..<60: return "expected about once in \(count(days)) days when nothing is wrong"
    case ..<730: return "expected about once in \(count(days / 30)) months when nothing is wrong"
    case ..<365_000: return "expected about once in \(count(days / 365)) years when nothing is wrong"
    default: return "expected less than once in 1000 years when nothing is wrong"
    }
  }

  private static func count(_ value: Double) -> Int { Int(value.rounded()) }

  private static func exponent(_ score: Double) -> Double {
    var (value, rest) = (1.0, score)
    while rest >= 1 { (value, rest) = (value * 10, rest - 1) }
    while rest < 0 { (value, rest) = (value / 10, rest + 1) }
    // The rest is below one; 10^x by its series, exact to far more than is printed.
    var (term, sum) = (1.0, 1.0)
    for index in 1..<20 {
      term *= rest * 2.302_585_092_994_046 / Double(index)
      sum += term
    }
    return value * sum
  }
}
