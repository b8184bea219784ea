import AuditModel
import Postgres

/// The records of a tenant as their binary COPY tuples, batch by batch as the ledger has them.
struct StoredBatches: Sendable {
  struct Batch: Sendable {
    let rows: Int
    let tuples: [UInt8]
    /// Where each tuple ends.
    let ends: [Int]
  }

  private(set) var batches: [Batch] = []
  private(set) var days: [Day] = []

  var rows: Int { batches.reduce(0) { $0 + $1.rows } }
  var bytes: Int { batches.reduce(0) { $0 + $1.tuples.count } }

  static let columns = RecordLayout.columns.joined(separator: ", ")

  static func read(_ tenant: BenchTenant, _ session: PostgresSession) async throws -> StoredBatches {
    try await session.perform { connection in
      var stored = StoredBatches()
      let schema = tenant.tenant.schemaName
      let sizes = try ledgerSizes(schema, connection)
      var tuples: [UInt8] = []
      var rows = 0
      var ends: [Int] = []
      var size = sizes.makeIterator()
      var wanted = size.next() ?? 0
      var seen: Set<Day> = []
      try connection.copyOut(
        "COPY (SELECT \(columns) FROM \(schema).records ORDER BY collector, seq, idx) TO STDOUT (FORMAT binary)"
      ) { tuple in
        tuples.append(span: tuple)
        rows += 1
        ends.append(tuples.count)
        seen.insert(tuple.tupleDay)
        if rows == wanted {
          stored.batches.append(Batch(rows: rows, tuples: tuples, ends: ends))
          tuples = []
          ends = []
          rows = 0
          wanted = size.next() ?? 0
        }
      }
      guard rows == 0, stored.batches.count == sizes.count else {
        throw BenchError("The ledger of \(schema) does not have the batches that the records have.")
      }
      stored.days = seen.sorted()
      return stored
    }
  }

  /// Records of each batch that has any, in the chain's order.
  private static func ledgerSizes(_ schema: String, _ connection: PostgresConnection) throws -> [Int] {
    let rows = try connection.execute("SELECT day_records FROM \(schema).ledger ORDER BY collector, seq")
    return try rows.map { try $0[0].int32Array().reduce(0) { $0 + Int($1) } }.filter { $0 > 0 }
  }

  /// The floor: the same tuples in transactions of the same sizes, and nothing else.
  func load(into tenant: BenchTenant, _ session: PostgresSession) async throws {
    try await session.perform { connection in
      let sql = "COPY \(tenant.tenant.schemaName).records (\(Self.columns)) FROM STDIN (FORMAT binary)"
      for batch in batches {
        let stored = try connection.transaction { try $0.copyIn(sql, batch.tuples) }
        guard stored == batch.rows else { throw BenchError("PostgreSQL took \(stored) of \(batch.rows) rows.") }
      }
    }
  }
}
