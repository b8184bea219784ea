package import AuditAlert
package import AuditModel
import Postgres

/// What people see and do about alerts.
extension Store {
  /// Alerts of a scope, the latest first.
  package func alerts(of scope: AlertScope, states: [AlertState], max: Int) async throws -> [Alert] {
    try await session.perform { connection in
      try connection.execute(
        """
        SELECT \(AlertRow.columns) FROM \(scope.sql).alerts a WHERE a.state = ANY ($1) ORDER BY a.last_seen DESC, a.alert DESC
        LIMIT \(max)
        """, [.textArray(states.map(\.rawValue))]
      ).map(AlertRow.alert)
    }
  }

  package func alert(_ id: Int64, of scope: AlertScope) async throws -> Alert? {
    try await session.perform { try Self.alert(id, scope, $0) }
  }

  private static func alert(_ id: Int64, _ scope: AlertScope, _ connection: PostgresConnection) throws -> Alert? {
    try connection.execute(
      "SELECT \(AlertRow.columns) FROM \(scope.sql).alerts a WHERE a.alert = $1", [.int64(id)]
    ).first.map(AlertRow.alert)
  }

  package func transitions(of alert: Int64, in scope: AlertScope) async throws -> [AlertTransition] {
    try await session.perform { connection in
      try connection.execute(
        """
        SELECT at, number, event, state, severity, by, note FROM \(scope.sql).alert_transitions WHERE alert = $1 ORDER BY number
        """, [.int64(alert)]
      ).map { row in
        AlertTransition(
          alert: alert, number: try row[1].int32(), at: RecordTime(postgresMicroseconds: try row[0].timestamptz()),
          event: AlertEvent(rawValue: try row[2].string()) ?? .firing,
          state: AlertState(rawValue: try row[3].string()) ?? .firing,
          severity: AlertSeverity(rawValue: try row[4].string()) ?? .warning, by: try row[5].present?.string(),
          note: try row[6].present?.string())
      }
    }
  }

  /// Says that somebody looks after an alert, with the messages that tell of it.
  /// - Parameter isExpected: what was found is what should be; the detectors hear of it too.
  /// - Returns: the alert as it is now; nil where there is none of this number.
  package func acknowledge(
    _ id: Int64, of scope: AlertScope, by who: String, note: String?, isExpected: Bool, _ pipeline: AlertPipeline,
    now: RecordTime
  ) async throws -> Alert? {
    try await change(id, scope) { connection in
      try connection.execute(
        "INSERT INTO \(scope.sql).alert_acknowledgements (at, alert, is_expected, who, note) VALUES ($1, $2, $3, $4, $5::text)",
        [now.sql, .int64(id), .bool(isExpected), .text(who), note.map { .text($0) } ?? .null])
      if isExpected, case .tenant = scope { try Self.hear(id, scope, by: who, note: note, now, connection) }
      _ = try Self.stepAlerts(
        of: scope, pipeline,
        orders: [
          isExpected
            ? .resolve(alert: id, by: who, note: note ?? "expected")
            : .acknowledge(alert: id, by: who, note: note)
        ], now: now, watchingSince: now, connection)
    }
  }

  /// Says that an alert is over.
  package func resolve(
    _ id: Int64, of scope: AlertScope, by who: String, note: String?, _ pipeline: AlertPipeline, now: RecordTime
  ) async throws -> Alert? {
    try await change(id, scope) { connection in
      _ = try Self.stepAlerts(
        of: scope, pipeline, orders: [.resolve(alert: id, by: who, note: note)], now: now, watchingSince: now,
        connection)
    }
  }

  private func change(
    _ id: Int64, _ scope: AlertScope, _ body: @Sendable (PostgresConnection) throws -> Void
  ) async throws -> Alert? {
    try await session.perform { connection in
      try connection.transaction { connection in
        // The lock comes first, or two changes at once would wait for each other.
        _ = try AlertStateRow.lock(scope, connection)
        guard try Self.alert(id, scope, connection) != nil else { return nil }
        try body(connection)
        return try Self.alert(id, scope, connection)
      }
    }
  }

  /// "This was expected", for each finding of the alert since it fires: see finding_feedback. Their numbers come in the order of the
  /// commits, because the scope's alert_state is locked and nobody else adds any.
  private static func hear(
    _ id: Int64, _ scope: AlertScope, by who: String, note: String?, _ now: RecordTime,
    _ connection: PostgresConnection
  ) throws {
    guard let alert = try alert(id, scope, connection) else { return }
    var findings: [Int64] = []
    try connection.fetch(
      """
      SELECT finding, actor, user_id, client_id, server, tool, session_id FROM \(scope.sql).findings
      WHERE detector = $1 AND at >= $2 AND at <= $3 AND mode = 'on' ORDER BY finding
      """, [.text(alert.key.detector), alert.since.sql, alert.lastAt.sql]
    ) { row in
      func text(_ column: Int) throws -> String? { try row[column].present?.string() }
      let subject = AlertSubject(
        actor: try text(1), user: try text(2), client: try text(3), server: try text(4), tool: try text(5),
        session: try text(6))
      if subject.group == alert.key.group { findings.append(try row[0].int64()) }
    }
    try connection.execute(
      """
      INSERT INTO \(scope.sql).finding_feedback (given_at, finding, verdict, who, note)
      SELECT $1, n.finding, 'expected', $2, $3 FROM unnest($4::int8[]) WITH ORDINALITY n (finding, place) ORDER BY n.place
      """, [now.sql, .text(who), .text(note ?? ""), .int64Array(findings)])
  }

  /// Keeps quiet what matches.
  /// - Returns: the silence's number.
  package func silence(
    _ matchers: [AlertMatcher], of scope: AlertScope, by author: String, reason: String, from: RecordTime,
    until: RecordTime, now: RecordTime
  ) async throws -> Int64 {
    try await session.perform { connection in
      try connection.transaction { connection in
        _ = try AlertStateRow.lock(scope, connection)
        let row = try connection.execute(
          """
          INSERT INTO \(scope.sql).silences (created_at, from_at, until_at, author, reason, matchers) VALUES ($1, $2, $3, $4, $5, $6)
          RETURNING silence
          """,
          [
            now.sql, from.sql, until.sql, .text(author), .text(reason), .textArray(matchers.map(\.description)),
          ]
        ).only()
        try AlertStateRow.touch(scope, connection)
        return try row[0].int64()
      }
    }
  }

  /// Ends a silence before its time.
  /// - Returns: whether it was there and had not ended.
  package func unsilence(_ id: Int64, of scope: AlertScope, by who: String, now: RecordTime) async throws -> Bool {
    try await session.perform { connection in
      try connection.transaction { connection in
        _ = try AlertStateRow.lock(scope, connection)
        let ended = try connection.execute(
          "UPDATE \(scope.sql).silences SET ended_at = $2, ended_by = $3 WHERE silence = $1 AND ended_at IS NULL AND until_at > $2",
          [.int64(id), now.sql, .text(who)]
        ).affected
        try AlertStateRow.touch(scope, connection)
        return ended > 0
      }
    }
  }

  package func silences(of scope: AlertScope, now: RecordTime) async throws -> [SilenceRow] {
    try await session.perform { try SilenceRow.current(scope, now: now, $0) }
  }
}
