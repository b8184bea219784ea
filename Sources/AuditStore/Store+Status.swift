package import AuditModel
import Postgres

/// What is known of one tenant, for `status`.
package struct TenantStatus: Sendable, Hashable {
  package let tenant: TenantID
  package let schemaName: String
  package let partitions: [DayPartition]
  package let collectors: [CollectorStatus]
  package var byteCount: Int64 { partitions.reduce(0) { $0 + $1.byteCount } }
}

/// What one collector has brought to one tenant.
package struct CollectorStatus: Sendable, Hashable {
  package let name: String
  package let batches: Int64
  package let records: Int64
  package let rejected: Int64
  package let gapBytes: Int64
  package let sources: Int64
  /// When its last batch was closed, by its own clock.
  package let lastReceived: RecordTime
}

extension Store {
  package func status(of tenant: TenantID) async throws -> TenantStatus {
    try await session.perform { connection in
      let rows = try connection.execute(
        """
        SELECT c.name, count(*), coalesce(sum((SELECT sum(n) FROM unnest(l.day_records) n)), 0)::int8,
          coalesce(sum((SELECT sum(n) FROM unnest(l.day_rejected) n)), 0)::int8, sum(l.gap_bytes)::int8, max(l.received_at),
          (SELECT count(*) FROM \(tenant.sql).sources s WHERE s.collector = c.collector)
        FROM \(tenant.sql).ledger l JOIN audittail.collectors c USING (collector) GROUP BY c.collector, c.name ORDER BY c.name
        """)
      let collectors = try rows.map { row in
        CollectorStatus(
          name: try row[0].string(), batches: try row[1].int64(), records: try row[2].int64(),
          rejected: try row[3].int64(),
          gapBytes: try row[4].int64(), sources: try row[6].int64(),
          lastReceived: RecordTime(postgresMicroseconds: try row[5].timestamptz()))
      }
      return TenantStatus(
        tenant: tenant, schemaName: tenant.schemaName, partitions: try Self.partitions(of: tenant, connection),
        collectors: collectors)
    }
  }

  private static func missingRights(_ connection: PostgresConnection) throws -> [String] {
    let row = try connection.execute(
      "SELECT has_schema_privilege('audittail', 'USAGE')"
        + " AND has_function_privilege('audittail.ensure_day(text, date)', 'EXECUTE'), current_user::text"
    ).only()
    if try row[0].bool() { return [] }
    return ["User \(try row[1].string()) may not collect: GRANT audittail_collector TO it."]
  }

  /// What stands in the way of a collector: nothing, or a sentence for each obstacle.
  package func obstacles() async throws -> [String] {
    try await session.perform { connection in
      let found = try Self.version(connection)
      if found > Migration.latest { return [StoreError.schemaNewer(found: found, known: Migration.latest).description] }
      if found == Migration.latest { return try Self.missingRights(connection) }
      let user = try connection.execute("SELECT current_user::text").only()[0].string()
      let mayCreate = try connection.execute(
        "SELECT has_database_privilege(current_database(), 'CREATE')"
          + " AND (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user)"
      ).only()[0].bool()
      if mayCreate { return [] }
      return [StoreError.schemaMissing(found: found, needed: Migration.latest, user: user).description]
    }
  }
}
