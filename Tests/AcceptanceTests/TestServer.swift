import Postgres

/// A PostgreSQL of a test's own on a Unix socket.
struct TestServer: Sendable {
  let embedded: EmbeddedServer
  let socketDirectory: String
  /// Where the cluster is, links resolved.
  let location: String

  static func start(_ name: String) async throws -> TestServer {
    let embedded = EmbeddedServer(directory: TestDirectory.make(name) + "/postgres")
    let url = try await embedded.start()
    return TestServer(
      embedded: embedded, socketDirectory: url.hosts[0].name, location: await embedded.location ?? "")
  }

  /// Runs `body` with a server, and stops the server, whatever comes.
  static func with<T: Sendable>(_ name: String, _ body: @Sendable (TestServer) async throws -> T) async throws -> T {
    let server = try await start(name)
    do {
      let value = try await body(server)
      try await server.embedded.stop()
      return value
    } catch {
      try? await server.embedded.stop()
      throw error
    }
  }

  /// The one that is shared by tests that do it no harm; the janitor stops it.
  static func shared() async throws -> TestServer { try await Shared.instance.server() }

  private actor Shared {
    static let instance = Shared()
    private var starting: Task<TestServer, any Error>?

    func server() async throws -> TestServer {
      if let starting { return try await starting.value }
      let task = Task { try await TestServer.start("shared") }
      starting = task
      return try await task.value
    }
  }

  /// As `--database` takes it.
  func url(_ database: String, user: String = EmbeddedServer.user, host: String? = nil) -> String {
    Self.url(database, user: user, host: host ?? socketDirectory)
  }

  static func url(_ database: String, user: String = EmbeddedServer.user, host: String) -> String {
    "postgresql://\(user)@/\(database)?host=\(host)&port=5432&sslmode=disable"
  }

  /// Hands a session to `body` and closes it.
  func withSession<T: Sendable>(
    _ database: String, user: String = EmbeddedServer.user, _ body: @Sendable (PostgresSession) async throws -> T
  ) async throws -> T {
    try await Self.withSession(url(database, user: user), body)
  }

  static func withSession<T: Sendable>(
    _ url: String, _ body: @Sendable (PostgresSession) async throws -> T
  ) async throws -> T {
    let session = PostgresSession(url: try PostgresURL(url), applicationName: "acceptance")
    do {
      let value = try await body(session)
      await session.close()
      return value
    } catch {
      await session.close()
      throw error
    }
  }

  /// Runs statements as the superuser, in one transaction.
  func script(_ database: String, _ sql: String) async throws {
    try await withSession(database) { session in
      try await session.perform { try $0.executeScript(sql, within: .seconds(60)) }
    }
  }

  /// Makes an empty database, or a copy of one.
  func makeDatabase(_ name: String, copying template: String = "template1") async throws {
    try await script("postgres", "CREATE DATABASE \(name) TEMPLATE \(template)")
  }

  /// One whole number.
  func number(_ database: String, _ sql: String) async throws -> Int { try await Self.number(url(database), sql) }

  static func number(_ url: String, _ sql: String) async throws -> Int {
    try await withSession(url) { session in
      try await session.perform { Int(try $0.execute(sql).only()[0].int64()) }
    }
  }
}
