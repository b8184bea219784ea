package import AuditModel
package import Postgres

extension Store {
  /// Runs `body` in a transaction that commits only while no newer leader has touched this tenant.
  ///
  /// The first statement reads the tenant's epoch FOR SHARE. A newer epoch ends the transaction before it began; an older one
  /// is brought up to ours, which waits for the old leader's transactions to end. So at any time the work of one leader only
  /// is committed to a schema, whatever a stopped or cut-off one still believes.
  /// - Throws: `LeadershipLost`, and what `body` throws.
  package func fenced<T: Sendable>(
    _ epoch: LeaderEpoch, _ tenant: TenantID, _ body: @Sendable (PostgresConnection) throws -> T
  ) async throws -> T {
    try await session.perform { connection in
      try connection.transaction { connection in
        try Self.enter(epoch, tenant, connection)
        return try body(connection)
      }
    }
  }

  /// A leader that was stopped in the middle must not keep the next one waiting, and a tenant whose tables are locked must not hold up
  /// those that come after it.
  private static let limits = "SET LOCAL idle_in_transaction_session_timeout = '5s'; SET LOCAL lock_timeout = '2s'"

  /// Passes the fence in a transaction that is open.
  static func enter(_ epoch: LeaderEpoch, _ tenant: TenantID, _ connection: PostgresConnection) throws {
    try connection.executeScript(limits)
    // An older one is raised before the row is shared: two duties that each shared it first would wait for each other.
    try connection.execute(
      "UPDATE \(tenant.sql).analyzer_epoch SET epoch = $1 WHERE epoch < $1", [.int64(epoch.value)])
    let found = LeaderEpoch(
      try connection.execute("SELECT epoch FROM \(tenant.sql).analyzer_epoch FOR SHARE").only()[0].int64())
    guard found == epoch else { throw LeadershipLost() }
  }

  /// Runs `body` in a transaction on the installation's own tables, while no newer leader has begun.
  package func fenced<T: Sendable>(
    _ epoch: LeaderEpoch, _ body: @Sendable (PostgresConnection) throws -> T
  ) async throws -> T {
    try await session.perform { connection in
      try connection.transaction { connection in
        try connection.executeScript(Self.limits)
        let rows = try connection.execute(
          "SELECT FROM audittail.leader WHERE epoch = $1 FOR SHARE", [.int64(epoch.value)])
        guard rows.count == 1 else { throw LeadershipLost() }
        return try body(connection)
      }
    }
  }

  /// Tells the leader's duty that there is something to do; it looks by itself a little later anyway.
  package func wake(_ duty: String) async throws {
    try await session.execute("SELECT pg_notify('\(LeaderLock.channel)', $1)", [.text(duty)])
  }
}
