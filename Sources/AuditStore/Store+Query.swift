package import AuditModel
package import AuditQuery
import Postgres

extension Store {
  /// Hands over the records of one tenant that a filter names, in order, in flat memory.
  /// - Parameters:
  ///   - after: where an earlier answer ended.
  ///   - limit: how many at most; nil for all.
  ///   - body: called on the session's thread.
  package func records(
    of tenant: TenantID, _ filter: RecordFilter, after: RecordPosition? = nil, isDescending: Bool, limit: Int?,
    _ body: @Sendable (StoredRecord) throws -> Void
  ) async throws {
    var select = RecordSelect(filter, of: tenant)
    if let after { select.after(after, of: tenant, isDescending: isDescending) }
    let way = isDescending ? "DESC" : "ASC"
    let order = ["ts", "ts_ns", "collector", "seq", "idx"].map { "\($0) \(way)" }.joined(separator: ", ")
    let sql =
      "SELECT \(Self.recordColumns) FROM \(tenant.sql).records\(select.whereClause) ORDER BY \(order)"
      + (limit.map { " LIMIT \($0)" } ?? "")
    let parameters = select.parameters
    try await session.perform { connection in
      var places = RecordPlaces(tenant: tenant)
      if let limit, limit <= Self.heldMax {
        // Few: they are held, and only their own sources are looked up.
        var held: [StoredRecord] = []
        try connection.fetch(sql, parameters, within: .seconds(300)) { row in held.append(try Self.record(row, tenant))
        }
        try places.load(of: held, connection)
        for record in held { try body(places.placed(record)) }
      } else {
        try places.loadAll(connection)
        try connection.fetch(sql, parameters, within: .seconds(300)) { row in
          try body(places.placed(Self.record(row, tenant)))
        }
      }
    }
  }

  /// Records that are held in memory at most, to be handed over together.
  private static let heldMax = 2000

  /// How many records of one tenant a filter names.
  package func count(of tenant: TenantID, _ filter: RecordFilter) async throws -> Int64 {
    let select = RecordSelect(filter, of: tenant)
    return try await session.perform { connection in
      try connection.execute(
        "SELECT count(*) FROM \(tenant.sql).records\(select.whereClause)", select.parameters, within: .seconds(300)
      ).only()[0].int64()
    }
  }

  /// Hands over the rejected lines of one tenant, in order of time.
  /// - Parameters:
  ///   - filter: only its times and its text count.
  ///   - body: called on the session's thread.
  package func rejectedLines(
    of tenant: TenantID, _ filter: RecordFilter, isDescending: Bool, limit: Int?,
    _ body: @Sendable (RejectedLine) throws -> Void
  ) async throws {
    let select = RecordSelect(rejected: filter)
    let way = isDescending ? "DESC" : "ASC"
    let order = ["ts", "collector", "seq", "idx"].map { "\($0) \(way)" }.joined(separator: ", ")
    let sql =
      "SELECT ts, collector, seq, idx, reason, bytes, text, source, pos FROM \(tenant.sql).rejected\(select.whereClause)"
      + " ORDER BY \(order)" + (limit.map { " LIMIT \($0)" } ?? "")
    try await session.perform { connection in
      try connection.fetch(sql, select.parameters, within: .seconds(300)) { row in
        let id = RecordID(
          collector: try row[1].int32(), sequence: try row[2].int64(), index: try row[3].int32())
        let time = RecordTime(postgresMicroseconds: try row[0].timestamptz())
        try body(
          RejectedLine(
            position: RecordPosition(time: time, tenant: tenant, id: id), reason: try row[4].string(),
            byteCount: try row[5].int64(), text: try row[6].string(), source: SourceID(try row[7].int32()),
            offset: try row[8].int64()))
      }
    }
  }

  /// How many rejected lines of one tenant there are in the filter's times with its text.
  package func countRejected(of tenant: TenantID, _ filter: RecordFilter) async throws -> Int64 {
    let select = RecordSelect(rejected: filter)
    return try await session.perform { connection in
      try connection.execute(
        "SELECT count(*) FROM \(tenant.sql).rejected\(select.whereClause)", select.parameters, within: .seconds(300)
      ).only()[0].int64()
    }
  }

  /// Every answer to an auditor is itself audited: who asked what, and how many rows the answer had.
  package func logAccess(to tenant: TenantID, who: String, action: String, question: String, rows: Int64) async throws {
    try await session.execute(
      "INSERT INTO \(tenant.sql).access_log (at, rows, who, action, question) VALUES (clock_timestamp(), $1, $2, $3, $4::text::json)",
      [.int64(rows), .text(who), .text(action), .text(question)])
  }

  private static let recordColumns =
    "ts, ts_ns, collector, seq, idx, duration_ns, result_bytes, source, pos, dialect, "
    + TextColumn.allCases.map(\.name).joined(separator: ", ") + ", args::text, extra::text, redactions::text, marks"

  private static func record(_ row: PostgresRow, _ tenant: TenantID) throws -> StoredRecord {
    var texts: [TextColumn: String] = [:]
    for column in TextColumn.allCases {
      if let field = row[10 + column.rawValue].present { texts[column] = try field.string() }
    }
    let json = 10 + TextColumn.count
    let id = RecordID(collector: try row[2].int32(), sequence: try row[3].int64(), index: try row[4].int32())
    let time = RecordTime(postgresMicroseconds: try row[0].timestamptz(), nanosecondRemainder: try row[1].int16())
    return StoredRecord(
      position: RecordPosition(time: time, tenant: tenant, id: id), texts: texts,
      duration: try row[5].present?.int64(), resultBytes: try row[6].present?.int64(),
      args: try row[json].present?.string(), extra: try row[json + 1].present?.string(),
      redactions: try row[json + 2].present?.string(), marks: try row[json + 3].present?.textArray() ?? [],
      dialect: try row[9].int16(), source: SourceID(try row[7].int32()), offset: try row[8].int64())
  }
}
