import CLibPQ
import Glibc

extension PostgresConnection {
  /// Runs one statement with `$1`, `$2`, … and returns its whole answer. `within`: instead of `statementDeadline`.
  @discardableResult
  package func execute(
    _ sql: String, _ parameters: [PostgresValue] = [], within: Duration? = nil
  ) throws(PostgresError) -> PostgresRows {
    let attempt = attempt(.execute, within: within)
    try send(sql, parameters, attempt)
    return try finish(attempt)
  }

  /// Runs several statements separated by semicolons, as a migration file has them; their rows are discarded. Outside
  /// a transaction the server runs them in one of its own.
  package func executeScript(_ sql: String, within: Duration? = nil) throws(PostgresError) {
    _ = try command(sql, attempt(.script, within: within))
  }

  /// Runs a query and hands over its rows one by one, in flat memory however many there are. The deadline is for each
  /// wait, not for the whole: a slow reader does not count. When `row` throws, the query is cancelled.
  package func fetch(
    _ sql: String, _ parameters: [PostgresValue] = [], within: Duration? = nil,
    row body: (PostgresRow) throws -> Void
  ) throws {
    var attempt = attempt(.fetch, within: within)
    try send(sql, parameters, attempt)
    if let handle { PQsetSingleRowMode(handle) }
    var failure: PostgresError?
    while let rows = try nextResult(attempt, after: failure) {
      switch rows.status {
      case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK:
        do {
          for row in rows { try body(row) }
        } catch {
          abandon(attempt)
          throw error
        }
        attempt.restart()
      case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
      case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
        close()
        throw PostgresError(.unexpectedResult, attempt.operation, "the statement is a COPY")
      default: failure = failure ?? serverError(rows, attempt)
      }
    }
    if let failure { throw failure }
  }

  /// Runs a statement without parameters by the simple protocol.
  func command(_ sql: String, _ attempt: Attempt) throws(PostgresError) -> PostgresRows {
    try sendSimple(sql, attempt)
    return try finish(attempt)
  }

  func sendSimple(_ sql: String, _ attempt: Attempt) throws(PostgresError) {
    guard PQsendQuery(try opened(attempt), sql) == 1 else { throw refused(attempt) }
    try flush(attempt)
  }

  private func send(_ sql: String, _ parameters: [PostgresValue], _ attempt: Attempt) throws(PostgresError) {
    let handle = try opened(attempt)
    guard ParameterList(parameters).send(sql, on: handle) else { throw refused(attempt) }
    try flush(attempt)
  }

  /// Stops a statement whose answer is not wanted any more, and reads what is left of it; closes the connection if
  /// that takes too long.
  func abandon(_ attempt: Attempt) {
    guard let handle else { return }
    guard CancelRequest.send(for: handle, within: limits.cancelDeadline) else { return close() }
    let rest = Attempt(
      operation: attempt.operation, deadline: Deadline(after: limits.cancelDeadline), mayCommit: false)
    do {
      while let rows = try nextResult(rest) {
        if rows.status == PGRES_COPY_OUT { try skipCopy(rest) }
      }
    } catch {
      close()
    }
  }

  /// libpq did not take the statement: the connection is bad, or the caller used it out of turn (inside a `fetch` or
  /// a COPY), or gave it more than 65,535 parameters.
  private func refused(_ attempt: Attempt) -> PostgresError {
    guard isOpen else { return lost(attempt) }
    return PostgresError(.unexpectedResult, attempt.operation, "libpq refused the statement: it is busy, or too large")
  }
}
