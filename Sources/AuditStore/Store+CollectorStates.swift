package import AuditModel
import Postgres

/// The newest words of one collector about itself.
package struct CollectorReport: Sendable, Hashable {
  package let name: String
  /// By its own clock.
  package let reportedAt: RecordTime
  /// By the database's.
  package let heardAt: RecordTime
  package let spoolBytes: Int64
  package let spoolBytesMax: Int64
  /// For how long the database has taken nothing from it; 0 where it does.
  package let refusedSeconds: Int64
  /// Whether it has ended as it should: one that has is not missed.
  package let isEnded: Bool
  /// A JSON object.
  package let state: String
}

/// What collectors say of themselves; no part of the audit trail.
extension Store {
  /// Replaces what this collector said before.
  /// - Parameter state: a JSON object of figures.
  package func report(_ state: String, ofCollector collector: Int32, at now: RecordTime) async throws {
    try await session.perform { connection in
      _ = try connection.execute(
        "SELECT audittail.report_state($1, $2, $3::text::json)",
        [.int32(collector), .timestamptz(microsecondsSince2000: now.postgresMicroseconds), .text(state)])
    }
  }

  /// The newest words of all collectors, by their names, and what the database's clock shows.
  package func collectorReports() async throws -> (now: RecordTime, reports: [CollectorReport]) {
    try await session.perform { connection in
      let now = try connection.execute("SELECT clock_timestamp()").only()[0].timestamptz()
      let reports = try connection.execute(
        """
        SELECT c.name, s.reported_at, s.heard_at, coalesce((s.state->'spool'->>'bytes')::int8, 0),
          coalesce((s.state->'spool'->>'bytesMax')::int8, 0), coalesce((s.state->>'refusedSeconds')::int8, 0),
          coalesce((s.state->>'ended')::bool, false), s.state::text
        FROM audittail.collector_states s JOIN audittail.collectors c USING (collector) ORDER BY c.name
        """
      ).map { row in
        CollectorReport(
          name: try row[0].string(), reportedAt: RecordTime(postgresMicroseconds: try row[1].timestamptz()),
          heardAt: RecordTime(postgresMicroseconds: try row[2].timestamptz()), spoolBytes: try row[3].int64(),
          spoolBytesMax: try row[4].int64(), refusedSeconds: try row[5].int64(), isEnded: try row[6].bool(),
          state: try row[7].string())
      }
      return (RecordTime(postgresMicroseconds: now), reports)
    }
  }
}
