import AuditAlert
import AuditModel
import Postgres

/// What alerts are made of, in the order of its commits: findings of a tenant, incidents of the installation.
struct AlertCauses {
  let all: [AlertCause]
  /// The last number that was read, also of what nobody is told of.
  let last: Int64
  let hasMore: Bool

  static func read(_ scope: AlertScope, after cause: Int64, _ connection: PostgresConnection) throws -> AlertCauses {
    let rows: PostgresRows
    switch scope {
    case .tenant:
      rows = try connection.execute(
        """
        SELECT finding, at, window_start, false, detector, actor, user_id, client_id, tool, server, session_id, severity, score,
          summary, CASE WHEN octet_length(evidence::text) <= 8192 THEN evidence::text ELSE '{}' END, mode = 'on'
        FROM \(scope.sql).findings WHERE finding > $1 ORDER BY finding LIMIT \(Store.alertCausesMax)
        """, [.int64(cause)])
    case .installation:
      rows = try connection.execute(
        """
        SELECT incident, at, at, is_end, kind, subject, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, severity, 0::float8,
          summary, evidence::text, true
        FROM audittail.incidents WHERE incident > $1 ORDER BY incident LIMIT \(Store.alertCausesMax)
        """, [.int64(cause)])
    }
    let all = try rows.compactMap { row -> AlertCause? in
      // A detector in the shadow is only watched itself.
      guard try row[15].bool() else { return nil }
      func text(_ column: Int) throws -> String? { try row[column].present?.string() }
      return AlertCause(
        number: try row[0].int64(), detector: try row[4].string(),
        at: RecordTime(postgresMicroseconds: try row[1].timestamptz()),
        since: RecordTime(postgresMicroseconds: try row[2].timestamptz()),
        subject: AlertSubject(
          actor: try text(5), user: try text(6), client: try text(7), server: try text(9), tool: try text(8),
          session: try text(10)),
        severity: AlertSeverity(rawValue: try row[11].string()) ?? .warning, score: try row[12].double(),
        summary: try row[13].string(), evidence: try row[14].string(), isEnd: try row[3].bool())
    }
    let last = try rows.last.map { try $0[0].int64() } ?? cause
    return AlertCauses(all: all, last: last, hasMore: rows.count == Store.alertCausesMax)
  }
}
