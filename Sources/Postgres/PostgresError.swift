/// What went wrong between us and PostgreSQL, safe to print and to log.
///
/// It holds a code, the operation, the server's primary message and a hint. It never holds parameters, the server's
/// DETAIL and CONTEXT, the connection text or a password; values that PostgreSQL quotes in a primary message are cut.
package struct PostgresError: Error, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    /// The server answered with an error; the connection is usable unless the code says that it ends.
    case server(SQLState)
    /// No connection could be made.
    case connectionFailed
    /// The connection broke, or had been closed after an earlier error.
    case connectionLost
    /// The answer did not come in this time; the statement was cancelled and the connection closed.
    case deadlineExceeded(Duration)
    /// The connection text is wrong.
    case badURL
    /// An answer of another shape than the caller asked for: a type, a column, a count, an open transaction.
    case unexpectedResult
    /// The session was closed by its owner.
    case sessionClosed
  }

  package enum Operation: String, Sendable {
    case configure, connect, execute, script, fetch, decode, begin, commit, rollback
    case copyIn = "copy in"
    case copyOut = "copy out"
  }

  package let kind: Kind
  package let operation: Operation
  /// The server's primary message, or ours; without values.
  package let message: String
  /// Whether the statement may have taken effect although it failed: the answer to COMMIT, or to a statement outside
  /// a transaction, did not arrive. The caller has to look before it repeats.
  package let outcomeUnknown: Bool

  init(_ kind: Kind, _ operation: Operation, _ message: String, outcomeUnknown: Bool = false) {
    self.kind = kind
    self.operation = operation
    self.message = message
    self.outcomeUnknown = outcomeUnknown
  }

  /// The server's code, where the server answered.
  package var sqlState: SQLState? {
    if case .server(let state) = kind { state } else { nil }
  }

  /// Whether trying again later, unchanged, may succeed.
  package var isTransient: Bool {
    switch kind {
    case .server(let state): state.isTransient
    case .connectionFailed, .connectionLost, .deadlineExceeded: true
    case .badURL, .unexpectedResult, .sessionClosed: false
    }
  }

  /// Whether the values are at fault; see `SQLState.isDataError`.
  package var isDataError: Bool { sqlState?.isDataError ?? false }

  package var description: String {
    var text = "PostgreSQL \(operation.rawValue) failed"
    if let sqlState { text += " (SQLSTATE \(sqlState))" }
    text += ": \(message)"
    if let hint { text += " (\(hint))" }
    return text
  }

  /// What an operator can do about it, in a few words.
  package var hint: String? {
    switch kind {
    case .connectionFailed: "check that the server runs and that the database URL is right"
    case .connectionLost: "the next use opens a new connection"
    case .deadlineExceeded: "the server is slow or blocked; look at pg_stat_activity and pg_locks"
    case .server(let state): Self.hint(for: state)
    case .badURL, .unexpectedResult, .sessionClosed: nil
    }
  }

  private static func hint(for state: SQLState) -> String? {
    switch state {
    case .insufficientPrivilege: "the role of the database URL lacks a grant"
    case .diskFull: "the disk of the database is full"
    case .readOnlyTransaction: "this server is a standby; add target_session_attrs=read-write and all hosts to the URL"
    case .undefinedTable, .undefinedSchema: "the schema is older than this program, or another database is meant"
    default: state.classCode == "53" ? "the server is out of a resource" : nil
    }
  }
}

extension PostgresError: CustomDebugStringConvertible {
  package var debugDescription: String { description }
}
