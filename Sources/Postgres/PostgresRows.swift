import CLibPQ

/// The answer to a statement, complete in memory: its rows, and how many rows the statement changed.
///
/// Owns libpq's result and frees it. Like the connection it stays inside `PostgresSession.perform`, from which the
/// values are taken out.
package final class PostgresRows {
  let result: OpaquePointer

  /// Takes ownership.
  init(owning result: OpaquePointer) {
    self.result = result
  }

  deinit {
    PQclear(result)
  }

  var status: ExecStatusType { PQresultStatus(result) }

  /// The names of the columns, in order.
  package var columns: [String] {
    (0..<PQnfields(result)).map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
  }

  /// How many rows the command inserted, updated, deleted, copied or selected; 0 for other commands.
  package var affected: Int {
    Int(String(cString: PQcmdTuples(result))) ?? 0
  }

  /// The command tag, for example "COMMIT" or "INSERT 0 5".
  var commandTag: String { String(cString: PQcmdStatus(result)) }

  /// The only row of the answer; throws `unexpectedResult` when there is none or more than one.
  package func only() throws(PostgresError) -> PostgresRow {
    guard count == 1 else { throw PostgresError(.unexpectedResult, .decode, "expected one row, got \(count)") }
    return self[0]
  }

  func errorField(_ field: UInt8) -> String? {
    PQresultErrorField(result, Int32(field)).map { String(cString: $0) }
  }
}

extension PostgresRows: RandomAccessCollection {
  package var startIndex: Int { 0 }
  package var endIndex: Int { Int(PQntuples(result)) }

  package subscript(position: Int) -> PostgresRow {
    precondition(indices.contains(position), "Row \(position) is out of range.")
    return PostgresRow(rows: self, index: Int32(position))
  }
}

/// One row of an answer; keeps the answer alive.
package struct PostgresRow {
  let rows: PostgresRows
  let index: Int32

  /// The number of columns.
  package var count: Int { Int(PQnfields(rows.result)) }

  /// A column by its place, from 0. A place that does not exist throws when the field is read.
  package subscript(column: Int) -> PostgresField {
    PostgresField(
      rows: rows, row: index, column: (0..<count).contains(column) ? Int32(column) : nil, label: "\(column)")
  }

  /// A column by its name. A name that does not exist throws when the field is read.
  package subscript(name: String) -> PostgresField {
    let found = (0..<PQnfields(rows.result)).first { column in
      PQfname(rows.result, column).map { name == String(cString: $0) } ?? false
    }
    return PostgresField(rows: rows, row: index, column: found, label: name)
  }
}
