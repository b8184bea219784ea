package import AuditAlert
import AuditModel
import Postgres

/// What goes wrong with audittail itself.
extension Store {
  /// Tells of an incident, or that it is over. What was told last of the same subject is not told again, so an incident is one row however
  /// often it is looked at.
  package func tell(
    _ incident: Incident, about subject: String, _ severity: AlertSeverity, _ summary: String, evidence: String = "{}",
    isEnd: Bool = false
  ) async throws {
    try await session.perform { connection in
      _ = try connection.execute(
        """
        INSERT INTO audittail.incidents (at, is_end, kind, subject, severity, summary, evidence)
        SELECT clock_timestamp(), $1, $2, $3, $4, $5, $6::text::json
        WHERE NOT coalesce((SELECT i.is_end FROM audittail.incidents i WHERE i.kind = $2 AND i.subject = $3
          ORDER BY i.incident DESC LIMIT 1), true) = $1
        """,
        [
          .bool(isEnd), .text(incident.rawValue), .text(subject), .text(severity.rawValue), .text(summary),
          .text(evidence),
        ])
    }
  }

  /// Receivers that said that they are gone, with the fingerprint of what they were then.
  package func disabledReceivers() async throws -> [String: String] {
    try await session.perform { connection in
      var disabled: [String: String] = [:]
      for row in try connection.execute("SELECT receiver, fingerprint FROM audittail.disabled_receivers") {
        disabled[try row[0].string()] = try row[1].string()
      }
      return disabled
    }
  }

  package func disable(receiver: String, fingerprint: String, reason: String) async throws {
    try await session.perform { connection in
      _ = try connection.execute(
        """
        INSERT INTO audittail.disabled_receivers (receiver, disabled_at, fingerprint, reason) VALUES ($1, $2, $3, $4)
        ON CONFLICT (receiver) DO UPDATE SET disabled_at = excluded.disabled_at, fingerprint = excluded.fingerprint,
          reason = excluded.reason
        """, [.text(receiver), try Self.clock(connection), .text(fingerprint), .text(reason)])
    }
  }

  package func enable(receiver: String) async throws {
    try await session.execute("DELETE FROM audittail.disabled_receivers WHERE receiver = $1", [.text(receiver)])
  }
}
