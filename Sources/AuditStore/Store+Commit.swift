package import AuditModel
import AuditRedact
import AuditSignal
import Postgres

extension Store {
  /// Stores a batch: records, rejected lines, signals, positions and the ledger's row, all or nothing.
  ///
  /// Calling it again with the same batch is safe whatever became of the first call: the ledger's key says whether it is there.
  /// Rows that PostgreSQL refuses become rejected lines, so one bad record never costs its batch.
  /// - Parameter previous: the hash of the batch before this one.
  /// - Throws: `PostgresError`, `StoreError`. Where `isTransient`, the same batch may be handed in again.
  package func commit(_ batch: RecordBatch, after previous: Digest, textBytesMax: Int) async throws -> CommittedBatch {
    let batch = batch.chained(to: previous)
    try await ensureDays(of: batch)
    do {
      return try await store(batch, textBytesMax: textBytesMax)
    } catch let error as PostgresError where error.isMissingPartition {
      // A day that was known has left meanwhile.
      days.forget(batch.tenant)
      try await ensureDays(of: batch)
      return try await store(batch, textBytesMax: textBytesMax)
    }
  }

  private func store(_ batch: RecordBatch, textBytesMax: Int) async throws -> CommittedBatch {
    try await session.perform { connection in
      do {
        return try Self.store(batch, connection)
      } catch let error as PostgresError where error.isDataError && !error.isMissingPartition {
        if let committed = try Self.find(batch, connection) { return committed }
        let refused = try RefusedRows.find(in: batch, connection)
        // Nothing refused by itself: the rows are good and something else was wrong, which the caller should see.
        if refused.isEmpty { throw error }
        return try Self.store(batch.refusing(refused, textBytesMax: textBytesMax), connection)
      }
    }
  }

  /// Makes the partitions that the batch needs, and tomorrow's ahead of time.
  private func ensureDays(of batch: RecordBatch) async throws {
    let today = RecordTime(postgresMicroseconds: batch.entry.received).day
    let wanted = Set(batch.entry.days.map(\.day) + [today, today.advanced(by: 1)])
    let missing = days.missing(wanted, of: batch.tenant)
    if missing.isEmpty { return }
    try await session.perform { connection in
      for day in missing {
        try connection.execute(
          "SELECT audittail.ensure_day($1, $2)",
          [.text(batch.tenant.schemaName), .date(daysSince2000: day.postgresDays)])
        days.insert(day, of: batch.tenant)
      }
    }
  }

  /// A unique violation means that the ledger has this number: from an earlier try of this very batch, whose answer was lost,
  /// or from another collector. The same predecessor and the same microsecond tell the first case.
  private static func find(_ batch: RecordBatch, _ connection: PostgresConnection) throws -> CommittedBatch? {
    let entry = batch.entry
    let rows = try connection.execute(
      "SELECT hash, previous, received_at, day_records, day_rejected FROM \(batch.tenant.sql).ledger WHERE collector = $1 AND seq = $2",
      [.int32(entry.collector), .int64(entry.sequence)])
    guard let row = rows.first else { return nil }
    guard try row.digest(1) == entry.previous, try row[2].timestamptz() == entry.received else {
      throw StoreError.ledgerConflict(collector: entry.collector, sequence: entry.sequence)
    }
    return CommittedBatch(
      sequence: entry.sequence, hash: try row.digest(0), records: try row[3].int32Array().reduce(0) { $0 + Int($1) },
      rejected: try row[4].int32Array().reduce(0) { $0 + Int($1) })
  }

  private static func store(_ batch: RecordBatch, _ connection: PostgresConnection) throws -> CommittedBatch {
    let schema = batch.tenant.sql
    try connection.transaction { connection in
      // The ledger's row first: if it is there already, nothing else needs to be sent.
      try insertLedger(batch, connection)
      try copy(
        "\(schema).sources (first_seen, device, inode, birth, fingerprint, fingerprint_bytes, collector, source, path)",
        batch.sourceTuples, connection)
      try copy(
        "\(schema).positions (seq, pos_from, pos_to, collector, source, lines, pending_streams, pending_sources, pending_offsets,"
          + " last_block, gap_bytes, gap_is_least)",
        batch.positionTuples, connection)
      try copy("\(schema).records (\(RecordLayout.columns.joined(separator: ",")))", batch.records.value, connection)
      try copy(
        "\(schema).rejected (\(RejectedLayout.columns.joined(separator: ",")))", batch.rejected.value, connection)
      try copy(
        "\(schema).signals (minute, seq, calls, duration_ns_sum, duration_ns_min, duration_ns_max, result_bytes, collector,"
          + " server, tool, status, sketch, errors)", batch.signalTuples, connection)
    }
    return CommittedBatch(
      sequence: batch.entry.sequence, hash: batch.entry.hash, records: batch.entry.records,
      rejected: batch.entry.rejected)
  }

  static func copy(_ target: String, _ rows: EncodedRows, _ connection: PostgresConnection) throws {
    if rows.isEmpty { return }
    let stored = try connection.copyIn("COPY \(target) FROM STDIN (FORMAT binary)", rows.bytes)
    guard stored == rows.count else { throw StoreError.rowCount(table: target, sent: rows.count, stored: stored) }
  }

  private static func insertLedger(_ batch: RecordBatch, _ connection: PostgresConnection) throws {
    let entry = batch.entry
    func time(_ micros: Int64?) -> PostgresValue { micros.map { .timestamptz(microsecondsSince2000: $0) } ?? .null }
    // The batch before it has to be there: a database that lost its tail (a failover to a standby that lagged, a restore) must not
    // get a hole; the collector reads again from where the ledger stands.
    let inserted = try connection.execute(
      """
      INSERT INTO \(batch.tenant.sql).ledger (received_at, seq, gap_bytes, collector, layout, days, day_records, day_rejected,
        day_record_roots, day_rejected_roots, first_ts, last_ts, root, previous, hash)
      SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::timestamptz, $12::timestamptz, $13, $14, $15
      WHERE $2 = 1 OR EXISTS (
        SELECT FROM \(batch.tenant.sql).ledger WHERE collector = $4 AND seq = $2 - 1 AND hash = $14)
      """,
      [
        .timestamptz(microsecondsSince2000: entry.received), .int64(entry.sequence), .int64(entry.gapBytes),
        .int32(entry.collector), .int16(entry.layout), .dateArray(entry.days.map(\.day.postgresDays)),
        .int32Array(entry.days.map(\.records)), .int32Array(entry.days.map(\.rejected)),
        .byteaArray(entry.days.map(\.recordsRoot.bytes)), .byteaArray(entry.days.map(\.rejectedRoot.bytes)),
        time(batch.firstTime), time(batch.lastTime), .bytes(entry.root.bytes), .bytes(entry.previous.bytes),
        .bytes(entry.hash.bytes),
      ]
    ).affected
    guard inserted == 1 else {
      throw StoreError.ledgerConflict(collector: entry.collector, sequence: entry.sequence)
    }
  }
}

/// What became of a batch.
package struct CommittedBatch: Sendable, Hashable {
  package let sequence: Int64
  /// What the next batch of this chain names as its predecessor.
  package let hash: Digest
  package let records: Int
  package let rejected: Int
}

extension PostgresError {
  /// A row's day has no partition. It has the code of a violated CHECK, which is the row's own fault.
  var isMissingPartition: Bool { sqlState == .checkViolation && message.contains("no partition of relation") }
}
