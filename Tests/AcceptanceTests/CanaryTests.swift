import Testing

extension Acceptance {
  @Suite("Planted secrets")
  struct CanaryTests {
    /// Over-long lines at four kibibytes, so that some are long in each way in which the framer meets one.
    static let settings = """
      limits:
        line_bytes: \(CanaryLines.lineBytesMax)
        batch_rows: 100
      """

    @Test(
      "They are found nowhere: not in a dump, the data directory, standard output, standard error",
      .timeLimit(.minutes(4)))
    func nowhere() async throws {
      try await TestServer.with("canary") { server in
        try await server.makeDatabase("trail")
        // Compressed pages could hide one from the search.
        try await server.script("trail", "ALTER SYSTEM SET wal_compression = off")
        try await server.script("trail", "SELECT pg_reload_conf()")
        let logs = TestDirectory.make("canary-logs")
        let said = TestDirectory.make("canary-said")
        let program = try Program(in: said, database: server.url("trail"), settings: Self.settings)

        let lines = CanaryLines()
        try writeFile("\(logs)/first.log", #"{"timestamp":"2026-01-01","tool":"t"}"# + "\n")
        #expect(try await program.run("collect", "--once", "--files", "\(logs)/first.log").status == 0)
        try await server.script(
          "trail", "ALTER TABLE tenant_default.records ADD CHECK (tool <> 'forbidden_tool')")
        try writeFile("\(logs)/plain.log", lines.plain)
        try writeFile("\(logs)/framed.log", lines.framed(generated: 2000))
        let collected = try await program.run(
          "collect", "--once", "--log-level", "trace", "--files", "\(logs)/plain.log", "--files", "\(logs)/framed.log")
        #expect(collected.status == 0, "\(collected.errors)")
        #expect(try await server.number("trail", "SELECT count(*) FROM tenant_default.records") > 500)
        #expect(
          try await server.number(
            "trail", "SELECT count(*) FROM tenant_default.rejected WHERE reason = 'refused-by-postgresql'") == 2)
        #expect(try await server.number("trail", "SELECT count(DISTINCT reason) FROM tenant_default.rejected") >= 8)

        #expect(try await program.run("query", "--limit", "0").status == 0)
        #expect(try await program.run("query", "--text", "canary", "--format", "csv").status == 0)
        #expect(try await program.verify().status == 0)
        try await server.script("trail", "CHECKPOINT")
        let dump = try ChildProcess(
          "/usr/bin/env", ["pg_dump", "--dbname", server.url("trail"), "--file", "\(said)/dump.sql"], in: said,
          name: "dump")
        #expect(try await dump.wait() == .exited(0), "\(dump.errors)")

        for needle in [CanaryLines.marker, CanaryLines.card] {
          let hits = try await Self.files(with: needle, in: [said, server.location])
          let example = hits.isEmpty ? "" : try await Self.example(of: needle, in: said)
          #expect(hits.isEmpty, "\(needle) is in \(hits), for example \(example)")
        }
        // The search finds what is there: in the dump, in what query said, in the cluster.
        let found = try await Self.files(with: CanaryLines.control, in: [said, server.location])
        #expect(found.contains { $0.hasSuffix("dump.sql") } && found.contains { $0.hasPrefix(server.location) })
        #expect(found.contains { $0.hasSuffix("query.out") })
      }
    }

    /// The files that hold a text, in upper or lower case.
    private static func files(with needle: String, in directories: [String]) async throws -> [String] {
      let grep = try ChildProcess(
        "/usr/bin/env", ["grep", "-rlaiF", "-e", needle] + directories, in: TestDirectory.make("canary-search"),
        name: "grep-\(needle)")
      let ending = try await grep.wait()
      try #require(ending == .exited(0) || ending == .exited(1), "\(grep.errors)")
      return grep.output.split(separator: "\n").map(String.init)
    }

    /// Where it stands, for the message.
    private static func example(of needle: String, in directory: String) async throws -> String {
      let grep = try ChildProcess(
        "/usr/bin/env", ["grep", "-rhoaiE", "-e", ".{0,120}\(needle).{0,40}", directory],
        in: TestDirectory.make("canary-search"), name: "example")
      _ = try await grep.wait()
      return Set(grep.output.split(separator: "\n").map(String.init)).sorted().prefix(12).joined(separator: "\n")
    }
  }
}
