import Postgres

/// A PostgreSQL of the bench's own, set up as the baselines were measured.
struct BenchCluster {
  let url: PostgresURL
  let session: PostgresSession
  private let server: EmbeddedServer

  private static let settings = [
    ("fsync", "on"), ("synchronous_commit", "on"), ("shared_buffers", "256MB"), ("max_wal_size", "4GB"),
  ]

  /// Makes and starts it for the time of `body`.
  static func with<T>(in directory: String, _ body: (BenchCluster) async throws -> T) async throws -> T {
    let cluster = try await start(in: directory)
    do {
      let value = try await body(cluster)
      try await cluster.stop()
      return value
    } catch {
      try? await cluster.stop()
      throw error
    }
  }

  /// The second start is for `shared_buffers`.
  private static func start(in directory: String) async throws -> BenchCluster {
    let server = EmbeddedServer(directory: directory)
    do {
      let first = try await server.start()
      let session = session(first)
      try await session.perform { connection in
        for (name, value) in settings { try connection.executeScript("ALTER SYSTEM SET \(name) = '\(value)'") }
      }
      await session.close()
      try await server.stop()
      let url = try await server.start()
      let cluster = BenchCluster(url: url, session: Self.session(url), server: server)
      try await cluster.checkSettings()
      return cluster
    } catch {
      try? await server.stop()
      throw error
    }
  }

  /// A figure under other settings would be compared with the wrong ones.
  private func checkSettings() async throws {
    try await session.perform { connection in
      for (name, value) in Self.settings {
        let found = try connection.execute("SELECT current_setting($1)", [.text(name)]).only()[0].string()
        guard found == value else { throw BenchError("PostgreSQL runs with \(name) = \(found), not \(value).") }
      }
    }
  }

  func stop() async throws {
    await session.close()
    try await server.stop()
  }

  private static func session(_ url: PostgresURL) -> PostgresSession {
    var limits = PostgresLimits()
    limits.statementDeadline = .seconds(1800)
    return PostgresSession(url: url, applicationName: "audittail-bench", limits: limits)
  }

  /// The same for another program: only the socket's directory matters, there is no password.
  var text: String {
    let host = url.hosts.first
    return
      "postgres://\(EmbeddedServer.user)@/\(EmbeddedServer.database)?host=\(host?.name ?? "")&port=\(host?.port ?? 0)"
  }

  /// What was written before must not be written out while something is timed.
  func settle() async throws {
    try await session.perform { connection in
      try connection.executeScript("VACUUM (ANALYZE)")
      try connection.executeScript("CHECKPOINT")
    }
  }
}
