import AuditConfig
import AuditStore
import Glibc
import Logging
import Postgres

/// Opens the store that the configuration means, for the time of `body`.
///
/// - Parameters:
///   - migrate: whether the tables are made or brought up to date first.
///   - creates: whether a private PostgreSQL is made where there is none. Who only looks makes nothing.
///   - joins: whether the private PostgreSQL of another running audittail will do; a role that reads log files wants its own.
///
/// With a database URL that one. Without, the private PostgreSQL of the data directory: one that another audittail runs is joined, one
/// that stands still is started, and stopped again at the end.
func withStore<T: Sendable>(
  _ configuration: Configuration, logger: Logger, migrate: Bool = false, creates: Bool = false, joins: Bool = true,
  _ body: @Sendable (Store, EmbeddedServer?) async throws -> T
) async throws -> T {
  var limits = PostgresLimits()
  limits.connectTimeout = configuration.postgres.connectTimeout
  limits.statementDeadline = configuration.postgres.statementTimeout
  if let database = configuration.database {
    return try await withStore(try PostgresURL(database.secretText), limits, migrate, nil, body)
  }
  let directory = absolutePath(configuration.dataDirectory) + "/postgres"
  guard creates || EmbeddedServer.isThere(directory: directory) else {
    throw CommandFailure(
      .configuration,
      "There is no database in \(absolutePath(configuration.dataDirectory)), and this command makes none. "
        + "Name the place with --data-dir or a PostgreSQL with --database; `audittail run` makes one."
    )
  }
  var options = EmbeddedServer.Options()
  options.binaries = configuration.postgres.serverBinaries
  let server = EmbeddedServer(directory: directory, options: options, logger: logger)
  // Whoever has the directory owns the server, also one that a killed audittail left behind; others join it.
  guard let url = joins ? try await start(server) : try await server.start() else {
    return try await withStore(try await joinedURL(directory), limits, migrate, nil, body)
  }
  if await server.isRelocated, let place = await server.location {
    logger.notice(
      "The database's user cannot reach the data directory; the database is elsewhere.", metadata: ["place": "\(place)"]
    )
  }
  do {
    let value = try await withStore(url, limits, true, server, body)
    try await server.stop()
    return value
  } catch {
    try? await server.stop()
    throw error
  }
}

/// - Returns: nil where another process has the directory.
private func start(_ server: EmbeddedServer) async throws -> PostgresURL? {
  do {
    return try await server.start()
  } catch let error as EmbeddedServerError where error.kind == .inUse {
    return nil
  }
}

/// Where the server of another audittail listens; it may be starting at this moment.
private func joinedURL(_ directory: String) async throws -> PostgresURL {
  for _ in 0..<100 {
    if let url = try EmbeddedServer.runningURL(directory: directory) { return url }
    try await Task.sleep(for: .milliseconds(100))
  }
  throw CommandFailure(
    .unavailable, "Another audittail has \(directory), but its database does not answer. Wait for it, or stop it.")
}

private func withStore<T: Sendable>(
  _ url: PostgresURL, _ limits: PostgresLimits, _ migrate: Bool, _ server: EmbeddedServer?,
  _ body: @Sendable (Store, EmbeddedServer?) async throws -> T
) async throws -> T {
  let store = Store(url: url, limits: limits)
  do {
    if migrate { try await store.migrate() }
    let value = try await body(store, server)
    await store.close()
    return value
  } catch {
    await store.close()
    throw error
  }
}

/// The path from the root; it need not exist.
func absolutePath(_ path: String) -> String {
  if path.hasPrefix("/") { return path }
  guard let current = getcwd(nil, 0) else { return path }
  defer { free(current) }
  let relative = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
  return "\(String(cString: current))/\(relative)"
}

/// The name of this machine: what a collector is called unless it is given a name.
func hostName() -> String {
  var name = [CChar](repeating: 0, count: 256)
  guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
  return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
