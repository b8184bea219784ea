package import AuditModel
import Postgres

extension Store {
  /// Recomputes one tenant's ledger from what is stored: every row's hash and chain, every position, and the roots of the days
  /// from `since` up to, not including, `until`. Reads one unchanging view; collectors go on meanwhile.
  package func verify(
    _ tenant: TenantID, since: Day?, until: Day?, report: @escaping @Sendable (LedgerFault) -> Void
  ) async throws -> VerificationSummary {
    try await session.perform { connection in
      try connection.transaction(.snapshot) { connection in
        // Before the first look: a day cannot leave between the ledger's part of the view and the records'.
        try connection.executeScript(
          "LOCK TABLE ONLY \(tenant.sql).records, ONLY \(tenant.sql).rejected IN ACCESS SHARE MODE")
        var summary = VerificationSummary()
        var faults = 0
        let count: (LedgerFault) -> Void = { fault in
          report(fault)
          faults += 1
        }
        try Self.walkChain(tenant, connection, &summary, count)
        for (day, expected) in try Self.expectedDays(tenant, since: since, until: until, connection).sorted(by: {
          $0.key < $1.key
        }) {
          try Self.walk(day, expected, tenant, connection, &summary, count)
        }
        summary.faults = faults
        return summary
      }
    }
  }

  private struct ExpectedDay {
    var records: [DayWalk.Batch: DayWalk.Expected] = [:]
    var rejected: [DayWalk.Batch: DayWalk.Expected] = [:]
    var hasPartition = false
  }

  private static func walkChain(
    _ tenant: TenantID, _ connection: PostgresConnection, _ summary: inout VerificationSummary,
    _ report: @escaping (LedgerFault) -> Void
  ) throws {
    var walk = ChainWalk(tenant: tenant, report: report)
    var open: (entry: LedgerEntry, root: Digest, hash: Digest)?
    try connection.fetch(
      """
      SELECT l.collector, l.seq, l.layout, l.received_at, l.gap_bytes, l.days, l.day_records, l.day_rejected, l.day_record_roots,
        l.day_rejected_roots, l.root, l.previous, l.hash, p.source, p.pos_from, p.pos_to, p.lines, p.pending_streams,
        p.pending_sources, p.pending_offsets, p.last_block, p.gap_bytes, p.gap_is_least, s.path
      FROM \(tenant.sql).ledger l LEFT JOIN \(tenant.sql).positions p ON p.collector = l.collector AND p.seq = l.seq
        LEFT JOIN \(tenant.sql).sources s
          ON p.gap_bytes IS NOT NULL AND s.collector = p.collector AND s.source = p.source
      ORDER BY l.collector, l.seq, p.source
      """, within: .seconds(300)
    ) { row in
      let key = (try row[0].int32(), try row[1].int64())
      if let done = open, (done.entry.collector, done.entry.sequence) != key {
        walk.take(done.entry, storedRoot: done.root, storedHash: done.hash)
        open = nil
      }
      if open == nil { open = (try entry(row), try row.digest(10), try row.digest(12)) }
      guard let source = try row[13].present?.int32() else { return }
      let isLeast = try row[22].bool()
      let gap = try row[21].present?.int64()
      open?.entry.spans.append(
        SourceSpan(
          source: SourceID(source), from: SourcePosition(try row[14].int64()), to: SourcePosition(try row[15].int64()),
          lines: try row[16].int32(), pending: try row.pendingLines(17), lastBlock: try row[20].present?.int64(),
          gap: gap.map { SourceGap(byteCount: $0, isLeast: isLeast) }))
      if gap != nil { walk.name(SourceID(source), try row[23].present?.string()) }
    }
    if let done = open { walk.take(done.entry, storedRoot: done.root, storedHash: done.hash) }
    walk.finish()
    try reportOrphans(tenant, connection, report)
    summary.batches = walk.batches
    summary.sources = walk.sources
  }

  /// Positions that no ledger row covers: a collector would go on from them.
  private static func reportOrphans(
    _ tenant: TenantID, _ connection: PostgresConnection, _ report: (LedgerFault) -> Void
  ) throws {
    let rows = try connection.execute(
      """
      SELECT p.collector, p.seq, p.source, p.pos_from, p.pos_to FROM \(tenant.sql).positions p
      WHERE NOT EXISTS (SELECT FROM \(tenant.sql).ledger l WHERE l.collector = p.collector AND l.seq = p.seq) LIMIT 1000
      """, within: .seconds(300))
    for row in rows {
      report(
        LedgerFault(
          tenant: tenant, collector: try row[0].int32(), sequence: try row[1].int64(), day: nil, kind: .added,
          detail:
            "a position of source \(try row[2].int32()), bytes \(try row[3].int64())–\(try row[4].int64()), without a batch"
        ))
    }
  }

  private static func entry(_ row: PostgresRow) throws -> LedgerEntry {
    LedgerEntry(
      collector: try row[0].int32(), sequence: try row[1].int64(), layout: try row[2].int16(),
      received: try row[3].timestamptz(), days: try days(row, 5), gapBytes: try row[4].int64(), spans: [],
      previous: try row.digest(11))
  }

