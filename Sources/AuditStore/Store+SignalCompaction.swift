package import AuditModel
import AuditSignal
import Postgres

/// Moves what collectors added into the tables of minutes, hours and days.
extension Store {
  /// Deltas that one transaction moves: bounds its memory and how long it holds its lock.
  package static let compactedDeltasMax = 20_000

  /// Moves one portion of a tenant's deltas. Deltas leave `signals` in the transaction that adds them to the minutes, hours, days and
  /// totals, so a reader sees each once, a crash repeats none, and a record that comes late is added where it belongs.
  /// Who compacts at the same time waits for the tenant's row.
  /// - Parameter epoch: of the leader that this is done for; nil where nobody leads.
  /// - Returns: how many deltas it moved; fewer than `deltasMax` means that there were no more.
  package func compactSignals(
    of tenant: TenantID, deltasMax: Int = Self.compactedDeltasMax, now: RecordTime,
    under epoch: LeaderEpoch? = nil
  ) async throws -> Int {
    try await session.perform { connection in
      try connection.transaction { connection in
        if let epoch { try Self.enter(epoch, tenant, connection) }
        try connection.execute("SELECT FROM \(tenant.sql).signal_compaction WHERE one = 1 FOR UPDATE")
        let portion = try Self.takeDeltas(of: tenant, deltasMax, connection)
        if portion.count > 0 {
          try Self.add(portion.minutes, to: .minutes, of: tenant, connection)
          try Self.add(portion.minutes.coarsened(to: .hours), to: .hours, of: tenant, connection)
          try Self.add(portion.minutes.coarsened(to: .days), to: .days, of: tenant, connection)
          try Self.add(portion.totals, of: tenant, connection)
        }
        if portion.count < deltasMax {
          try connection.execute(
            "UPDATE \(tenant.sql).signal_compaction SET at = $1 WHERE one = 1",
            [.timestamptz(microsecondsSince2000: now.postgresMicroseconds)])
        }
        return portion.count
      }
    }
  }

  private struct Portion {
    var count = 0
    var minutes = SignalTable()
    /// What each collector brought, at the last minute that it brought it for.
    var totals: [TotalKey: (at: Int64, figures: SignalFigures)] = [:]
  }

  private struct TotalKey: Hashable {
    let collector: Int32
    let key: SignalKey
  }

  private static func takeDeltas(
    of tenant: TenantID, _ deltasMax: Int, _ connection: PostgresConnection
  ) throws -> Portion {
    var portion = Portion()
    let sql =
      "DELETE FROM \(tenant.sql).signals WHERE ctid = ANY (ARRAY(SELECT ctid FROM \(tenant.sql).signals LIMIT $1))"
      + " RETURNING minute, collector, tool, coalesce(server, ''), coalesce(status, ''), \(SignalRow.columns)"
    try connection.fetch(sql, [.int64(Int64(deltasMax))], within: .seconds(120)) { row in
      let at = try row[0].timestamptz()
      let key = SignalKey(tool: try row[2].string(), server: try row[3].string(), status: try row[4].string())
      let figures = try SignalRow.figures(row, 5)
      portion.count += 1
      portion.minutes.add(figures, at: SignalTable.Place(at: at, key: key))
      let total = TotalKey(collector: try row[1].int32(), key: key)
      var sum = portion.totals[total] ?? (at, SignalFigures())
      sum.at = max(sum.at, at)
      sum.figures.merge(figures)
      portion.totals[total] = sum
    }
    return portion
  }

  /// Rows of one statement.
  private static let rowsMax = 5000

