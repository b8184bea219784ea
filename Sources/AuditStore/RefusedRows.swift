import AuditModel
import AuditRedact
import Postgres

/// Finds the rows of a batch that PostgreSQL does not take, by halving: each try is rolled back.
enum RefusedRows {
  /// - Returns: the index of each refused row and its SQLSTATE.
  static func find(in batch: RecordBatch, _ connection: PostgresConnection) throws -> [Int: String] {
    var refused: [Int: String] = [:]
    let target = "\(batch.tenant.sql).records (\(RecordLayout.columns.joined(separator: ",")))"
    func search(_ range: Range<Int>) throws {
      if range.isEmpty { return }
      guard let state = try refusal(of: batch.records.value.filter(range.contains), target, connection) else { return }
      if range.count == 1 {
        refused[range.lowerBound] = state.code
        return
      }
      let middle = range.lowerBound + range.count / 2
      try search(range.lowerBound..<middle)
      try search(middle..<range.upperBound)
    }
    try search(0..<batch.records.value.count)
    return refused
  }

  private struct Undo: Error {}

  private static func refusal(
    of rows: EncodedRows, _ target: String, _ connection: PostgresConnection
  ) throws -> SQLState? {
    do {
      try connection.transaction { connection in
        try Store.copy(target, rows, connection)
        throw Undo()
      }
      return nil
    } catch is Undo {
      return nil
    } catch let error as PostgresError where error.isDataError {
      return error.sqlState
    }
  }
}
