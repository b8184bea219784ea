import AuditModel
import Glibc
import Postgres
import Testing

extension Acceptance {
  @Suite("What operators get wrong")
  struct OperatorErrorTests {
    /// A directory with one log file of three records, and the pattern that finds it.
    private static func log(_ name: String) throws -> (directory: String, pattern: String) {
      let directory = TestDirectory.make(name)
      let time = RecordTime.now.rfc3339
      let lines = (1...3).map { #"{"timestamp":"\#(time)","tool":"list","args":{"requestId":"p0-\#($0)"}}"# + "\n" }
      try writeFile("\(directory)/app.log", lines.joined())
      return (directory, "\(directory)/*.log")
    }

    /// One sentence of its own that says this, and nothing that looks like a crash.
    private static func expect(_ answer: Program.Answer, _ statuses: [Int32], _ words: String...) {
      #expect(statuses.contains(answer.status ?? -1), "\(answer.ending): \(answer.errors)")
      #expect(answer.sentences.count == 1, "\(answer.errors)")
      for word in words { #expect(answer.errors.contains(word), "\(answer.errors)") }
      #expect(answer.output.isEmpty)
      #expect(!answer.errors.contains("Fatal error") && answer.errors.utf8.count < 1500, "\(answer.errors)")
    }

    @Test("No file that matches")
    func noFile() async throws {
      let server = try await TestServer.shared()
      try await server.makeDatabase("errors_nofile")
      let directory = TestDirectory.make("errors-nofile")
      let program = try Program(in: directory, database: server.url("errors_nofile"))
      let answer = try await program.run("collect", "--once", "--files", "\(directory)/none-*.log")
      Self.expect(answer, [65], "No file matches", "none-*.log")
    }

    @Test("No database for collect")
    func noDatabase() async throws {
      let (directory, pattern) = try Self.log("errors-nodatabase")
      let answer = try await Program(in: directory).run("collect", "--once", "--files", pattern)
      Self.expect(answer, [78], "--database")
    }

    @Test("A server that is not there")
    func unreachable() async throws {
      let (directory, pattern) = try Self.log("errors-unreachable")
      let program = try Program(in: directory, database: "postgresql://u:geheim@/d?host=\(directory)/nowhere")
      let answer = try await program.run("collect", "--once", "--files", pattern)
      Self.expect(answer, [69], "nowhere", "check that the server runs")
      #expect(!answer.errors.contains("geheim"))
    }

    @Test("A URL that is none")
    func badURL() async throws {
      let (directory, pattern) = try Self.log("errors-badurl")
      let answer = try await Program(in: directory, database: "mysql://u:geheim@h/d").run(
        "collect", "--once", "--files", pattern)
      Self.expect(answer, [78], "postgresql://")
      #expect(!answer.errors.contains("geheim"))
    }

    @Test("A wrong password")
    func wrongPassword() async throws {
      let (directory, pattern) = try Self.log("errors-password")
      try await TestServer.with("errors-password-server") { server in
        let hba = "\(server.location)/data/pg_hba.conf"
        try await server.script("postgres", "CREATE ROLE locked LOGIN PASSWORD 'right-one'")
        try writeFile(hba, Array("local all locked scram-sha-256\n".utf8) + readFile(hba))
        try await server.script("postgres", "SELECT pg_reload_conf()")
        try await Task.sleep(for: .milliseconds(300))
        let url = server.url("audittail", user: "locked:wr0ng-one")
        let answer = try await Program(in: directory, database: url).run("collect", "--once", "--files", pattern)
        Self.expect(answer, [69, 78], "password authentication failed for user \"locked\"")
        #expect(!answer.errors.contains("wr0ng-one"))
      }
    }

    @Test("A role that is a collector and nothing else collects, and reads or changes no record")
    func collectorRole() async throws {
      let (directory, pattern) = try Self.log("errors-role")
      let server = try await TestServer.shared()
      try await server.makeDatabase("errors_role")
      let owner = try Program(in: TestDirectory.make("errors-role-owner"), database: server.url("errors_role"))
      #expect(try await owner.run("migrate").status == 0)
      try await server.script("errors_role", "CREATE ROLE shipper LOGIN IN ROLE audittail_collector")

      let shipper = try Program(in: directory, database: server.url("errors_role", user: "shipper"))
      let collected = try await shipper.run("collect", "--once", "--tenant", "acme", "--files", pattern)
      #expect(collected.status == 0, "\(collected.errors)")
      #expect(collected.output.contains(#""records":3,"#))
      for sql in [
        "SELECT count(*) FROM tenant_acme.records", "SELECT count(*) FROM tenant_acme.audit",
        "SELECT count(*) FROM tenant_acme.rejected", "UPDATE tenant_acme.records SET tool = 'x'",
        "DELETE FROM tenant_acme.records", "TRUNCATE tenant_acme.records", "UPDATE tenant_acme.ledger SET seq = 9",
        "DELETE FROM tenant_acme.positions", "SELECT audittail.drop_day('tenant_acme', current_date)",
      ] {
        let error = await #expect(throws: PostgresError.self) {
          try await server.withSession("errors_role", user: "shipper") { try await $0.execute(sql) }
        }
        #expect(error?.sqlState == .insufficientPrivilege, "\(sql)")
      }
      #expect(try await owner.verify().status == 0)
      let query = try await shipper.run("query", "--tenant", "acme")
      Self.expect(query, [69, 78], "permission denied")
    }

    @Test("A role without any right, before and after an owner made the tables")
    func noRights() async throws {
      let (directory, pattern) = try Self.log("errors-rights")
      let server = try await TestServer.shared()
      try await server.makeDatabase("errors_rights")
      try await server.script("errors_rights", "CREATE ROLE stranger LOGIN")
      let stranger = try Program(in: directory, database: server.url("errors_rights", user: "stranger"))
      let before = try await stranger.run("collect", "--once", "--files", pattern)
      Self.expect(before, [69, 78], "stranger", "audittail migrate")
      let owner = try Program(in: TestDirectory.make("errors-rights-owner"), database: server.url("errors_rights"))
      #expect(try await owner.run("migrate").status == 0)
      let after = try await stranger.run("collect", "--once", "--files", pattern)
      Self.expect(after, [69, 78], "permission denied", "grant")
    }

    @Test("A directory that matches the pattern does no harm")
    func directory() async throws {
      let (directory, pattern) = try Self.log("errors-directory")
      mkdir("\(directory)/folder.log", 0o755)
      let server = try await TestServer.shared()
      try await server.makeDatabase("errors_directory")
      let answer = try await Program(in: directory, database: server.url("errors_directory"))
        .run("collect", "--once", "--files", pattern)
      #expect(answer.status == 0 && answer.output.contains(#""records":3,"#), "\(answer.errors)")
    }

    @Test("A record that PostgreSQL refuses costs itself only")
    func refusedRecord() async throws {
      let (directory, pattern) = try Self.log("errors-refused")
      let server = try await TestServer.shared()
      try await server.makeDatabase("errors_refused")
      let program = try Program(in: directory, database: server.url("errors_refused"))
      let first = try await program.run("collect", "--once", "--files", pattern)
      #expect(first.output.contains(#""records":3,"#))
      try await server.script(
        "errors_refused", "ALTER TABLE tenant_default.records ADD CHECK (tool <> 'forbidden_tool')")

      let time = RecordTime.now.rfc3339
      let more = (1...200).map { number in
        let tool = number % 50 == 7 ? "forbidden_tool" : "list"
        return #"{"timestamp":"\#(time)","tool":"\#(tool)","args":{"requestId":"p1-\#(number)"}}"# + "\n"
      }
      try writeFile("\(directory)/app.log", Array(more.joined().utf8), appending: true)
      let second = try await program.run("collect", "--once", "--files", pattern)
      #expect(second.status == 0, "\(second.errors)")
      #expect(second.output.contains(#""lines":200,"records":196,"rejected":4,"#), "\(second.output)")
      #expect(try await server.number("errors_refused", "SELECT count(*) FROM tenant_default.records") == 199)
      #expect(
        try await server.number(
          "errors_refused",
          "SELECT count(*) FROM tenant_default.rejected WHERE reason = 'refused-by-postgresql'"
            + " AND text LIKE 'SQLSTATE 23514: %' AND text LIKE '%p1-%'") == 4)
      let verified = try await program.verify()
      #expect(verified.status == 0, "\(verified.output)")
    }
  }
}
