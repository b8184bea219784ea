import AuditModel
import Postgres

/// A tenant that exists for one measurement.
struct BenchTenant: Sendable {
  let tenant: TenantID

  init(_ name: String) throws {
    guard let tenant = TenantID(name) else { throw BenchError("\(name) is no tenant's name.") }
    self.tenant = tenant
  }

  /// Made as audittail makes one, so with the same indexes and triggers, and the partitions of the days.
  func create(_ days: [Day], _ session: PostgresSession) async throws {
    try await session.perform { connection in
      try connection.execute("SELECT audittail.create_tenant($1, $2)", [.text(tenant.name), .text(tenant.schemaName)])
      for day in days {
        try connection.execute(
          "SELECT audittail.ensure_day($1, $2)", [.text(tenant.schemaName), .date(daysSince2000: day.postgresDays)])
      }
    }
  }

  /// Takes everything away, also of an earlier run; a tenant that is not there is fine.
  func drop(_ session: PostgresSession) async throws {
    try await session.perform { connection in
      try connection.executeScript("DROP SCHEMA IF EXISTS \(tenant.schemaName) CASCADE")
      let isInstalled = try connection.execute("SELECT to_regclass('audittail.tenants') IS NOT NULL").only()[0].bool()
      guard isInstalled else { return }
      try connection.execute("DELETE FROM audittail.tenants WHERE tenant = $1", [.text(tenant.name)])
    }
  }

  func recordCount(_ session: PostgresSession) async throws -> Int {
    try await session.perform { connection in
      Int(try connection.execute("SELECT count(*) FROM \(tenant.schemaName).records").only()[0].int64())
    }
  }
}
