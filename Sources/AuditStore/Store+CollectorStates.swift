package import AuditModel
import Postgres

/// The newest words of one collector about itself.
package struct CollectorReport: Sendable, Hashable {
  package let name: String
  /// By its own clock.
  package let reportedAt: RecordTime
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

  /// The newest words of all collectors, by their names.
  package func collectorReports() async throws -> [CollectorReport] {
    try await session.perform { connection in
      try connection.execute(
        """
        SELECT c.name, s.reported_at, s.state::text FROM audittail.collector_states s JOIN audittail.collectors c USING (collector)
        ORDER BY c.name
        """
      ).map { row in
        CollectorReport(
          name: try row[0].string(), reportedAt: RecordTime(postgresMicroseconds: try row[1].timestamptz()),
          state: try row[2].string())
      }
    }
  }
}
