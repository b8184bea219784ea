package import AuditModel
package import Postgres

/// The audit trail in PostgreSQL. Everything that speaks SQL is in this target; names are always qualified, and no state is left
/// on a connection, so a pooler in transaction mode may stand between.
package struct Store: Sendable {
  package let session: PostgresSession
  let days = KnownDays()

  /// Starts nothing; the session connects when it is first used.
  package init(session: PostgresSession) { self.session = session }

  package init(url: PostgresURL, limits: PostgresLimits = PostgresLimits()) {
    self.init(session: PostgresSession(url: url, applicationName: "audittail", limits: limits))
  }

  /// The same database over a connection of its own, which whoever asks for it closes.
  package func another(_ applicationName: String? = nil) -> Store {
    Store(session: session.another(applicationName: applicationName))
  }

  package func close() async { await session.close() }

  /// All tenants, by name.
  package func tenants() async throws -> [TenantID] {
    try await session.perform { connection in
      try connection.execute("SELECT tenant FROM audittail.tenants ORDER BY tenant").compactMap {
        TenantID(try $0[0].string())
      }
    }
  }
}

extension TenantID {
  /// The tenant's schema as SQL has it. The name is made of letters, digits and `_` only.
  var sql: String { "\"\(schemaName)\"" }
}

/// What the store says no to, beyond what PostgreSQL says.
package enum StoreError: Error, Sendable, CustomStringConvertible {
  /// The database was made by a newer program.
  case schemaNewer(found: Int32, known: Int32)
  /// The tables are missing or older, and this user may not make them.
  case schemaMissing(found: Int32, needed: Int32, user: String)
  /// A batch of this number is there already and it is another one, or the one before it is not there.
  case ledgerConflict(collector: Int32, sequence: Int64)
  /// PostgreSQL counted other rows than were sent; nothing was committed.
  case rowCount(table: String, sent: Int, stored: Int)
  case unknownTenant(String)
  /// The connection for the analyzers' lock leads to a pooler, on which a lock would be somebody else's a moment later.
  case poolerBeforeLock

  package var description: String {
    switch self {
    case .schemaNewer(let found, let known):
      "The database has schema version \(found), this program knows \(known). Use a newer audittail."
    case .schemaMissing(let found, let needed, let user):
      "The database has schema version \(found) and \(needed) is needed, but user \(user) may not create it. Run `audittail migrate` "
        + "once as the database's owner."
    case .ledgerConflict(let collector, let sequence):
      "Batch \(sequence) of collector \(collector) does not follow what is stored. Another collector of the same name is running "
        + "(give each its own collector.name), or the database lost its latest batches."
    case .rowCount(let table, let sent, let stored):
      "PostgreSQL took \(stored) of \(sent) rows of \(table); the batch was rolled back."
    case .unknownTenant(let name):
      "There is no tenant \(name). `audittail status` lists those there are."
    case .poolerBeforeLock:
      "The connection for the analyzers' lock leads through a pooler. Name the database's own address in analyzer.lock_database; "
        + "everything else may use the pooler."
    }
  }
}
