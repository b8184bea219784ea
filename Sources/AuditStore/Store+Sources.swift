package import AuditModel
import Postgres

/// Where a collector left off in one tenant.
package struct TenantHead: Sendable, Hashable {
  package var sequence: Int64
  package var hash: Digest
  package var lastSource: SourceID
}

/// A source that an earlier run had read, and how far.
package struct KnownSource: Sendable, Hashable {
  package let record: SourceRecord
  package let position: SourcePosition
  package let pending: [PendingLine]
  /// `SourceSpan.lastBlock` of its last position; nil for one that was stored before there were any.
  package let lastBlock: Int64?
  /// Bytes before `position` that were lost unread; 0 where the source was read to `position`.
  package let gapBytes: Int64
  /// The last batch that brought bytes of it; what only tells of a loss is no reading, unless there is nothing else.
  package let sequence: Int64

  package init(
    record: SourceRecord, position: SourcePosition, pending: [PendingLine], lastBlock: Int64?, gapBytes: Int64,
    sequence: Int64
  ) {
    (self.record, self.position, self.pending) = (record, position, pending)
    (self.lastBlock, self.gapBytes, self.sequence) = (lastBlock, gapBytes, sequence)
  }

  /// Whether it was read before another one: by its batch and, in one batch, by its number.
  package static func isOlder(_ left: KnownSource, _ right: KnownSource) -> Bool {
    (left.sequence, left.record.id) < (right.sequence, right.record.id)
  }
}

extension Store {
  /// The collector's number; a new name gets a new one.
  package func register(collector name: String) async throws -> Int32 {
    try await session.perform { connection in
      let find = "SELECT collector FROM audittail.collectors WHERE name = $1"
      if let row = try connection.execute(find, [.text(name)]).first { return try row[0].int32() }
      try connection.execute(
        "INSERT INTO audittail.collectors (name, first_seen) VALUES ($1, clock_timestamp()) ON CONFLICT (name) DO NOTHING",
        [.text(name)])
      return try connection.execute(find, [.text(name)]).only()[0].int32()
    }
  }

  /// Makes the tenant's schema where it is not there, and tells where the collector left off in it.
  package func open(tenant: TenantID, collector: Int32) async throws -> TenantHead {
    try await session.perform { connection in
      let isThere =
        try connection.execute(
          "SELECT FROM audittail.tenants WHERE tenant = $1", [.text(tenant.name)]
        ).count > 0
      if !isThere {
        try connection.execute(
          "SELECT audittail.create_tenant($1, $2)", [.text(tenant.name), .text(tenant.schemaName)])
      }
      let last = try connection.execute(
        "SELECT seq, hash FROM \(tenant.sql).ledger WHERE collector = $1 ORDER BY seq DESC LIMIT 1", [.int32(collector)]
      )
      let source = try connection.execute(
        "SELECT coalesce(max(source), 0) FROM \(tenant.sql).sources WHERE collector = $1", [.int32(collector)]
      ).only()[0].int32()
      guard let row = last.first else {
        return TenantHead(sequence: 0, hash: .zero, lastSource: SourceID(source))
      }
      return TenantHead(sequence: try row[0].int64(), hash: try row.digest(1), lastSource: SourceID(source))
    }
  }

  /// The sources of this collector whose file had this inode, the one that was read last first. Whether one of them is the same file, its
  /// birth and its content tell.
  package func sources(of tenant: TenantID, collector: Int32, inode: Int64) async throws -> [KnownSource] {
    try await sources(of: tenant, where: "s.collector = $1 AND s.inode = $2", [.int32(collector), .int64(inode)])
  }

  /// How many of a lineage's sources are looked at: a runtime keeps fewer files.
  private static let lineageSourcesMax = 64

  /// The newest sources of this collector that were found under a lineage's path or with a rotation's suffix, the one that
  /// was read last first.
  package func sources(of tenant: TenantID, collector: Int32, lineage path: String) async throws -> [KnownSource] {
    // A suffix begins with `-` or `.`; `/` is the character after them, so this is a range of the index.
    try await sources(
      of: tenant, where: "s.collector = $1 AND s.path COLLATE \"C\" >= $2 AND s.path COLLATE \"C\" < $3",
      [.int32(collector), .text(path), .text(path + "/")])
  }

  private func sources(
    of tenant: TenantID, where condition: String, _ values: [PostgresValue]
  ) async throws -> [KnownSource] {
    try await session.perform { connection in
      let rows = try connection.execute(
        """
        SELECT s.source, s.path, s.device, s.inode, s.birth, s.fingerprint, s.fingerprint_bytes,
          p.pos_to, p.pending_streams, p.pending_sources, p.pending_offsets, p.last_block, coalesce(p.gap_bytes, 0),
          coalesce((
            SELECT q.seq FROM \(tenant.sql).positions q
            WHERE q.collector = s.collector AND q.source = s.source AND q.pos_to - q.pos_from > coalesce(q.gap_bytes, 0)
            ORDER BY q.seq DESC LIMIT 1), p.seq)
        FROM \(tenant.sql).sources s CROSS JOIN LATERAL (
          SELECT p.* FROM \(tenant.sql).positions p JOIN \(tenant.sql).ledger l ON l.collector = p.collector AND l.seq = p.seq
          WHERE p.collector = s.collector AND p.source = s.source ORDER BY p.seq DESC LIMIT 1
        ) p
        WHERE \(condition) AND s.inode IS NOT NULL ORDER BY s.source DESC LIMIT \(Self.lineageSourcesMax)
        """, values)
      return try rows.map { row in
        let length = try row[6].present?.int32() ?? 0
        let fingerprint = try row[5].present?.int64()
        let identity = FileIdentity(device: try row[2].int64(), inode: try row[3].int64(), birth: try row[4].int64())
        return KnownSource(
          record: SourceRecord(
            id: SourceID(try row[0].int32()), path: try row[1].string(), identity: identity,
            fingerprint: fingerprint.map { Fingerprint(length: length, digest: $0) }),
          position: SourcePosition(try row[7].int64()), pending: try row.pendingLines(8),
          lastBlock: try row[11].present?.int64(), gapBytes: try row[12].int64(), sequence: try row[13].int64())
      }.sorted { KnownSource.isOlder($1, $0) }
    }
  }
}

extension PostgresRow {
  /// A bytea that holds a SHA-256 digest.
  func digest(_ column: Int) throws -> Digest {
    guard let digest = Digest(bytes: try self[column].bytes()) else { throw StoredValueError.digest }
    return digest
  }

  /// Three arrays of one length from `column` on: streams, sources, offsets.
  func pendingLines(_ column: Int) throws -> [PendingLine] {
    let streams = try self[column].int16Array()
    let sources = try self[column + 1].int32Array()
    let offsets = try self[column + 2].int64Array()
    guard streams.count == sources.count, sources.count == offsets.count else { throw StoredValueError.pending }
    return try zip(streams, zip(sources, offsets)).map { code, place in
      guard let pending = PendingLine(code: code, source: SourceID(place.0), offset: place.1) else {
        throw StoredValueError.pending
      }
      return pending
    }
  }
}

/// A value in our own tables that we could not have written.
enum StoredValueError: String, Error, CustomStringConvertible {
  case digest = "a digest in the ledger has not 32 bytes"
  case pending = "a position's pending lines do not fit together"
  case layout = "a ledger row's arrays do not fit together"
  var description: String { "The stored audit trail is damaged: \(rawValue). Run `audittail verify`." }
}
