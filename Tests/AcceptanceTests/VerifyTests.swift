import Postgres
import Testing

extension Acceptance {
  @Suite("verify and the triggers")
  struct VerifyTests {
    /// What somebody with every right did behind our back, and how verify calls it. Batch 2 of collector 1 is always the
    /// victim.
    enum Tampering: String, CaseIterable, Sendable {
      case recordChanged, recordDeleted, recordAdded, rejectedChanged, ledgerChanged, ledgerDeleted, positionsDeleted

      var sql: String {
        switch self {
        case .recordChanged: "UPDATE records SET status = 'fine' WHERE seq = 2 AND idx = 0"
        case .recordDeleted: "DELETE FROM records WHERE seq = 2 AND idx = 0"
        case .recordAdded:
          "CREATE TEMP TABLE one AS SELECT * FROM records WHERE seq = 2 AND idx = 0; UPDATE one SET idx = 9999;"
            + " INSERT INTO records SELECT * FROM one"
        case .rejectedChanged: "UPDATE rejected SET text = 'nothing happened' WHERE seq = 2"
        case .ledgerChanged: "UPDATE ledger SET received_at = received_at + interval '1 second' WHERE seq = 2"
        case .ledgerDeleted: "DELETE FROM ledger WHERE seq = 2"
        case .positionsDeleted: "DELETE FROM positions WHERE seq = 2"
        }
      }

      var kind: String {
        switch self {
        case .recordChanged, .rejectedChanged: "changed"
        case .recordDeleted: "missing"
        case .recordAdded: "added"
        case .ledgerChanged, .positionsDeleted: "chain broken"
        // The next batch's predecessor is gone, and its records are known to nobody.
        case .ledgerDeleted: "added"
        }
      }
    }

    @Test("It names the batch of everything that was changed, and says no", arguments: Tampering.allCases)
    func notices(_ tampering: Tampering) async throws {
      let server = try await TestServer.shared()
      let database = "verify_\(tampering.rawValue.lowercased())"
      try await server.makeDatabase(database, copying: try await Trail.shared.database())
      let program = try Program(in: TestDirectory.make(database), database: server.url(database))
      #expect(try await program.verify().status == 0)
      try await server.script(
        database,
        "SET session_replication_role = replica; SET search_path = tenant_acme, pg_temp; \(tampering.sql)")
      let answer = try await program.verify()
      #expect(answer.status == 1)
      #expect(
        answer.lines.contains { $0.contains("batch 1-2 ") && $0.contains("  \(tampering.kind): ") }, "\(answer.output)")
      #expect(answer.errors.contains("fault"))
    }

    enum Change: String, CaseIterable, Sendable {
      case update, delete, truncate

      func sql(_ table: String) -> String {
        switch self {
        case .update: "UPDATE tenant_acme.\(table) SET collector = collector"
        case .delete: "DELETE FROM tenant_acme.\(table)"
        case .truncate: "TRUNCATE tenant_acme.\(table)"
        }
      }
    }

    @Test(
      "Not even the owner changes or empties what is stored",
      arguments: ["records", "rejected", "ledger", "sources", "positions"], Change.allCases)
    func refuses(_ table: String, _ change: Change) async throws {
      let server = try await TestServer.shared()
      let database = try await Trail.shared.database()
      let error = await #expect(throws: PostgresError.self) { try await server.script(database, change.sql(table)) }
      #expect(error?.sqlState == .insufficientPrivilege)
      #expect(error?.message.contains("only added to") ?? false)
    }

    /// A database with a small trail, collected once, from which tests take copies.
    private actor Trail {
      static let shared = Trail()
      private var making: Task<String, any Error>?

      func database() async throws -> String {
        if let making { return try await making.value }
        let task = Task {
          let server = try await TestServer.shared()
          try await server.makeDatabase("verify_origin")
          let directory = TestDirectory.make("verify-origin")
          let program = try Program(
            in: directory, database: server.url("verify_origin"), settings: "limits:\n  batch_rows: 300\n")
          let writing = try LogWriting(in: directory, pods: 1, seed: 6, rotateEvery: 500)
          try await writing.write(3000)
          let answer = try await program.run("collect", "--once", "--files", writing.pattern)
          try #require(answer.status == 0, "\(answer.errors)")
          return "verify_origin"
        }
        making = task
        return try await task.value
      }
    }
  }
}
