package import AuditModel
import Postgres

/// Batches of one collector that follow each other in its ledger.
package struct LedgerStretch: Sendable, Hashable {
  package let collector: Int32
  package let first: Int64
  package private(set) var last: Int64
  /// How many records the ledger says that they have.
  package private(set) var records: Int64
  /// The first and the last time of their records; nil where there are none.
  package private(set) var times: ClosedRange<RecordTime>?

  package init(collector: Int32, sequence: Int64, records: Int64, times: ClosedRange<RecordTime>?) {
    (self.collector, first, last) = (collector, sequence, sequence)
    (self.records, self.times) = (records, times)
  }

  /// A stretch that was walked before; its times are looked up.
  package init(collector: Int32, sequences: ClosedRange<Int64>) {
    (self.collector, first, last) = (collector, sequences.lowerBound, sequences.upperBound)
    (records, times) = (0, nil)
  }

  /// Takes in the batch that comes next.
  mutating func append(_ next: LedgerStretch) {
    last = next.last
    records += next.records
    guard let more = next.times else { return }
    times = times.map { min($0.lowerBound, more.lowerBound)...max($0.upperBound, more.upperBound) } ?? more
  }
}

/// What comes next in a tenant's ledger.
package struct LedgerAhead: Sendable, Hashable {
  /// At most one a collector.
  package var stretches: [LedgerStretch] = []
  /// Whether the ledger has more than this.
  package var hasMore = false

  package var records: Int64 { stretches.reduce(0) { $0 + $1.records } }
}

extension Store {
  /// The batches behind the cursors, oldest first by the time at which they were closed, until there are so many records.
  ///
  /// A batch is there only if the one before it is, so a collector's stretch never has a hole, and what commits later comes later.
  /// - Parameter cursors: the last batch of each collector that is done with.
  package func ahead(
    of cursors: [Int32: Int64], in tenant: TenantID, recordsMax: Int64
  ) async throws -> LedgerAhead {
    try await session.perform { connection in
      try connection.transaction { connection in
        try Self.waitBriefly(connection)
        var queues: [Int32: [(received: Int64, batch: LedgerStretch)]] = [:]
        let parameters: [PostgresValue] = [
          .int32Array(cursors.keys.map { $0 }), .int64Array(cursors.values.map { $0 }),
        ]
        for row in try connection.execute(Self.aheadQuery(tenant), parameters) {
          let batch = LedgerStretch(
            collector: try row[0].int32(), sequence: try row[1].int64(), records: try row[3].int64(),
            times: try Self.times(row, 4))
          queues[batch.collector, default: []].append((try row[2].timestamptz(), batch))
        }
        return Self.merge(queues, cursors, recordsMax: recordsMax)
      }
    }
  }

  /// Batches of one collector that are looked at together.
  private static let batchesMax = 64

  private static func aheadQuery(_ tenant: TenantID) -> String {
    """
    WITH RECURSIVE there AS (
      (SELECT collector FROM \(tenant.sql).ledger ORDER BY collector LIMIT 1)
      UNION ALL
      SELECT (SELECT l.collector FROM \(tenant.sql).ledger l WHERE l.collector > t.collector ORDER BY l.collector LIMIT 1)
      FROM there t WHERE t.collector IS NOT NULL
    )
    SELECT l.collector, l.seq, l.received_at, (SELECT coalesce(sum(n), 0)::int8 FROM unnest(l.day_records) n), l.first_ts, l.last_ts
    FROM there t LEFT JOIN unnest($1::int4[], $2::int8[]) AS done (collector, seq) ON done.collector = t.collector
      CROSS JOIN LATERAL (SELECT * FROM \(tenant.sql).ledger b WHERE b.collector = t.collector AND b.seq > coalesce(done.seq, 0)
        ORDER BY b.seq LIMIT \(batchesMax)) l
    WHERE t.collector IS NOT NULL ORDER BY l.collector, l.seq
    """
  }

  private static func times(_ row: PostgresRow, _ column: Int) throws -> ClosedRange<RecordTime>? {
    guard let first = try row[column].present?.timestamptz(), let last = try row[column + 1].present?.timestamptz(),
      first <= last
    else { return nil }
    return RecordTime(postgresMicroseconds: first)...RecordTime(postgresMicroseconds: last, nanosecondRemainder: 999)
  }

  private static func merge(
    _ queues: [Int32: [(received: Int64, batch: LedgerStretch)]], _ cursors: [Int32: Int64], recordsMax: Int64
  ) -> LedgerAhead {
    var ahead = LedgerAhead()
    var taken: [Int32: Int] = [:]
    var stretches: [Int32: LedgerStretch] = [:]
    var left = recordsMax
    while left > 0 {
      let heads = queues.compactMap { collector, queue -> (Int64, Int32)? in
        let next = taken[collector, default: 0]
        return next < queue.count ? (queue[next].received, collector) : nil
      }
      guard let (_, collector) = heads.min(by: <), let queue = queues[collector] else { break }
      let batch = queue[taken[collector, default: 0]].batch
      taken[collector, default: 0] += 1
      // A hole can only mean that somebody took a row out: what is behind it is not walked, and `verify` says so.
      let expected = (stretches[collector]?.last ?? cursors[collector, default: 0]) + 1
      guard batch.first == expected else {
        taken[collector] = queue.count
        continue
      }
      stretches[collector]?.append(batch)
      if stretches[collector] == nil { stretches[collector] = batch }
      // An empty batch costs something too.
      left -= max(batch.records, 10)
    }
    ahead.stretches = stretches.values.sorted { $0.collector < $1.collector }
    ahead.hasMore = queues.contains { taken[$0, default: 0] < $1.count || $1.count == batchesMax }
    return ahead
  }

