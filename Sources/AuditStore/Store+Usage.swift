package import AuditModel
import AuditSignal
import Postgres

/// What one actor did with one tool on one day, or on several.
package struct UsageRow: Sendable, Hashable {
  package let day: Day
  /// User, or client where no user is known; empty where neither is.
  package let actor: String
  package let tool: String
  package let server: String
  package let calls: Int64
  package let failed: Int64
  package let durationSum: Int64
  package let resultBytes: Int64
}

/// Who used what: added up from the records, batch after batch of each collector's chain, with a cursor that is committed along.
extension Store {
  /// Batches that one transaction adds up.
  package static let usageBatchesMax: Int64 = 200

  /// Adds the next batches of each collector to a tenant's usage.
  /// - Returns: how many batches it read of the collector with the most.
  package func addUsage(of tenant: TenantID, under epoch: LeaderEpoch? = nil) async throws -> Int64 {
    try await session.perform { connection in
      try connection.transaction { connection in
        if let epoch { try Self.enter(epoch, tenant, connection) }
        try connection.execute("SELECT FROM \(tenant.sql).signal_compaction WHERE one = 1 FOR UPDATE")
        // Each collector's last batch by two steps down the ledger's key, however long it is.
        let ends = try connection.execute(
          """
          WITH RECURSIVE c (collector) AS (
            SELECT min(collector) FROM \(tenant.sql).ledger
            UNION ALL
            SELECT (SELECT min(l.collector) FROM \(tenant.sql).ledger l WHERE l.collector > c.collector)
            FROM c WHERE c.collector IS NOT NULL)
          SELECT c.collector, coalesce(u.seq, 0),
            (SELECT max(l.seq) FROM \(tenant.sql).ledger l WHERE l.collector = c.collector)
          FROM c LEFT JOIN \(tenant.sql).usage_cursors u USING (collector) WHERE c.collector IS NOT NULL
          """, within: .seconds(60))
        var most: Int64 = 0
        for row in ends {
          let (collector, done, last) = (try row[0].int32(), try row[1].int64(), try row[2].int64())
          guard last > done else { continue }
          let end = min(last, done + Self.usageBatchesMax)
          most = max(most, end - done)
          try Self.addUsage(of: tenant, collector, done, end, connection)
        }
        return most
      }
    }
  }

  private static func addUsage(
    of tenant: TenantID, _ collector: Int32, _ after: Int64, _ last: Int64, _ connection: PostgresConnection
  ) throws {
    let batches: [PostgresValue] = [.int32(collector), .int64(after), .int64(last)]
    // The times choose the partitions.
    let times = try connection.execute(
      "SELECT min(first_ts), max(last_ts) FROM \(tenant.sql).ledger WHERE collector = $1 AND seq > $2 AND seq <= $3",
      batches
    ).only()
    if let first = try times[0].present?.timestamptz(), let end = try times[1].present?.timestamptz() {
      try connection.execute(
        """
        INSERT INTO \(tenant.sql).usage_days AS u
          (day, actor, tool, server, calls, failed, duration_ns_sum, result_bytes)
        SELECT (ts AT TIME ZONE 'UTC')::date, \(name("coalesce(user_id, client_id, '')")), \(name("tool")),
          \(name("coalesce(server, '')")), count(*), count(*) FILTER (WHERE \(failure)),
          least(sum(greatest(duration_ns, 0)), \(Int64.max))::int8, least(sum(greatest(result_bytes, 0)), \(Int64.max))::int8
        FROM (SELECT ts, user_id, client_id, tool, server, coalesce(duration_ns, 0) AS duration_ns,
            coalesce(result_bytes, 0) AS result_bytes, coalesce(error, '') AS error, coalesce(status, '') AS status
          FROM \(tenant.sql).records
          WHERE collector = $1 AND seq > $2 AND seq <= $3 AND ts >= $4 AND ts <= $5) r
        GROUP BY 1, 2, 3, 4
        ON CONFLICT (day, actor, tool, server) DO UPDATE SET calls = u.calls + excluded.calls,
          failed = u.failed + excluded.failed,
          duration_ns_sum = least(u.duration_ns_sum::numeric + excluded.duration_ns_sum, \(Int64.max))::int8,
          result_bytes = least(u.result_bytes::numeric + excluded.result_bytes, \(Int64.max))::int8
        """,
        batches + [
          .timestamptz(microsecondsSince2000: first), .timestamptz(microsecondsSince2000: end),
          .textArray(ErrorClass.successWords), .textArray(ErrorClass.unknownWords),
        ], within: .seconds(120))
    }
    try connection.execute(
      "INSERT INTO \(tenant.sql).usage_cursors (collector, seq) VALUES ($1, $2)"
        + " ON CONFLICT (collector) DO UPDATE SET seq = excluded.seq",
      [.int32(collector), .int64(last)])
  }

  /// As `SignalDeltas` judges it.
  private static let failure =
    "CASE WHEN lower(status) = ANY ($6::text[]) OR status ~ '^[123][0-9][0-9]$' THEN false"
    + " WHEN status = '' OR lower(status) = ANY ($7::text[]) THEN error <> '' ELSE true END"

  /// A name that fits into the key; a longer one is cut and gets its digest.
  private static func name(_ column: String) -> String {
    "CASE WHEN octet_length(\(column)) > 200 THEN left(\(column), 40) || '…' || md5(\(column)) ELSE \(column) END"
  }

  /// A tenant's usage from one day to another one, both included.
  package func usage(
    of tenant: TenantID, from first: Day, to last: Day, _ body: @Sendable (UsageRow) throws -> Void
  ) async throws {
    try await session.perform { connection in
      try connection.fetch(
        """
        SELECT day, actor, tool, server, calls, failed, duration_ns_sum, result_bytes FROM \(tenant.sql).usage_days
        WHERE day >= $1 AND day <= $2 ORDER BY day, actor, tool, server
        """, [.date(daysSince2000: first.postgresDays), .date(daysSince2000: last.postgresDays)], within: .seconds(120)
      ) { row in
        try body(
          UsageRow(
            day: Day(postgresDays: try row[0].date()), actor: try row[1].string(), tool: try row[2].string(),
            server: try row[3].string(), calls: try row[4].int64(), failed: try row[5].int64(),
            durationSum: try row[6].int64(), resultBytes: try row[7].int64()))
      }
    }
  }
}
