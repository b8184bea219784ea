package import AuditModel
import Postgres

/// How far the analyzer has come in one tenant, and what it found, for `status`.
package struct TenantAnalysis: Sendable, Hashable {
  /// Batches, and the records in them, that are stored and not walked yet.
  package let batchesAhead: Int64
  package let recordsAhead: Int64
  /// When the oldest of them was closed; nil where there is none.
  package let waitingSince: RecordTime?
  /// Findings by detector and mode.
  package let findings: [FindingCount]
}

/// How many findings one detector made in a tenant.
package struct FindingCount: Sendable, Hashable {
  package let detector: String
  /// `on` or `shadow`.
  package let mode: String
  package let count: Int64
  package let last: RecordTime
}

extension Store {
  package func analysis(of tenant: TenantID) async throws -> TenantAnalysis {
    try await session.perform { connection in
      let row = try connection.execute(
        """
        SELECT count(*), coalesce(sum((SELECT sum(n) FROM unnest(l.day_records) n)), 0)::int8, min(l.received_at)
        FROM audittail.collectors k LEFT JOIN \(tenant.sql).analyzer_cursors c ON c.collector = k.collector AND c.duty = 'walk'
          JOIN \(tenant.sql).ledger l ON l.collector = k.collector AND l.seq > coalesce(c.seq, 0)
        """, within: .seconds(300)
      ).only()
      let findings = try connection.execute(
        "SELECT detector, mode, count(*), max(at) FROM \(tenant.sql).findings GROUP BY 1, 2 ORDER BY 1, 2",
        within: .seconds(300)
      ).map {
        FindingCount(
          detector: try $0[0].string(), mode: try $0[1].string(), count: try $0[2].int64(),
          last: RecordTime(postgresMicroseconds: try $0[3].timestamptz()))
      }
      return TenantAnalysis(
        batchesAhead: try row[0].int64(), recordsAhead: try row[1].int64(),
        waitingSince: try row[2].present.map { RecordTime(postgresMicroseconds: try $0.timestamptz()) },
        findings: findings)
    }
  }
}
