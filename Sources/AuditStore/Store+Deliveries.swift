package import AuditAlert
package import AuditModel
import Postgres

/// A delivery that is due, as it stands in the outbox.
package struct DueDelivery: Sendable, Hashable {
  package let id: Int64
  package let messageID: String
  package let body: String
  package let event: AlertEvent
  /// With the one that is to come.
  package let attempts: Int
  package let triedFrom: RecordTime
}

/// A delivery for people: `audittail alerts deliveries`.
package struct DeliveryStatus: Sendable, Hashable {
  package let id: Int64
  package let alert: Int64?
  package let transition: Int32?
  package let event: String
  package let receiver: String
  package let messageID: String
  package let state: String
  package let attempts: Int32
  package let created: RecordTime
  package let next: RecordTime
  package let done: RecordTime?
  package let status: Int32?
  package let error: String?
}

/// The outbox's writing side.
enum DeliveryRow {
  static func write(
    _ deliveries: [PlannedDelivery], _ scope: AlertScope, now: RecordTime, _ connection: PostgresConnection
  ) throws {
    if deliveries.isEmpty { return }
    try connection.execute(
      """
      INSERT INTO \(scope.sql).deliveries (created_at, tried_from, next_at, alert, transition, state, receiver, event, message_id, body)
      SELECT $1, $1, $1, n.* FROM unnest($2::int8[], $3::int4[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) n
      """,
      [
        now.sql, .int64Array(deliveries.map(\.alert)), .int32Array(deliveries.map(\.transition)),
        .textArray(deliveries.map { $0.isFolded ? "folded" : "pending" }), .textArray(deliveries.map(\.receiver)),
        .textArray(deliveries.map(\.event.rawValue)), .textArray(deliveries.map(\.messageID)),
        .textArray(deliveries.map(\.body)),
      ])
  }
}

extension Store {
  /// What is due for a receiver, oldest first: of each alert only what has nothing before it, so that a receiver hears an alert's
  /// transitions in their order.
  /// - Parameter underway: deliveries that are being sent.
  package func dueDeliveries(
    of scope: AlertScope, to receiver: String, underway: [Int64], now: RecordTime, max: Int
  ) async throws -> [DueDelivery] {
    try await session.perform { connection in
      try connection.execute(
        """
        SELECT d.delivery, d.message_id, d.body, d.event, d.attempts, d.tried_from FROM \(scope.sql).deliveries d
        WHERE d.state = 'pending' AND d.receiver = $1 AND d.next_at <= $2 AND d.delivery <> ALL ($3)
          AND NOT EXISTS (SELECT FROM \(scope.sql).deliveries e WHERE e.alert = d.alert AND e.receiver = d.receiver
            AND e.state = 'pending' AND e.delivery < d.delivery)
        ORDER BY d.next_at, d.delivery LIMIT \(max)
        """, [.text(receiver), now.sql, .int64Array(underway)]
      ).map { row in
        DueDelivery(
          id: try row[0].int64(), messageID: try row[1].string(), body: try row[2].string(),
          event: AlertEvent(rawValue: try row[3].string()) ?? .firing, attempts: Int(try row[4].int32()) + 1,
          triedFrom: RecordTime(postgresMicroseconds: try row[5].timestamptz()))
      }
    }
  }

  /// Which receivers of a scope something is pending for, and when the first of it is due.
  package func pendingDeliveries(of scope: AlertScope) async throws -> [String: RecordTime] {
    try await session.perform { connection in
      let rows = try connection.execute(
        "SELECT receiver, min(next_at) FROM \(scope.sql).deliveries WHERE state = 'pending' GROUP BY receiver")
      var pending: [String: RecordTime] = [:]
      for row in rows { pending[try row[0].string()] = RecordTime(postgresMicroseconds: try row[1].timestamptz()) }
      return pending
    }
  }

  /// Writes down what an attempt came to, under the leader's fence.
  package func settle(
    _ delivery: DueDelivery, of scope: AlertScope, as epoch: LeaderEpoch, _ verdict: DeliveryVerdict, now: RecordTime
  ) async throws {
    let state: String
    var next = now
    switch verdict.fate {
    case .delivered: state = "delivered"
    case .dead: state = "dead"
    case .retry(let at): (state, next) = ("pending", at)
    }
    let parameters: [PostgresValue] = [
      .int64(delivery.id), .text(state), next.sql, state == "pending" ? .null : now.sql,
      verdict.status.map { .int32(Int32($0)) } ?? .null, verdict.error.map { .text($0) } ?? .null,
    ]
    let body: @Sendable (PostgresConnection) throws -> Void = { connection in
      try connection.execute(
        """
        UPDATE \(scope.sql).deliveries SET state = $2, next_at = $3, done_at = $4::timestamptz, status = $5::int4, error = $6::text,
          attempts = attempts + 1 WHERE delivery = $1 AND state = 'pending'
        """, parameters)
    }
    switch scope {
    case .tenant(let tenant): try await fenced(epoch, tenant, body)
    case .installation: try await fenced(epoch, body)
    }
  }

