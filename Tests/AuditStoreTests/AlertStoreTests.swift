import AuditAlert
import AuditModel
import AuditStore
import Postgres
import Testing

@Suite("Alerts in the store")
struct AlertStoreTests {
  private static let start = RecordTime(nanoseconds: 1_800_000_000_000_000_000)
  private let place: StoredTenant
  private let pipeline: AlertPipeline
  private var scope: AlertScope { .tenant(place.tenant) }

  init() async throws {
    place = try await StoredTenant("alerts")
    var rules = AlertRules()
    rules.receivers = ["hook"]
    rules.resolveAfter = .seconds(60)
    pipeline = AlertPipeline(rules: rules)
  }

  private func find(_ actors: [String], detector: String = "geo", mode: String = "on", severity: String = "warning")
    async throws
  {
    try await place.store.session.perform { [place] connection in
      for actor in actors {
        _ = try connection.execute(
          """
          INSERT INTO \(place.tenant.schemaName).findings (at, found_at, window_start, window_end, score, identity, at_ns, is_late, mode,
            severity, detector, actor, user_id, summary, evidence)
          VALUES ($1, $1, $1, $1, 2, 1, 0, false, $2, $3, $4, $5, $5, 'a place far away', '{}')
          """,
          [
            .timestamptz(microsecondsSince2000: Self.start.postgresMicroseconds), .text(mode), .text(severity),
            .text(detector), .text(actor),
          ])
      }
    }
  }

  private func step(_ epoch: Int64 = 1, after: Duration = .zero) async throws -> AlertProgress {
    try await place.store.stepAlerts(
      of: scope, as: LeaderEpoch(epoch), pipeline, now: Self.start.advanced(by: after),
      watchingSince: Self.start)
  }

  private func due(_ after: Duration = .zero, underway: [Int64] = []) async throws -> [DueDelivery] {
    try await place.store.dueDeliveries(
      of: scope, to: "hook", underway: underway, now: Self.start.advanced(by: after), max: 100)
  }

  private func settle(_ delivery: DueDelivery, _ result: DeliveryResult) async throws {
    var random = SystemRandomNumberGenerator()
    var retry = RetrySchedule()
    retry.span = .seconds(1)
    let verdict = retry.judge(
      result, attempts: delivery.attempts, created: delivery.triedFrom, now: Self.start, isFinal: { _ in false },
      using: &random)
    try await place.store.settle(delivery, of: scope, as: LeaderEpoch(1), verdict, now: Self.start)
  }

  @Test("A finding becomes an alert once, however often the step is done, and says when it is over")
  func once() async throws {
    try await find(["alice", "alice", "bob"])
    #expect(try await place.store.hasAlertWork(scope, now: Self.start))
    let first = try await step()
    #expect(first.planned == 2 && first.transitions == 2 && !first.hasMore)
    #expect(first.nextDue == Self.start.advanced(by: .seconds(60)))
    #expect(try await !place.store.hasAlertWork(scope, now: Self.start))
    #expect(try await step().transitions == 0)
    #expect(try await place.store.hasAlertWork(scope, now: Self.start.advanced(by: .seconds(60))))
    #expect(try await step(after: .seconds(60)).transitions == 2)
    let alerts = try await place.store.alerts(of: scope, states: [.resolved], max: 10)
    #expect(alerts.map(\.findings).sorted() == [1, 2])
    #expect(try await place.store.transitions(of: 1, in: scope).map(\.event) == [.firing, .resolved])
  }

  @Test("A leader that was superseded writes nothing")
  func fenced() async throws {
    try await find(["alice"])
    try await place.store.fenced(LeaderEpoch(5), place.tenant) { _ in }
    await #expect(throws: LeadershipLost.self) { _ = try await step(4) }
    #expect(try await due().isEmpty)
    #expect(try await step(5).planned == 1)
  }

  @Test("A detector in the shadow tells nobody, and is not looked at again")
  func shadow() async throws {
    try await find(["alice"], mode: "shadow")
    #expect(try await step().transitions == 0)
    #expect(try await !place.store.hasAlertWork(scope, now: Self.start))
  }

