/// How a transaction sees others, and what it may do.
package enum TransactionMode: Sendable {
  /// PostgreSQL's default: each statement sees what was committed before it began.
  case readCommitted
  /// One unchanging view for all statements, reading only; for reports and exports.
  case snapshot
  /// As if transactions ran one after another; may fail with 40001 and be repeated.
  case serializable

  fileprivate var statement: String {
    switch self {
    case .readCommitted: "BEGIN"
    case .snapshot: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    case .serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE"
    }
  }
}

extension PostgresConnection {
  /// Runs `body` in a transaction: commits when it returns, rolls back when it throws. If the error has
  /// `outcomeUnknown`, COMMIT was sent and its answer did not come.
  @discardableResult
  package func transaction<T>(
    _ mode: TransactionMode = .readCommitted, _ body: (PostgresConnection) throws -> T
  ) throws -> T {
    try begin(mode)
    let value: T
    do {
      value = try body(self)
    } catch {
      settle()
      throw error
    }
    try commit()
    return value
  }

  package func begin(_ mode: TransactionMode = .readCommitted) throws(PostgresError) {
    precondition(!isInTransaction, "A transaction is already open on this connection.")
    _ = try command(mode.statement, attempt(.begin, within: nil))
  }

  /// Returns when the server said that the transaction is committed. A transaction in which a statement had failed
  /// cannot commit: the server rolls it back, and this throws `unexpectedResult`.
  package func commit() throws(PostgresError) {
    let rows = try command("COMMIT", attempt(.commit, within: limits.commitDeadline))
    guard rows.commandTag == "COMMIT" else {
      throw PostgresError(
        .unexpectedResult, .commit, "the transaction had failed before, so the server rolled it back")
    }
  }

  package func rollback() throws(PostgresError) {
    _ = try command("ROLLBACK", attempt(.rollback, within: nil))
  }

  /// Leaves no transaction open: rolls back, or closes the connection when even that fails.
  func settle() {
    guard isInTransaction else { return }
    do {
      try rollback()
    } catch {
      close()
    }
  }
}
