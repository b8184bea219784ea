package import AuditAlert
package import AuditModel
import Postgres

/// An alert as a row, and back.
enum AlertRow {
  static let columns = """
    a.alert, a.since, a.last_at, a.firing_since, a.last_seen, a.findings, a.score, a.transitions, a.reopened, a.is_acknowledged,
    a.is_escalated, a.detector, a.grouped_by, a.state, a.severity, a.actor, a.user_id, a.client_id, a.server, a.tool, a.session_id,
    a.summary, a.told, a.evidence::text
    """

  static func alert(_ row: PostgresRow) throws -> Alert {
    func time(_ column: Int) throws -> RecordTime { RecordTime(postgresMicroseconds: try row[column].timestamptz()) }
    func text(_ column: Int) throws -> String? { try row[column].present?.string() }
    var alert = Alert(
      id: try row[0].int64(), key: AlertKey(detector: try row[11].string(), group: try row[12].string()),
      subject: AlertSubject(
        actor: try text(15), user: try text(16), client: try text(17), server: try text(18), tool: try text(19),
        session: try text(20)),
      state: AlertState(rawValue: try row[13].string()) ?? .firing,
      severity: AlertSeverity(rawValue: try row[14].string()) ?? .warning, score: try row[6].double(),
      summary: try row[21].string(), evidence: try row[23].string(), since: try time(1), lastAt: try time(2),
      firingSince: try time(3), lastSeen: try time(4), findings: try row[5].int64())
    alert.transitions = try row[7].int32()
    alert.reopened = try row[8].int32()
    alert.isAcknowledged = try row[9].bool()
    alert.isEscalated = try row[10].bool()
    alert.told = told(try row[22].string())
    return alert
  }

  /// The latest alert of each of the keys, and all that go on.
  static func read(
    _ scope: AlertScope, keys: [AlertKey], andActive: Bool, _ connection: PostgresConnection
  ) throws -> [AlertKey: Alert] {
    var alerts: [AlertKey: Alert] = [:]
    let keys = Array(Set(keys))
    if !keys.isEmpty {
      let rows = try connection.execute(
        """
        SELECT \(columns) FROM unnest($1::text[], $2::text[]) AS k (detector, grouped_by)
        CROSS JOIN LATERAL (SELECT * FROM \(scope.sql).alerts b WHERE b.detector = k.detector AND b.grouped_by = k.grouped_by
          ORDER BY b.alert DESC LIMIT 1) a
        """, [.textArray(keys.map(\.detector)), .textArray(keys.map(\.group))])
      for row in rows {
        let alert = try alert(row)
        alerts[alert.key] = alert
      }
    }
    if andActive {
      let rows = try connection.execute("SELECT \(columns) FROM \(scope.sql).alerts a WHERE a.state <> 'resolved'")
      for row in rows {
        let alert = try alert(row)
        alerts[alert.key] = alert
      }
    }
    return alerts
  }

  static func write(_ alerts: [Alert], _ scope: AlertScope, _ connection: PostgresConnection) throws {
    if alerts.isEmpty { return }
    func times(_ value: (Alert) -> RecordTime) -> PostgresValue {
      .timestamptzArray(alerts.map { value($0).postgresMicroseconds })
    }
    func texts(_ value: (Alert) -> String?) -> PostgresValue { .textArray(alerts.map(value)) }
    try connection.execute(
      """
      INSERT INTO \(scope.sql).alerts AS a (alert, since, last_at, firing_since, last_seen, findings, score, transitions, reopened,
        is_acknowledged, is_escalated, detector, grouped_by, state, severity, actor, user_id, client_id, server, tool, session_id, summary,
        told, evidence)
      SELECT n.alert, n.since, n.last_at, n.firing_since, n.last_seen, n.findings, n.score, n.transitions, n.reopened, n.is_acknowledged,
        n.is_escalated, n.detector, n.grouped_by, n.state, n.severity, n.actor, n.user_id, n.client_id, n.server, n.tool, n.session_id,
        n.summary, n.told, n.evidence::json
      FROM unnest($1::int8[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::int8[], $7::float8[],
        $8::int4[], $9::int4[], $10::bool[], $11::bool[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],
        $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[], $24::text[])
        AS n (alert, since, last_at, firing_since, last_seen, findings, score, transitions, reopened, is_acknowledged, is_escalated,
          detector, grouped_by, state, severity, actor, user_id, client_id, server, tool, session_id, summary, told, evidence)
      ON CONFLICT (alert) DO UPDATE SET since = excluded.since, last_at = excluded.last_at, firing_since = excluded.firing_since,
        last_seen = excluded.last_seen, findings = excluded.findings, score = excluded.score, transitions = excluded.transitions,
        reopened = excluded.reopened, is_acknowledged = excluded.is_acknowledged, is_escalated = excluded.is_escalated,
        state = excluded.state, severity = excluded.severity, actor = excluded.actor, user_id = excluded.user_id,
        client_id = excluded.client_id, server = excluded.server, tool = excluded.tool, session_id = excluded.session_id,
        summary = excluded.summary, told = excluded.told, evidence = excluded.evidence
      """,
      [
        .int64Array(alerts.map(\.id)), times(\.since), times(\.lastAt), times(\.firingSince), times(\.lastSeen),
        .int64Array(alerts.map(\.findings)), .doubleArray(alerts.map(\.score)), .int32Array(alerts.map(\.transitions)),
        .int32Array(alerts.map(\.reopened)), .boolArray(alerts.map(\.isAcknowledged)),
        .boolArray(alerts.map(\.isEscalated)), texts(\.key.detector), texts(\.key.group), texts(\.state.rawValue),
        texts(\.severity.rawValue), texts(\.subject.actor), texts(\.subject.user), texts(\.subject.client),
        texts(\.subject.server), texts(\.subject.tool), texts(\.subject.session), texts(\.summary),
        texts { told($0.told) }, texts(\.evidence),
      ])
  }

