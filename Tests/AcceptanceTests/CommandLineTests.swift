import Glibc
import Testing

extension Acceptance {
  @Suite("The command line")
  struct CommandLineTests {
    @Test(
      "A flag's value that is none is wrong usage: it ends with 64 and one sentence that names the flag",
      arguments: [
        ["run", "--once", "--files", "*.log", "--tenant", "no tenant"],
        ["run", "--listen", "gopher://x"], ["run", "--listen", "tcp://127.0.0.1:70000"], ["run", "--http", "nowhere"],
        ["prune", "--keep", "soon"], ["prune", "--keep", "-3d"], ["query", "--limit", "-1"],
        ["query", "--log-level", "loud"],
        ["redact", "--tenant", "no tenant"], ["normalize", "--tenant", "no tenant"],
      ])
    func usage(arguments: [String]) async throws {
      let answer = try await Program(in: TestDirectory.make("usage-\(UInt32.random(in: .min ... .max))")).run(arguments)
      #expect(answer.status == 64, "\(answer.errors)")
      #expect(answer.output.isEmpty && answer.sentences.count == 1, "\(answer.errors)")
      let flag = try #require(arguments.last { $0.hasPrefix("--") })
      #expect(answer.errors.contains(flag), "\(answer.errors)")
    }

    @Test("The same value is wrong configuration where the environment or a file has it: 78")
    func configuration() async throws {
      let directory = TestDirectory.make("usage-configuration")
      let environment = try await Program(in: directory, environment: ["AUDITTAIL_LOG_LEVEL": "loud"]).run("query")
      #expect(environment.status == 78, "\(environment.errors)")
      let file = try await Program(in: directory, settings: "log:\n  level: loud\n").run("query", "--limit", "5")
      #expect(file.status == 78, "\(file.errors)")
    }

    @Test(
      "A command that only looks makes no database where there is none",
      arguments: [
        ["query"], ["query", "--count"], ["verify"], ["status"], ["prune", "--dry-run"], ["explain", "app.log:1"],
      ])
    func looksOnly(arguments: [String]) async throws {
      let directory = TestDirectory.make("looks-\(arguments.joined())")
      try writeFile("\(directory)/app.log", "{}\n")
      let place = ["explain"].contains(arguments[0]) ? [arguments[0], "\(directory)/app.log:1"] : arguments
      let answer = try await Program(in: directory).run(place + ["--data-dir", "\(directory)/mistyped"])
      #expect(answer.status == 78, "\(answer.errors)")
      #expect(answer.sentences.count == 1 && answer.errors.contains("no database in \(directory)/mistyped"))
      #expect(access("\(directory)/mistyped", F_OK) != 0, "The directory was made.")
    }

    @Test(
      "A listener whose spool cannot be made does not start: 73 and one sentence",
      arguments: [("collect", "file/spool"), ("run", "file/spool"), ("collect", "file")])
    func impossibleSpool(command: String, spool: String) async throws {
      let server = try await TestServer.shared()
      let name = "\(command)_\(spool.count)"
      try await server.makeDatabase("spool_\(name)")
      let directory = TestDirectory.make("impossible-spool-\(name)")
      try writeFile("\(directory)/file", "no directory")
      let answer = try await Program(in: directory, database: server.url("spool_\(name)")).run(
        command, "--listen", "tcp://127.0.0.1:0", "--spool", "\(directory)/\(spool)")
      #expect(answer.status == 73, "\(answer.errors)")
      #expect(answer.sentences.count == 1 && answer.errors.contains("\(directory)/file"), "\(answer.errors)")
    }

    @Test("status tells how a running collector is: its spool and its listeners")
    func collectorState() async throws {
      let server = try await TestServer.shared()
      try await server.makeDatabase("collector_state")
      let program = try Program(in: TestDirectory.make("collector-state"), database: server.url("collector_state"))
      let child = try program.start(["collect", "--listen", "tcp://127.0.0.1:0"])
      var status = ""
      let end = ContinuousClock.now + .seconds(60)
      while !status.contains("\"collector\""), ContinuousClock.now < end, child.ended() == nil {
        status = try await program.run("status", "--format", "ndjson").output
      }
      #expect(status.contains(#""spool":{"bytes":0,"bytesMax":1073741824,"pieces":0"#), "\(status)\(child.errors)")
      #expect(status.contains(#""listening":{"addresses":["tcp://127.0.0.1:"#), "\(status)")
      let table = try await program.run("status", "--format", "table").output
      #expect(
        table.contains("spool       0B of 1GiB, nothing waits") && table.contains("0 connections open"), "\(table)")
      child.signal(SIGTERM)
      #expect(try await child.wait() == .exited(0), "\(child.errors)")
    }

    @Test("A user without rights and a database that was never migrated: the sentence says what to run")
    func notMigrated() async throws {
      let server = try await TestServer.shared()
      try await server.makeDatabase("not_migrated")
      try await server.script("not_migrated", "CREATE ROLE nosy LOGIN")
      let program = try Program(
        in: TestDirectory.make("not-migrated"), database: server.url("not_migrated", user: "nosy"))
      for command in ["query", "status", "verify"] {
        let answer = try await program.run(command)
        #expect(answer.status == 78 && answer.sentences.count == 1, "\(answer.errors)")
        #expect(answer.errors.contains("audittail migrate"), "\(answer.errors)")
      }
    }
  }
}
