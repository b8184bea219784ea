import Postgres

extension Store {
  /// Brings the database to this program's schema, where it is not there yet. Safe to call by many at once: each migration runs
  /// in one transaction under an advisory lock.
  package func migrate() async throws {
    try await session.perform { connection in
      let found = try Self.version(connection)
      if found == Migration.latest { return }
      if found > Migration.latest { throw StoreError.schemaNewer(found: found, known: Migration.latest) }
      do {
        try Self.apply(connection)
      } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
        let user = try connection.execute("SELECT current_user::text").only()[0].string()
        throw StoreError.schemaMissing(found: found, needed: Migration.latest, user: user)
      }
    }
  }

  /// The schema's version in the database: 0 where there is none.
  static func version(_ connection: PostgresConnection) throws -> Int32 {
    guard try !connection.execute("SELECT to_regclass('audittail.migrations')::text").only()[0].isNull else { return 0 }
    return try connection.execute("SELECT coalesce(max(version), 0) FROM audittail.migrations").only()[0].int32()
  }

  private static func apply(_ connection: PostgresConnection) throws {
    for migration in Migration.all {
      try connection.transaction { connection in
        try connection.execute(
          "SELECT pg_advisory_xact_lock(hashtextextended('audittail migration', 0))", within: .seconds(60))
        try connection.executeScript(
          """
          CREATE SCHEMA IF NOT EXISTS audittail;
          CREATE TABLE IF NOT EXISTS audittail.migrations (
            version int4 PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())
          """)
        let isThere =
          try connection.execute(
            "SELECT FROM audittail.migrations WHERE version = $1", [.int32(migration.version)]
          ).count > 0
        if isThere { return }
        try connection.executeScript(migration.sql)
        try connection.execute(
          "INSERT INTO audittail.migrations (version, name) VALUES ($1, $2)",
          [.int32(migration.version), .text(migration.name)])
      }
    }
  }
}
