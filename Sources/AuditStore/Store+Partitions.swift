package import AuditModel
import Postgres

/// A day's partitions of one tenant, records and rejected lines together.
package struct DayPartition: Sendable, Hashable {
  package let day: Day
  /// A concurrent detach of it was begun and not finished.
  package var isDetachPending: Bool
  /// Bytes on disk with indexes.
  package var byteCount: Int64
  /// PostgreSQL's estimate.
  package var records: Int64
}

/// What became of a day that is due.
package enum PruneOutcome: String, Sendable, CaseIterable {
  case dropped
  /// `--dry-run`.
  case wouldDrop = "would-drop"
  /// A reader or writer kept it; it stays until the next run.
  case contended
  /// Detaching it began and waits for an old transaction; the next run finishes it.
  case pendingDetach = "pending-detach"
}

/// One due day of one tenant.
package struct PrunedDay: Sendable, Hashable {
  package let tenant: TenantID
  package let partition: DayPartition
  package let outcome: PruneOutcome
  /// PostgreSQL's words, where it was contended.
  package let detail: String?
}

extension Store {
  /// The days that a tenant has partitions for, oldest first.
  package func partitions(of tenant: TenantID) async throws -> [DayPartition] {
    try await session.perform { try Self.partitions(of: tenant, $0) }
  }

  static func partitions(of tenant: TenantID, _ connection: PostgresConnection) throws -> [DayPartition] {
    var days: [Day: DayPartition] = [:]
    let rows = try connection.execute(
      """
      SELECT c.relname::text, i.inhdetachpending, pg_total_relation_size(c.oid), greatest(c.reltuples, 0)::int8, p.relname::text
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
      JOIN pg_namespace n ON n.oid = p.relnamespace
      WHERE n.nspname = $1 AND p.relname IN ('records', 'rejected') AND p.relkind = 'p'
      UNION ALL
      -- What an interrupted prune detached and did not drop.
      SELECT c.relname::text, false, pg_total_relation_size(c.oid), greatest(c.reltuples, 0)::int8, substring(c.relname, '^[a-z]+')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relkind = 'r' AND c.relname ~ '^(records|rejected)_[0-9]{8}$'
        AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
      """, [.text(tenant.schemaName)])
    for row in rows {
      let digits = try row[0].string().split(separator: "_").last.map(String.init) ?? ""
      guard digits.count == 8, let number = Int(digits),
        let day = Day(year: number / 10_000, month: number / 100 % 100, day: number % 100)
      else { continue }
      var partition = days[day] ?? DayPartition(day: day, isDetachPending: false, byteCount: 0, records: 0)
      if try row[1].bool() { partition.isDetachPending = true }
      partition.byteCount += try row[2].int64()
      if try row[4].string() == "records" { partition.records += try row[3].int64() }
      days[day] = partition
    }
    return days.values.sorted { $0.day < $1.day }
  }

  /// Takes the days before `keepFrom` out of one tenant, each by itself, oldest first. A day leaves by DETACH … CONCURRENTLY and
  /// DROP where this user owns the tables, otherwise by a function that waits two seconds for the lock.
  package func prune(
    _ tenant: TenantID, keepFrom: Day, isDryRun: Bool, report: @Sendable (PrunedDay) -> Void
  ) async throws {
    for partition in try await partitions(of: tenant) where partition.day < keepFrom {
      if isDryRun {
        report(PrunedDay(tenant: tenant, partition: partition, outcome: .wouldDrop, detail: nil))
        continue
      }
      report(try await drop(partition, of: tenant))
    }
  }

  private func drop(_ partition: DayPartition, of tenant: TenantID) async throws -> PrunedDay {
    let day = partition.day
    do {
      try await session.perform { connection in
        // The ledger knows how many; the role that drops days cannot read a record.
        let records = try connection.execute(
          """
          SELECT coalesce(sum(d.records), 0)::int8 FROM \(tenant.sql).ledger l, unnest(l.days, l.day_records) AS d (day, records)
          WHERE d.day = $1
          """, [.date(daysSince2000: day.postgresDays)]
        ).only()[0].int64()
        try Self.detachAndDrop(day, of: tenant, records: records, connection)
      }
      days.forget(tenant)
      return PrunedDay(tenant: tenant, partition: partition, outcome: .dropped, detail: nil)
    } catch let error as PostgresError where error.isTransient {
      let isPending = try await partitions(of: tenant).contains { $0.day == day && $0.isDetachPending }
      let outcome = isPending ? PruneOutcome.pendingDetach : .contended
      return PrunedDay(tenant: tenant, partition: partition, outcome: outcome, detail: error.description)
    }
  }

  private static func note(
    _ day: Day, of tenant: TenantID, _ outcome: String, records: Int64, _ connection: PostgresConnection
  ) throws {
    try connection.execute(
      "INSERT INTO \(tenant.sql).prunings (at, records, day, outcome) VALUES (clock_timestamp(), $1, $2, $3)",
      [.int64(records), .date(daysSince2000: day.postgresDays), .text(outcome)])
  }

  /// Says what it is about to do before it does it, so that a verification is never surprised by a day that is half gone.
  private static func detachAndDrop(
    _ day: Day, of tenant: TenantID, records: Int64, _ connection: PostgresConnection
  ) throws {
    guard try owns(tenant, connection) else {
      try connection.execute(
        "SELECT audittail.drop_day($1, $2)", [.text(tenant.schemaName), .date(daysSince2000: day.postgresDays)])
      return
    }
    try note(day, of: tenant, "begun", records: records, connection)
    for base in ["records", "rejected"] {
      let part = "\(tenant.sql).\(base)_\(day.compact)"
      let state = try connection.execute(
        """
        SELECT i.inhdetachpending FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_inherits i ON i.inhrelid = c.oid WHERE n.nspname = $1 AND c.relname = $2
        """, [.text(tenant.schemaName), .text("\(base)_\(day.compact)")])
      guard let row = state.first else { continue }
      if let isPending = try row[0].present?.bool() {
        // One wait for old transactions, bounded; what it leaves behind, the next run finalises.
        try connection.execute(
          "ALTER TABLE \(tenant.sql).\(base) DETACH PARTITION \(part) \(isPending ? "FINALIZE" : "CONCURRENTLY")",
          within: .seconds(10))
      }
      try connection.transaction { connection in
        try connection.executeScript("SET LOCAL lock_timeout = '2s'")
        try connection.execute("DROP TABLE \(part)")
        if base == "rejected" { try note(day, of: tenant, "dropped", records: records, connection) }
      }
    }
  }

  private static func owns(_ tenant: TenantID, _ connection: PostgresConnection) throws -> Bool {
    try connection.execute(
      """
      SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = 'records'
      """, [.text(tenant.schemaName)]
    ).first.map { try $0[0].bool() } ?? false
  }
}
