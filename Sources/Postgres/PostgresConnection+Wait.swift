import CLibPQ
import Glibc

/// One statement on its way: what to name in an error, how long to wait, and what its loss would leave open.
struct Attempt {
  let operation: PostgresError.Operation
  var deadline: Deadline
  /// Whether the statement takes effect by itself: COMMIT, or anything outside a transaction.
  let mayCommit: Bool

  /// The same statement with its full time again; for answers that stream.
  mutating func restart() {
    deadline = Deadline(after: deadline.duration)
  }
}

extension PostgresConnection {
  func attempt(_ operation: PostgresError.Operation, within duration: Duration?) -> Attempt {
    Attempt(
      operation: operation, deadline: Deadline(after: duration ?? limits.statementDeadline),
      mayCommit: operation == .commit || !isInTransaction)
  }

  /// libpq's handle, or `connectionLost` when an earlier error closed it.
  func opened(_ attempt: Attempt) throws(PostgresError) -> OpaquePointer {
    guard let handle, PQstatus(handle) == CONNECTION_OK else {
      throw PostgresError(.connectionLost, attempt.operation, "the connection is closed")
    }
    return handle
  }

  /// Waits until the socket is ready for one of the events and reads what has arrived. Returns the ready events.
  @discardableResult
  func wait(for events: Int32, _ attempt: Attempt) throws(PostgresError) -> Int32 {
    guard let handle else { throw lost(attempt) }
    var descriptor = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
    while true {
      let ready = poll(&descriptor, 1, attempt.deadline.pollMilliseconds)
      if ready > 0 { break }
      if ready == 0, attempt.deadline.hasPassed { throw expired(attempt) }
      if ready < 0, errno != EINTR { throw lost(attempt) }
    }
    let isReadable = Int32(descriptor.revents) & ~POLLOUT != 0
    if isReadable, PQconsumeInput(handle) == 0 { throw lost(attempt) }
    return Int32(descriptor.revents)
  }

  /// Sends what libpq has buffered. Reads meanwhile, since a server that is blocked on its own output reads nothing.
  func flush(_ attempt: Attempt) throws(PostgresError) {
    while true {
      guard let handle else { throw lost(attempt) }
      switch PQflush(handle) {
      case 0: return
      case 1: try wait(for: POLLIN | POLLOUT, attempt)
      default: throw lost(attempt)
      }
    }
  }

  /// The next result of the statement, or nil when it is finished. A server that ends the connection says why first:
  /// after such a failure the loss of the connection is no news, and the failure is what is thrown.
  func nextResult(_ attempt: Attempt, after failure: PostgresError? = nil) throws(PostgresError) -> PostgresRows? {
    guard let handle else { throw failure ?? lost(attempt) }
    do {
      while PQisBusy(handle) == 1 { try wait(for: POLLIN, attempt) }
    } catch {
      throw failure ?? error
    }
    return PQgetResult(handle).map(PostgresRows.init(owning:))
  }

  /// Reads the statement to its end. Returns the last result; throws the first error.
  func finish(_ attempt: Attempt) throws(PostgresError) -> PostgresRows {
    var last: PostgresRows?
    var failure: PostgresError?
    while let rows = try nextResult(attempt, after: failure) {
      switch rows.status {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: last = rows
      case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
        close()
        throw PostgresError(.unexpectedResult, attempt.operation, "the statement is a COPY")
      default: failure = failure ?? serverError(rows, attempt)
      }
    }
    if let failure { throw failure }
    guard let last else { throw lost(attempt) }
    return last
  }

  func serverError(_ rows: PostgresRows, _ attempt: Attempt) -> PostgresError {
    guard let state = rows.errorField(UInt8(ascii: "C")).flatMap(SQLState.init) else { return lost(attempt) }
    let primary = rows.errorField(UInt8(ascii: "M")) ?? "no message"
    return PostgresError(
      .server(state), attempt.operation, PostgresError.printable(primary, for: state),
      outcomeUnknown: attempt.mayCommit && state.leavesCommitOpen)
  }

  /// The connection broke. When the server said why before it hung up, that is the error.
  func lost(_ attempt: Attempt) -> PostgresError {
    defer { close() }
    if let handle, PQstatus(handle) == CONNECTION_BAD, let result = PQgetResult(handle) {
      let rows = PostgresRows(owning: result)
      if rows.errorField(UInt8(ascii: "C")) != nil { return serverError(rows, attempt) }
    }
    return PostgresError(
      .connectionLost, attempt.operation, "the connection to the server broke", outcomeUnknown: attempt.mayCommit)
  }

  /// The deadline passed: asks the server to stop, then closes the connection, which is out of step with it now.
  private func expired(_ attempt: Attempt) -> PostgresError {
    if let handle { CancelRequest.send(for: handle, within: limits.cancelDeadline) }
    close()
    return PostgresError(
      .deadlineExceeded(attempt.deadline.duration), attempt.operation,
      "no answer within \(attempt.deadline.duration)", outcomeUnknown: attempt.mayCommit)
  }
}

extension PostgresConnection {
  /// Whether the server went away while the connection was idle; a look without waiting. It spares the caller an
  /// error after each restart of the server.
  func hasHungUp() -> Bool {
    guard let handle else { return true }
    var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, 0) > 0 else { return false }
    // The first read may give only the server's farewell, the second one then finds the end.
    let isAlive = PQconsumeInput(handle) == 1 && PQisBusy(handle) == 0 && PQconsumeInput(handle) == 1
    return !isAlive || PQstatus(handle) != CONNECTION_OK
  }
}