  /// Reads the rows that are there, adds, and writes them; nobody else writes them while the tenant's row is locked.
  private static func add(
    _ table: SignalTable, to grain: SignalGrain, of tenant: TenantID, _ connection: PostgresConnection
  ) throws {
    // In the order of the key: neighbours stand together in the index.
    let places = table.rows.keys.sorted { left, right in
      left.at != right.at ? left.at < right.at : left.key.tool.utf8.lexicographicallyPrecedes(right.key.tool.utf8)
    }
    for start in stride(from: 0, to: places.count, by: rowsMax) {
      let part = Array(places[start..<min(start + rowsMax, places.count)])
      var figures = part.map { table.rows[$0] ?? SignalFigures() }
      let name = "\(tenant.sql).signal_\(grain.rawValue)"
      let keys: [PostgresValue] = [
        .timestamptzArray(part.map(\.at)), .textArray(part.map(\.key.tool)), .textArray(part.map(\.key.server)),
        .textArray(part.map(\.key.status)),
      ]
      let rows = try connection.execute(
        """
        SELECT k.n, \(SignalRow.columns)
        FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS k (at, tool, server, status, n)
        JOIN \(name) USING (at, tool, server, status) WHERE at BETWEEN $5 AND $6
        """,
        keys + [
          .timestamptz(microsecondsSince2000: part[0].at),
          .timestamptz(microsecondsSince2000: part[part.count - 1].at),
        ], within: .seconds(120))
      for row in rows {
        let index = Int(try row[0].int64()) - 1
        guard figures.indices.contains(index) else { continue }
        figures[index].merge(try SignalRow.figures(row, 1))
      }
      try connection.execute(
        """
        INSERT INTO \(name) (at, tool, server, status, \(SignalRow.columns))
        SELECT k.at, k.tool, k.server, k.status, k.calls, k.sum, k.min, k.max, k.bytes, k.errors::int8[], k.sketch
        FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::int8[], $6::int8[], $7::int8[], $8::int8[],
          $9::int8[], $10::text[], $11::bytea[]) AS k (at, tool, server, status, calls, sum, min, max, bytes, errors, sketch)
        ON CONFLICT (at, tool, server, status) DO UPDATE SET calls = excluded.calls, duration_ns_sum = excluded.duration_ns_sum,
          duration_ns_min = excluded.duration_ns_min, duration_ns_max = excluded.duration_ns_max,
          result_bytes = excluded.result_bytes, errors = excluded.errors, sketch = excluded.sketch
        """,
        keys + [
          .int64Array(figures.map(\.calls)), .int64Array(figures.map(\.durationSum)),
          .int64Array(figures.map(\.durationMin)), .int64Array(figures.map(\.durationMax)),
          .int64Array(figures.map(\.resultBytes)), .textArray(figures.map(\.errors.arrayText)),
          .byteaArray(figures.map { $0.sketch.count == 0 ? nil : $0.sketch.encoded }),
        ], within: .seconds(120))
    }
  }

  private static func add(
    _ totals: [TotalKey: (at: Int64, figures: SignalFigures)], of tenant: TenantID, _ connection: PostgresConnection
  ) throws {
    func sum(_ column: String) -> String {
      "\(column) = least(t.\(column)::numeric + excluded.\(column), \(Int64.max))::int8"
    }
    func sums(_ column: String) -> String {
      let parts = (1...8).map { "t.\(column)[\($0)] + excluded.\(column)[\($0)]" }
      return "\(column) = ARRAY[\(parts.joined(separator: ", "))]"
    }
    let all = Array(totals)
    for start in stride(from: 0, to: all.count, by: rowsMax) {
      let part = all[start..<min(start + rowsMax, all.count)]
      try connection.execute(
        """
        INSERT INTO \(tenant.sql).signal_totals AS t
          (at, collector, tool, server, status, calls, timed, duration_ns_sum, errors, ranges)
        SELECT k.at, k.collector, k.tool, k.server, k.status, k.calls, k.timed, k.sum, k.errors::int8[], k.ranges::int8[]
        FROM unnest($1::timestamptz[], $2::int4[], $3::text[], $4::text[], $5::text[], $6::int8[], $7::int8[], $8::int8[],
          $9::text[], $10::text[]) AS k (at, collector, tool, server, status, calls, timed, sum, errors, ranges)
        ON CONFLICT (collector, tool, server, status) DO UPDATE SET at = greatest(t.at, excluded.at), \(sum("calls")),
          \(sum("timed")), \(sum("duration_ns_sum")), \(sums("errors")), \(sums("ranges"))
        """,
        [
          .timestamptzArray(part.map(\.value.at)), .int32Array(part.map(\.key.collector)),
          .textArray(part.map(\.key.key.tool)), .textArray(part.map(\.key.key.server)),
          .textArray(part.map(\.key.key.status)), .int64Array(part.map(\.value.figures.calls)),
          .int64Array(part.map { Int64(clamping: $0.value.figures.sketch.count) }),
          .int64Array(part.map(\.value.figures.durationSum)),
          .textArray(part.map(\.value.figures.errors.fullArrayText)),
          .textArray(part.map(\.value.figures.sketch.rangesText)),
        ], within: .seconds(120))
    }
  }

  /// Takes the signals of a tenant before a time away; they are kept longer than records.
  /// - Returns: rows that left.
  package func pruneSignals(
    of tenant: TenantID, before: RecordTime, under epoch: LeaderEpoch? = nil
  ) async throws -> Int {
    try await session.perform { connection in
      try connection.transaction { connection in
        if let epoch { try Self.enter(epoch, tenant, connection) }
        try connection.execute("SELECT FROM \(tenant.sql).signal_compaction WHERE one = 1 FOR UPDATE")
        let day = RecordTime(postgresMicroseconds: SignalGrain.days.floor(before.postgresMicroseconds))
        let limit = PostgresValue.timestamptz(microsecondsSince2000: day.postgresMicroseconds)
        var rows = 0
        for table in ["signal_minutes", "signal_hours", "signal_days", "signal_totals"] {
          rows += try connection.execute(
            "DELETE FROM \(tenant.sql).\(table) WHERE at < $1", [limit], within: .seconds(600)
          ).affected
        }
        rows += try connection.execute(
          "DELETE FROM \(tenant.sql).usage_days WHERE day < $1", [.date(daysSince2000: day.day.postgresDays)],
          within: .seconds(600)
        ).affected
        return rows
      }
    }
  }
}