  /// Lets the block ranges of the newest records be found by their time and batch; see the function's own words.
  package func summarize(_ day: Day, of tenant: TenantID) async throws {
    try await session.execute(
      "SELECT audittail.summarize_day($1, $2)", [.text(tenant.schemaName), .date(daysSince2000: day.postgresDays)])
  }

  /// Hands over the records of some stretches, in the order of time; of one moment in the order of their ids.
  ///
  /// Records whose day has left are not there, and that is no error.
  /// - Parameter body: given whole binary COPY tuples of `RecordLayout`, on the session's thread.
  package func records(
    of stretches: [LedgerStretch], in tenant: TenantID, _ body: @Sendable (Span<UInt8>, RecordID) throws -> Void
  ) async throws {
    try await session.perform { connection in
      try connection.transaction { connection in
        try Self.waitBriefly(connection)
        // A day without statistics, as each one is when it begins, would be read from end to end otherwise.
        try connection.executeScript(Self.byBlockRanges)
        let known = try stretches.map { try Self.withTimes($0, tenant, connection) }
        guard let span = Self.span(of: known) else { return }
        let batches = known.filter { $0.times != nil }.map {
          "(collector = \($0.collector) AND seq BETWEEN \($0.first) AND \($0.last))"
        }
        try Self.copyRecords(
          tenant, "\(span) AND (\(batches.joined(separator: " OR ")))", connection, body)
      }
    }
  }

  private static let byBlockRanges =
    "SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = off; SET LOCAL max_parallel_workers_per_gather = 0"

  /// A stretch of the journal names no times: the ledger does.
  private static func withTimes(
    _ stretch: LedgerStretch, _ tenant: TenantID, _ connection: PostgresConnection
  ) throws -> LedgerStretch {
    if stretch.times != nil { return stretch }
    let row = try connection.execute(
      """
      SELECT min(first_ts), max(last_ts) FROM \(tenant.sql).ledger WHERE collector = $1 AND seq BETWEEN $2 AND $3
      """, [.int32(stretch.collector), .int64(stretch.first), .int64(stretch.last)]
    ).only()
    var known = LedgerStretch(
      collector: stretch.collector, sequence: stretch.first, records: 0, times: try times(row, 0))
    known.append(LedgerStretch(collector: stretch.collector, sequence: stretch.last, records: 0, times: nil))
    return known
  }

  /// The block ranges and the partitions are chosen by time.
  private static func span(of stretches: [LedgerStretch]) -> String? {
    let times = stretches.compactMap(\.times)
    guard let first = times.map(\.lowerBound).min(), let last = times.map(\.upperBound).max() else { return nil }
    return "ts >= '\(literal(first))' AND ts <= '\(literal(last))'"
  }

  /// Hands over the records from `since` up to, not including, `until`, in the order of time; for a back-test, and to learn anew.
  /// - Parameter cursors: nil for all; otherwise only what a walk has done.
  package func records(
    from since: RecordTime, until: RecordTime, in tenant: TenantID, upTo cursors: [Int32: Int64]? = nil,
    _ body: @Sendable (Span<UInt8>, RecordID) throws -> Void
  ) async throws {
    var condition = "ts >= '\(Self.literal(since))' AND ts < '\(Self.literal(until))'"
    if let cursors {
      let done = cursors.map { "(collector = \($0) AND seq <= \($1))" }
      condition += " AND (\(done.isEmpty ? "false" : done.joined(separator: " OR ")))"
    }
    try await session.perform { [condition] connection in
      try Self.copyRecords(tenant, condition, connection, body)
    }
  }

  /// The first and the last time of a tenant's retained records; nil where there are none.
  package func retainedTimes(of tenant: TenantID) async throws -> ClosedRange<RecordTime>? {
    try await session.perform { connection in
      let row = try connection.execute(
        "SELECT min(ts), max(ts) FROM \(tenant.sql).records", within: .seconds(300)
      ).only()
      return try Self.times(row, 0)
    }
  }

  /// To the microsecond, rounded down, as PostgreSQL keeps it.
  private static func literal(_ time: RecordTime) -> String {
    RecordTime(postgresMicroseconds: time.postgresMicroseconds).rfc3339
  }

  private static func copyRecords(
    _ tenant: TenantID, _ condition: String, _ connection: PostgresConnection,
    _ body: (Span<UInt8>, RecordID) throws -> Void
  ) throws {
    try connection.copyOut(
      """
      COPY (SELECT \(RecordLayout.columns.joined(separator: ", ")) FROM \(tenant.sql).records WHERE \(condition)
        ORDER BY ts, ts_ns, collector, seq, idx) TO STDOUT (FORMAT binary)
      """, within: .seconds(300)
    ) { tuple in
      var cursor = TupleCursor()
      cursor.skip(to: 1, tuple)
      let sequence = cursor.next(tuple).map { tuple.int64(at: $0.lowerBound) } ?? 0
      cursor.skip(to: 5, tuple)
      let collector = cursor.next(tuple).map { tuple.int32(at: $0.lowerBound) } ?? 0
      let index = cursor.next(tuple).map { tuple.int32(at: $0.lowerBound) } ?? 0
      try body(tuple, RecordID(collector: collector, sequence: sequence, index: index))
    }
  }

  /// A tenant whose tables are locked must not hold up those that come after it.
  static func waitBriefly(_ connection: PostgresConnection) throws {
    try connection.executeScript("SET LOCAL lock_timeout = '2s'")
  }
}