  @Test("Of an alert only the first that is not taken is due, and a retry holds up what is behind it")
  func order() async throws {
    try await find(["alice", "bob"])
    _ = try await step()
    try await find(["alice"], severity: "critical")
    _ = try await step()
    var next = try await due()
    #expect(next.map(\.event) == [.firing, .firing])
    #expect(try await due(underway: [next[0].id]).map(\.id) == [next[1].id])
    try await settle(next[0], .answered(status: 200, retryAfter: nil))
    next = try await due()
    #expect(next.count == 2)
    #expect(next.contains { $0.messageID.hasSuffix("_1_2") })
  }

  @Test("What was given up is replayed with what came after it, in order and with its ids")
  func replay() async throws {
    try await find(["alice"])
    _ = try await step()
    let first = try #require(try await due().first)
    try await settle(first, .failed("no answer"))
    #expect(try await place.store.deliveries(of: scope, state: "dead", alert: nil, max: 9).count == 1)
    _ = try await step(after: .seconds(60))
    let second = try #require(try await due(.seconds(60)).first)
    try await settle(second, .answered(status: 200, retryAfter: nil))
    #expect(try await place.store.replay(first.id, of: scope) == 2)
    // Now by the database's clock.
    let again = try await place.store.dueDeliveries(
      of: scope, to: "hook", underway: [], now: RecordTime(nanoseconds: .max), max: 9)
    #expect(again.map(\.messageID) == [first.messageID])
    #expect(again.map(\.body) == [first.body])
    #expect(try await place.store.replay(999, of: scope) == 0)
  }

  @Test("Expected: the alert is over, and the detectors hear of its findings and of no others")
  func expected() async throws {
    try await find(["alice", "bob", "alice"])
    try await find(["alice"], detector: "latency")
    _ = try await step()
    let after = try await place.store.acknowledge(
      1, of: scope, by: "kim", note: "a trip", isExpected: true, pipeline, now: Self.start)
    #expect(after?.state == .resolved)
    let heard = try await place.store.session.perform { [place] connection in
      try connection.execute("SELECT finding FROM \(place.tenant.schemaName).finding_feedback ORDER BY feedback").map {
        try $0[0].int64()
      }
    }
    #expect(heard == [1, 3])
    #expect(
      try await place.store.resolve(99, of: scope, by: "kim", note: nil, pipeline, now: Self.start) == nil)
  }

  @Test("An incident is one row until it is over, however often it is looked at")
  func incidents() async throws {
    for _ in 0..<3 { try await place.store.tell(.spoolFilling, about: place.tenant.name, .critical, "full") }
    try await place.store.tell(.spoolFilling, about: place.tenant.name, .info, "empty", isEnd: true)
    try await place.store.tell(.spoolFilling, about: place.tenant.name, .info, "empty", isEnd: true)
    let told = try await place.store.session.perform { [place] connection in
      try connection.execute(
        "SELECT is_end FROM audittail.incidents WHERE subject = $1 ORDER BY incident", [.text(place.tenant.name)]
      ).map { try $0[0].bool() }
    }
    #expect(told == [false, true])
  }

  @Test(
    "Roles may do what they need and no more",
    arguments: [
      ("audittail_reader", "SELECT * FROM %@.alerts, %@.deliveries, %@.silences", true),
      ("audittail_reader", "UPDATE %@.alerts SET summary = ''", false),
      ("audittail_collector", "SELECT * FROM %@.alerts", false),
      ("audittail_analyzer", "UPDATE %@.alerts SET summary = ''", true),
      ("audittail_analyzer", "DELETE FROM %@.deliveries", false),
      ("audittail_analyzer", "UPDATE %@.alert_transitions SET note = ''", false),
      ("audittail_retention", "SELECT * FROM audittail.incidents", true),
      ("audittail_retention", "SELECT * FROM %@.deliveries", false),
    ])
  func roles(role: String, statement: String, isAllowed: Bool) async throws {
    let sql = statement.split(separator: "%@", omittingEmptySubsequences: false).joined(
      separator: place.tenant.schemaName)
    var outcome: (any Error)?
    do {
      try await place.store.session.perform { connection in
        try connection.transaction { connection in
          try connection.executeScript("SET LOCAL SESSION AUTHORIZATION \(role)")
          _ = try connection.execute(sql)
        }
      }
    } catch {
      outcome = error
    }
    #expect((outcome == nil) == isAllowed, "\(role): \(sql): \(outcome.map { "\($0)" } ?? "allowed")")
  }
}
