import AuditAlert
import AuditModel

/// A scope's alerts over time, as the store would keep them, with a clock that the test owns.
struct AlertTimeline {
  let pipeline: AlertPipeline
  private(set) var board: AlertBoard
  private(set) var now = RecordTime(nanoseconds: 1_800_000_000_000_000_000)
  private(set) var deliveries: [PlannedDelivery] = []
  private(set) var transitions: [AlertTransition] = []
  private(set) var nextDue: RecordTime?
  var watchingSince = RecordTime(nanoseconds: 0)
  private var causes: Int64 = 0

  init(_ rules: AlertRules, scope: AlertScope = .tenant(TenantID("acme")!)) {
    pipeline = AlertPipeline(rules: rules)
    board = AlertBoard(scope: scope, identity: "0123456789abcdef")
  }

  static func rules(_ change: (inout AlertRules) -> Void = { _ in }) -> AlertRules {
    var rules = AlertRules()
    rules.receivers = ["chat", "oncall"]
    change(&rules)
    return rules
  }

  mutating func wait(_ duration: Duration) { now = now.advanced(by: duration) }

  mutating func find(
    _ detector: String = "rate-spike", actor: String? = "alice", tool: String? = nil,
    severity: AlertSeverity = .warning, score: Double = 2, isEnd: Bool = false
  ) -> AlertStep {
    step([cause(detector, actor: actor, tool: tool, severity: severity, score: score, isEnd: isEnd)])
  }

  mutating func cause(
    _ detector: String = "rate-spike", actor: String? = "alice", tool: String? = nil,
    severity: AlertSeverity = .warning, score: Double = 2, isEnd: Bool = false
  ) -> AlertCause {
    causes += 1
    return AlertCause(
      number: causes, detector: detector, at: now, since: now, subject: AlertSubject(actor: actor, tool: tool),
      severity: severity, score: score, summary: "\(actor ?? tool ?? "?") does what is unusual", isEnd: isEnd)
  }

  @discardableResult
  mutating func step(_ causes: [AlertCause] = [], orders: [AlertOrder] = []) -> AlertStep {
    // Like the store: where nothing else can be concerned, only the causes' own alerts are handed in.
    let isPartial =
      !causes.isEmpty && orders.isEmpty && (nextDue.map { $0 > now } ?? true) && pipeline.rules.inhibitions.isEmpty
    var board = board
    if isPartial {
      let keys = Set(causes.map(\.key))
      board.alerts = board.alerts.filter { keys.contains($0.key) }
    }
    let step = pipeline.step(board, causes: causes, orders: orders, now: now, watchingSince: watchingSince)
    for alert in step.alerts { self.board.alerts[alert.key] = alert }
    for window in step.windows { self.board.windows[window.receiver] = window }
    (self.board.lastAlert, self.board.lastMessage) = (step.lastAlert, step.lastMessage)
    deliveries += step.deliveries
    transitions += step.transitions
    nextDue = [step.nextDue, isPartial ? nextDue : nil].compactMap { $0 }.min()
    return step
  }

  mutating func silence(_ matchers: [AlertMatcher], for length: Duration) {
    board.silences.append(
      Silence(
        id: Int64(board.silences.count + 1), matchers: matchers, author: "kim", reason: "roll-out", from: now,
        until: now.advanced(by: length)))
  }

  /// What a receiver was told, in order: `1 firing`, `1 resolved`, `- digest`.
  func told(_ receiver: String) -> [String] {
    deliveries.filter { $0.receiver == receiver && !$0.isFolded }.map {
      "\($0.alert.map { "\($0)" } ?? "-") \($0.event.rawValue)"
    }
  }
}
