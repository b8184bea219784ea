package import AuditAlert
package import AuditModel
import Postgres

/// What a collector says of itself, and when.
package struct CollectorReport: Sendable, Hashable {
  package let name: String
  package let at: RecordTime
  package let spoolBytes: Int64
  package let spoolBytesMax: Int64
  package let refusedSeconds: Int64
  package let isEnded: Bool
}

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

  /// What a collector says of itself.
  package func report(
    collector: Int32, spoolBytes: Int64, spoolBytesMax: Int64, refusedSeconds: Int64, isEnded: Bool
  ) async throws {
    try await session.perform { connection in
      _ = try connection.execute(
        """
        INSERT INTO audittail.collector_reports (collector, at, spool_bytes, spool_bytes_max, refused_seconds, is_ended)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (collector) DO UPDATE SET at = excluded.at, spool_bytes = excluded.spool_bytes,
          spool_bytes_max = excluded.spool_bytes_max, refused_seconds = excluded.refused_seconds, is_ended = excluded.is_ended
        """,
        [
          .int32(collector), try Self.clock(connection), .int64(spoolBytes), .int64(spoolBytesMax),
          .int64(refusedSeconds), .bool(isEnded),
        ])
    }
  }

  /// Every collector that reported, with the database's clock.
  package func collectorReports() async throws -> (now: RecordTime, reports: [CollectorReport]) {
    try await session.perform { connection in
      let now = try connection.execute("SELECT clock_timestamp()").only()[0].timestamptz()
      let reports = try connection.execute(
        """
        SELECT c.name, r.at, r.spool_bytes, r.spool_bytes_max, r.refused_seconds, r.is_ended
        FROM audittail.collector_reports r JOIN audittail.collectors c USING (collector) ORDER BY c.name
        """
      ).map { row in
        CollectorReport(
          name: try row[0].string(), at: RecordTime(postgresMicroseconds: try row[1].timestamptz()),
          spoolBytes: try row[2].int64(), spoolBytesMax: try row[3].int64(), refusedSeconds: try row[4].int64(),
          isEnded: try row[5].bool())
      }
      return (RecordTime(postgresMicroseconds: now), reports)
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