  /// Alerts that go on and that a receiver was told of by name, with the message it was told last: for receivers that forget.
  package func activeMessages(
    of scope: AlertScope, to receiver: String, after delivery: Int64, max: Int
  ) async throws -> [(delivery: Int64, messageID: String, body: String)] {
    try await session.perform { connection in
      try connection.execute(
        """
        SELECT d.delivery, d.message_id, d.body FROM \(scope.sql).deliveries d
        WHERE d.receiver = $1 AND d.delivery > $2 AND d.state = 'delivered' AND d.event IN ('firing', 'acknowledged', 'escalated')
          AND d.alert IN (SELECT a.alert FROM \(scope.sql).alerts a WHERE a.state IN ('firing', 'acknowledged'))
          AND NOT EXISTS (SELECT FROM \(scope.sql).deliveries e WHERE e.alert = d.alert AND e.receiver = d.receiver
            AND e.delivery > d.delivery)
        ORDER BY d.delivery LIMIT \(max)
        """, [.text(receiver), .int64(delivery)]
      ).map { (try $0[0].int64(), try $0[1].string(), try $0[2].string()) }
    }
  }

  /// Deliveries of a scope, newest first.
  /// - Parameter state: only of this state; nil for all.
  package func deliveries(of scope: AlertScope, state: String?, alert: Int64?, max: Int) async throws
    -> [DeliveryStatus]
  {
    try await session.perform { connection in
      try connection.execute(
        """
        SELECT delivery, alert, transition, event, receiver, message_id, state, attempts, created_at, next_at, done_at, status, error
        FROM \(scope.sql).deliveries WHERE ($1::text IS NULL OR state = $1) AND ($2::int8 IS NULL OR alert = $2)
        ORDER BY delivery DESC LIMIT \(max)
        """, [state.map { .text($0) } ?? .null, alert.map { .int64($0) } ?? .null]
      ).map { row in
        func time(_ column: Int) throws -> RecordTime {
          RecordTime(postgresMicroseconds: try row[column].timestamptz())
        }
        return DeliveryStatus(
          id: try row[0].int64(), alert: try row[1].present?.int64(), transition: try row[2].present?.int32(),
          event: try row[3].string(), receiver: try row[4].string(), messageID: try row[5].string(),
          state: try row[6].string(), attempts: try row[7].int32(), created: try time(8), next: try time(9),
          done: row[10].isNull ? nil : try time(10), status: try row[11].present?.int32(),
          error: try row[12].present?.string())
      }
    }
  }

  /// Sends a dead delivery again, and after it what the receiver was told of the same alert since: the repeats carry the same ids, and an
  /// alert that is over does not stay open because its beginning came last.
  /// - Parameter delivery: nil for all dead ones.
  /// - Returns: how many are pending again.
  package func replay(_ delivery: Int64?, of scope: AlertScope) async throws -> Int {
    try await session.perform { connection in
      try connection.execute(
        """
        WITH dead AS (SELECT delivery, alert, receiver FROM \(scope.sql).deliveries WHERE state = 'dead'
          AND ($1::int8 IS NULL OR delivery = $1))
        UPDATE \(scope.sql).deliveries d SET state = 'pending', tried_from = $2, next_at = $2, attempts = 0, done_at = NULL
        FROM (SELECT DISTINCT f.delivery FROM dead x JOIN \(scope.sql).deliveries f ON f.delivery = x.delivery
            OR f.alert = x.alert AND f.receiver = x.receiver AND f.delivery > x.delivery AND f.state IN ('delivered', 'dead')) again
        WHERE d.delivery = again.delivery
        """,
        [delivery.map { .int64($0) } ?? .null, try Self.clock(connection)]
      ).affected
    }
  }

  static func clock(_ connection: PostgresConnection) throws -> PostgresValue {
    .timestamptz(
      microsecondsSince2000: try connection.execute("SELECT clock_timestamp()").only()[0].timestamptz())
  }
}

extension Store {
  /// Whether there are causes that alerts were not made of yet, or something is due by itself.
  package func hasAlertWork(_ scope: AlertScope, now: RecordTime) async throws -> Bool {
    let causes: String
    switch scope {
    case .tenant: causes = "SELECT max(finding) FROM \(scope.sql).findings"
    case .installation: causes = "SELECT max(incident) FROM audittail.incidents"
    }
    return try await session.perform { connection in
      try connection.execute(
        "SELECT coalesce(s.next_due <= $1, false) OR coalesce((\(causes)) > s.cause, false) FROM \(scope.sql).alert_state s",
        [now.sql]
      ).only()[0].bool()
    }
  }

  /// Gives up what is pending for a receiver that is gone.
  package func bury(receiver: String, of scope: AlertScope) async throws {
    try await session.perform { connection in
      _ = try connection.execute(
        """
        UPDATE \(scope.sql).deliveries SET state = 'dead', done_at = $2, error = 'the receiver is gone or disabled'
        WHERE receiver = $1 AND state = 'pending'
        """, [.text(receiver), try Self.clock(connection)])
    }
  }
}
