/// One connection on one thread: the only way to a `PostgresConnection`.
///
/// It connects when it is first used, and again on the next use after the connection was lost; it never repeats a
/// statement by itself, because only the caller knows what a repetition would do. Work is done in order of arrival,
/// also for a cancelled task: a batch in hand is finished, bounded by the deadlines of its statements.
package actor PostgresSession {
  nonisolated private let executor: ThreadExecutor
  private let url: PostgresURL
  private let applicationName: String
  private let limits: PostgresLimits
  private var connection: PostgresConnection?
  private var isClosed = false

  /// Starts nothing. `applicationName` shows in pg_stat_activity unless the URL names another.
  package init(url: PostgresURL, applicationName: String, limits: PostgresLimits = PostgresLimits()) {
    self.url = url
    self.applicationName = applicationName
    self.limits = limits
    executor = ThreadExecutor(name: "pg:\(applicationName)")
  }

  deinit {
    executor.stop()
  }

  /// A session of its own with the same database.
  package nonisolated func another() -> PostgresSession {
    PostgresSession(url: url, applicationName: applicationName, limits: limits)
  }

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Runs `body` with the connection, on the session's thread. A transaction that `body` leaves open is rolled back,
  /// and is an error (`unexpectedResult`) when `body` did not throw one.
  @discardableResult
  package func perform<T: Sendable>(_ body: @Sendable (PostgresConnection) throws -> T) async throws -> T {
    let connection = try ready()
    defer { if !connection.isOpen { self.connection = nil } }
    do {
      let value = try body(connection)
      guard !connection.isInTransaction else {
        throw PostgresError(.unexpectedResult, .commit, "a transaction was left open, and is rolled back")
      }
      return value
    } catch {
      if let state = (error as? PostgresError)?.sqlState, state.endsConnection { connection.close() }
      connection.settle()
      throw error
    }
  }

  /// Runs one statement in a transaction of its own and returns how many rows it changed.
  @discardableResult
  package func execute(_ sql: String, _ parameters: [PostgresValue] = []) async throws -> Int {
    try await perform { try $0.execute(sql, parameters).affected }
  }

  /// Closes the connection and lets the thread end. Later calls of `perform` throw `sessionClosed`.
  package func close() {
    isClosed = true
    connection?.close()
    connection = nil
    executor.stop()
  }

  private func ready() throws(PostgresError) -> PostgresConnection {
    if isClosed { throw PostgresError(.sessionClosed, .connect, "the session was closed") }
    if let connection, connection.isOpen, !connection.hasHungUp() { return connection }
    connection = nil
    let fresh = try PostgresConnection(opening: url, applicationName: applicationName, limits: limits)
    connection = fresh
    return fresh
  }
}