  /// Five arrays of one length from `column` on.
  private static func days(_ row: PostgresRow, _ column: Int) throws -> [LedgerDay] {
    let days = try row[column].dateArray()
    let records = try row[column + 1].int32Array()
    let rejected = try row[column + 2].int32Array()
    let recordRoots = try row[column + 3].byteaArray().compactMap { Digest(bytes: $0) }
    let rejectedRoots = try row[column + 4].byteaArray().compactMap { Digest(bytes: $0) }
    guard Set([days.count, records.count, rejected.count, recordRoots.count, rejectedRoots.count]).count == 1 else {
      throw StoredValueError.layout
    }
    return days.indices.map {
      LedgerDay(
        day: Day(postgresDays: days[$0]), records: records[$0], recordsRoot: recordRoots[$0], rejected: rejected[$0],
        rejectedRoot: rejectedRoots[$0])
    }
  }

  private static func expectedDays(
    _ tenant: TenantID, since: Day?, until: Day?, _ connection: PostgresConnection
  ) throws -> [Day: ExpectedDay] {
    var expected: [Day: ExpectedDay] = [:]
    try connection.fetch(
      """
      SELECT collector, seq, days, day_records, day_rejected, day_record_roots, day_rejected_roots, received_at
      FROM \(tenant.sql).ledger
      """, within: .seconds(300)
    ) { row in
      let batch = DayWalk.Batch(collector: try row[0].int32(), sequence: try row[1].int64())
      let received = try row[7].timestamptz()
      for day in try days(row, 2) where day.day >= since ?? day.day && (until.map { day.day < $0 } ?? true) {
        if day.records > 0 {
          expected[day.day, default: ExpectedDay()].records[batch] = .init(
            count: Int(day.records), root: day.recordsRoot, received: received)
        }
        if day.rejected > 0 {
          expected[day.day, default: ExpectedDay()].rejected[batch] = .init(
            count: Int(day.rejected), root: day.rejectedRoot, received: received)
        }
      }
    }
    // Days that have a partition and no batch: whatever is in them was added.
    for partition in try partitions(of: tenant, connection) {
      guard partition.day >= since ?? partition.day, until.map({ partition.day < $0 }) ?? true else { continue }
      expected[partition.day, default: ExpectedDay()].hasPartition = true
    }
    return expected
  }

  private static func walk(
    _ day: Day, _ expected: ExpectedDay, _ tenant: TenantID, _ connection: PostgresConnection,
    _ summary: inout VerificationSummary, _ report: @escaping (LedgerFault) -> Void
  ) throws {
    // A day that left by retention takes the batches with it that were there before; later ones have to be found.
    var expected = expected
    if let pruned = try pruning(of: day, tenant, connection) {
      summary.prunedDays += 1
      expected.records = expected.records.filter { $0.value.received > pruned }
      expected.rejected = expected.rejected.filter { $0.value.received > pruned }
      if !expected.hasPartition, expected.records.isEmpty, expected.rejected.isEmpty { return }
    }
    for (table, columns, wanted) in [
      ("records", RecordLayout.columns, expected.records), ("rejected", RejectedLayout.columns, expected.rejected),
    ] {
      var walk = DayWalk(
        tenant: tenant, day: day, noun: table == "records" ? "records" : "rejected lines", expected: wanted,
        report: report)
      let batchField = table == "records" ? (1, 5) : (1, 4)
      try connection.copyOut(
        """
        COPY (SELECT \(columns.joined(separator: ", ")) FROM \(tenant.sql).\(table)
          WHERE ts >= '\(day) 00:00:00+00' AND ts < '\(day.advanced(by: 1)) 00:00:00+00' ORDER BY collector, seq, idx)
        TO STDOUT (FORMAT binary)
        """, within: .seconds(600)
      ) { tuple in
        var cursor = TupleCursor()
        cursor.skip(to: batchField.0, tuple)
        let sequence = cursor.next(tuple).map { tuple.int64(at: $0.lowerBound) } ?? 0
        cursor.skip(to: batchField.1, tuple)
        let collector = cursor.next(tuple).map { tuple.int32(at: $0.lowerBound) } ?? 0
        walk.take(tuple, batch: DayWalk.Batch(collector: collector, sequence: sequence))
      }
      walk.finish()
      if table == "records" { summary.records += walk.count } else { summary.rejected += walk.count }
    }
  }

  /// When a day left, by the last of its prunings; microseconds since 2000.
  private static func pruning(
    of day: Day, _ tenant: TenantID, _ connection: PostgresConnection
  ) throws -> Int64? {
    try connection.execute(
      "SELECT max(at) FROM \(tenant.sql).prunings WHERE day = $1 AND outcome IN ('begun', 'dropped')",
      [.date(daysSince2000: day.postgresDays)]
    ).only()[0].present?.timestamptz()
  }
}