  /// `receiver|event|severity|0`, with commas between them. Receivers' names hold neither.
  private static func told(_ told: [String: Alert.Told]) -> String {
    told.sorted { $0.key < $1.key }.map { receiver, last in
      "\(receiver)|\(last.event.rawValue)|\(last.severity.rawValue)|\(last.isFolded ? 1 : 0)"
    }.joined(separator: ",")
  }

  private static func told(_ text: String) -> [String: Alert.Told] {
    var told: [String: Alert.Told] = [:]
    for entry in text.split(separator: ",") {
      let parts = entry.split(separator: "|").map(String.init)
      guard parts.count == 4, let event = AlertEvent(rawValue: parts[1]),
        let severity = AlertSeverity(rawValue: parts[2])
      else { continue }
      told[parts[0]] = Alert.Told(event: event, severity: severity, isFolded: parts[3] == "1")
    }
    return told
  }
}

/// A transition as a row.
enum TransitionRow {
  static func write(_ transitions: [AlertTransition], _ scope: AlertScope, _ connection: PostgresConnection) throws {
    if transitions.isEmpty { return }
    try connection.execute(
      """
      INSERT INTO \(scope.sql).alert_transitions (at, alert, number, event, state, severity, by, note)
      SELECT * FROM unnest($1::timestamptz[], $2::int8[], $3::int4[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      """,
      [
        .timestamptzArray(transitions.map(\.at.postgresMicroseconds)), .int64Array(transitions.map(\.alert)),
        .int32Array(transitions.map(\.number)), .textArray(transitions.map(\.event.rawValue)),
        .textArray(transitions.map(\.state.rawValue)), .textArray(transitions.map(\.severity.rawValue)),
        .textArray(transitions.map(\.by)), .textArray(transitions.map(\.note)),
      ])
  }
}

/// A receiver's storm window as a row, and back.
enum StormRow {
  static func read(_ scope: AlertScope, _ connection: PostgresConnection) throws -> [String: StormWindow] {
    var windows: [String: StormWindow] = [:]
    for row in try connection.execute("SELECT receiver, opened_at, sent, folded FROM \(scope.sql).storm_windows") {
      var window = StormWindow(
        receiver: try row[0].string(), openedAt: RecordTime(postgresMicroseconds: try row[1].timestamptz()))
      window.sent = Int(try row[2].int64())
      for text in try row[3].textArray() {
        let parts = text.split(separator: "|").map(String.init)
        guard parts.count == 4, let severity = AlertSeverity(rawValue: parts[1]),
          let event = AlertEvent(rawValue: parts[2]), let count = Int64(parts[3])
        else { continue }
        window.folded[FoldedKind(detector: parts[0], severity: severity, event: event)] = count
      }
      windows[window.receiver] = window
    }
    return windows
  }

  static func write(_ windows: [StormWindow], _ scope: AlertScope, _ connection: PostgresConnection) throws {
    for window in windows {
      let folded = window.folded.sorted { $0.key < $1.key }.map { kind, count in
        "\(kind.detector)|\(kind.severity.rawValue)|\(kind.event.rawValue)|\(count)"
      }
      try connection.execute(
        """
        INSERT INTO \(scope.sql).storm_windows (receiver, opened_at, sent, folded) VALUES ($1, $2, $3, $4)
        ON CONFLICT (receiver) DO UPDATE SET opened_at = excluded.opened_at, sent = excluded.sent, folded = excluded.folded
        """, [.text(window.receiver), window.openedAt.sql, .int64(Int64(window.sent)), .textArray(folded)])
    }
  }
}

/// A silence as a row, and back.
package struct SilenceRow: Sendable, Hashable {
  package let silence: Silence
  package let endedAt: RecordTime?
  package let endedBy: String?

  static func read(_ row: PostgresRow) throws -> SilenceRow {
    func time(_ column: Int) throws -> RecordTime { RecordTime(postgresMicroseconds: try row[column].timestamptz()) }
    let matchers = try row[4].textArray().compactMap { try? AlertMatcher(parsing: $0) }
    return SilenceRow(
      silence: Silence(
        id: try row[0].int64(), matchers: matchers, author: try row[1].string(), reason: try row[2].string(),
        from: try time(3), until: try time(5)),
      endedAt: row[6].isNull ? nil : try time(6), endedBy: try row[7].present?.string())
  }

  static let columns = "silence, author, reason, from_at, matchers, until_at, ended_at, ended_by"

  /// Those that hold, and those that are to come.
  static func current(_ scope: AlertScope, now: RecordTime, _ connection: PostgresConnection) throws -> [SilenceRow] {
    try connection.execute(
      "SELECT \(columns) FROM \(scope.sql).silences WHERE until_at > $1 AND ended_at IS NULL ORDER BY silence",
      [now.sql]
    ).map(read)
  }
}
