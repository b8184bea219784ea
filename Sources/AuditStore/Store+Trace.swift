package import AuditModel
package import AuditQuery
import Postgres

/// A source of any collector, found by what its file is.
package struct TracedSource: Sendable, Hashable {
  package let tenant: TenantID
  package let collector: Int32
  package let collectorName: String
  package let record: SourceRecord
}

extension Store {
  /// The sources whose file had this inode, or was found under one of these paths. Which of them the file is, its identity and beginning
  /// tell.
  package func tracedSources(
    of tenant: TenantID, inode: Int64?, paths: [String]
  ) async throws -> [TracedSource] {
    try await session.perform { connection in
      try connection.execute(
        """
        SELECT s.collector, c.name, s.source, s.path, s.device, s.inode, s.birth, s.fingerprint, s.fingerprint_bytes
        FROM \(tenant.sql).sources s JOIN audittail.collectors c ON c.collector = s.collector
        WHERE (s.inode = $1 OR s.path = ANY($2)) AND s.inode IS NOT NULL AND s.fingerprint IS NOT NULL
        ORDER BY s.collector, s.source
        """, [inode.map { .int64($0) } ?? .null, .textArray(paths)]
      ).map { row in
        TracedSource(
          tenant: tenant, collector: try row[0].int32(), collectorName: try row[1].string(),
          record: SourceRecord(
            id: SourceID(try row[2].int32()), path: try row[3].string(),
            identity: FileIdentity(
              device: try row[4].int64(), inode: try row[5].int64(), birth: try row[6].int64()),
            fingerprint: Fingerprint(length: try row[8].int32(), digest: try row[7].int64())))
      }
    }
  }

  /// The batch in which a byte of a source was read.
  package func batch(of source: TracedSource, reading offset: Int64) async throws -> LineTrace.Batch? {
    try await session.perform { connection in
      try connection.execute(
        """
        SELECT p.seq, l.received_at FROM \(source.tenant.sql).positions p
        JOIN \(source.tenant.sql).ledger l ON l.collector = p.collector AND l.seq = p.seq
        WHERE p.collector = $1 AND p.source = $2 AND p.pos_from <= $3 AND p.pos_to > $3 ORDER BY p.seq LIMIT 1
        """, [.int32(source.collector), .int32(source.record.id.number), .int64(offset)]
      ).first.map { row in
        LineTrace.Batch(
          tenant: source.tenant, collector: source.collector, collectorName: source.collectorName,
          sequence: try row[0].int64(), received: RecordTime(postgresMicroseconds: try row[1].timestamptz()),
          source: source.record.id)
      }
    }
  }

  /// How far a source was read, whatever is missing before.
  package func reach(of source: TracedSource) async throws -> Int64 {
    try await session.perform { connection in
      try connection.execute(
        "SELECT coalesce(max(pos_to), 0) FROM \(source.tenant.sql).positions WHERE collector = $1 AND source = $2",
        [.int32(source.collector), .int32(source.record.id.number)]
      ).only()[0].int64()
    }
  }

  /// The lines that were open when a source was read to where it was read.
  package func pendingLines(after source: TracedSource) async throws -> [PendingLine] {
    try await session.perform { connection in
      try connection.execute(
        """
        SELECT pending_streams, pending_sources, pending_offsets FROM \(source.tenant.sql).positions
        WHERE collector = $1 AND source = $2 ORDER BY seq DESC LIMIT 1
        """, [.int32(source.collector), .int32(source.record.id.number)]
      ).first.map { try $0.pendingLines(0) } ?? []
    }
  }

  /// The sources of the same collector that were begun before this one and whose path begins alike, the latest first.
  package func sources(before source: TracedSource, beginning path: String) async throws -> [TracedSource] {
    try await session.perform { connection in
      try connection.execute(
        """
        SELECT source, path FROM \(source.tenant.sql).sources
        WHERE collector = $1 AND source < $2 AND starts_with(path, $3) ORDER BY source DESC LIMIT 100
        """, [.int32(source.collector), .int32(source.record.id.number), .text(path)]
      ).map { row in
        TracedSource(
          tenant: source.tenant, collector: source.collector, collectorName: source.collectorName,
          record: SourceRecord(
            id: SourceID(try row[0].int32()), path: try row[1].string(), identity: nil, fingerprint: nil))
      }
    }
  }

  /// What the line became that begins at a place, a record or a rejected line, and the batch that brought it.
  /// - Parameter batches: the batches in which it may have ended.
  package func outcome(
    of source: TracedSource, number: SourceID, offset: Int64, batches: ClosedRange<Int64>
  ) async throws -> (outcome: LineTrace.Outcome, batch: LineTrace.Batch)? {
    let schema = source.tenant.sql
    let parameters: [PostgresValue] = [
      .int32(source.collector), .int32(number.number), .int64(offset), .int64(batches.lowerBound),
      .int64(batches.upperBound),
    ]
    @Sendable func sql(_ columns: String, _ table: String) -> String {
      """
      SELECT r.seq, r.idx, l.received_at, \(columns) FROM \(schema).\(table) r
      JOIN \(schema).ledger l ON l.collector = r.collector AND l.seq = r.seq
      WHERE r.collector = $1 AND r.source = $2 AND r.pos = $3 AND r.seq BETWEEN $4 AND $5 ORDER BY r.seq LIMIT 1
      """
    }
    @Sendable func batch(_ row: PostgresRow) throws -> LineTrace.Batch {
      LineTrace.Batch(
        tenant: source.tenant, collector: source.collector, collectorName: source.collectorName,
        sequence: try row[0].int64(), received: RecordTime(postgresMicroseconds: try row[2].timestamptz()),
        source: source.record.id)
    }
    return try await session.perform { connection in
      if let row = try connection.execute(sql("r.ts, r.ts_ns, r.tool, r.status", "records"), parameters).first {
        let time = RecordTime(
          postgresMicroseconds: try row[3].timestamptz(), nanosecondRemainder: try row[4].int16())
        let id = RecordID(collector: source.collector, sequence: try row[0].int64(), index: try row[1].int32())
        let outcome = LineTrace.Outcome.record(
          id: "\(id)", time: time, tool: try row[5].string(), status: try row[6].present?.string())
        return (outcome, try batch(row))
      }
      guard let row = try connection.execute(sql("r.reason", "rejected"), parameters).first else { return nil }
      let id = "\(source.collector)-\(try row[0].int64())-r\(try row[1].int32())"
      return (.rejected(id: id, reason: try row[3].string()), try batch(row))
    }
  }

  /// Days of a batch that have left.
  package func prunedDays(of batch: LineTrace.Batch) async throws -> [Day] {
    try await session.perform { connection in
      try connection.execute(
        """
        SELECT DISTINCT p.day FROM \(batch.tenant.sql).ledger l JOIN \(batch.tenant.sql).prunings p ON p.day = ANY(l.days)
        WHERE l.collector = $1 AND l.seq = $2 AND p.outcome = 'dropped' ORDER BY p.day
        """, [.int32(batch.collector), .int64(batch.sequence)]
      ).map { Day(postgresDays: try $0[0].date()) }
    }
  }
}
