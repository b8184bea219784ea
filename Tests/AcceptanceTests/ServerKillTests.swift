import AuditSample
import Glibc
import Postgres
import Testing

extension Acceptance {
  @Suite("A PostgreSQL that is killed")
  struct ServerKillTests {
    enum Victim: String, CaseIterable, Sendable {
      case postmaster
      /// The server then ends every other backend too, and recovers.
      case backend
    }

    static let kills = 20
    static let linesPerKill = 1500
    static let settings = """
      limits:
        batch_rows: 300
        batch_age: 20ms
      discovery:
        interval: 50ms
      """

    @Test(
      "Killed twenty times under a collector that goes on, nothing is lost or there twice",
      .timeLimit(.minutes(6)), arguments: Victim.allCases)
    func kill(_ victim: Victim) async throws {
      let seed = UInt64.random(in: 0 ... .max)
      print("seed of the kills of the \(victim): \(seed)")
      try await TestServer.with("crash-\(victim)") { server in
        let directory = TestDirectory.make("crash-\(victim)-work")
        let writing = try LogWriting(in: directory, seed: seed, rotateEvery: 1000)
        try await server.makeDatabase("trail")
        let program = try Program(in: directory, database: server.url("trail"), settings: Self.settings)
        let collector = try program.start(["collect", "--files", writing.pattern])

        // At work before the first blow: a start without a server is another story.
        try await writing.write(1000)
        #expect(try await StoredLines.wait(for: 1000, in: "trail", on: server, while: collector), "\(collector.errors)")
        var random = SplitMix64(seed: seed)
        var kills = 0
        while kills < Self.kills {
          let stored = try #require(
            await StoredLines.batches(in: "trail", above: -1, on: server, while: collector),
            "\(collector.errors.suffix(2000))")
          async let writes: Void = writing.write(Self.linesPerKill, over: .milliseconds(300))
          // Each blow meets a collector that stores.
          try #require(
            await StoredLines.batches(in: "trail", above: stored, on: server, while: collector) != nil,
            "\(collector.errors.suffix(2000))")
          try await Task.sleep(for: .milliseconds(random.next() % 100))
          kills += try await Self.kill(victim, of: server)
          try await writes
        }

        let written = await writing.written
        let isComplete = try await StoredLines.wait(for: written.count, in: "trail", on: server, while: collector)
        #expect(isComplete, "\(collector.ended().map { "\($0)" } ?? "running"): \(collector.errors.suffix(2000))")
        collector.signal(SIGTERM)
        #expect(try await collector.wait() == .exited(0), "\(collector.errors.suffix(2000))")

        let differences = try await StoredLines("trail", on: server).differences(from: written)
        #expect(differences.isEmpty, "\(differences)")
        let verified = try await program.verify()
        #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
        #expect(await writing.rotations >= 20)
      }
    }

    /// - Returns: how many were killed: a collector that waits for its next try has no backend.
    private static func kill(_ victim: Victim, of server: TestServer) async throws -> Int {
      let postmaster = try #require(await server.embedded.processID())
      switch victim {
      case .postmaster:
        Glibc.kill(postmaster, SIGKILL)
        while await server.embedded.processID() == postmaster { try await Task.sleep(for: .milliseconds(5)) }
        try await server.embedded.start()
        return 1
      case .backend:
        // Adopting waits until the last recovery is over.
        try await server.embedded.start()
        let backends = try await server.withSession("trail") { session in
          try await session.perform { connection in
            try connection.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'audittail'")
              .map { try $0[0].int32() }
          }
        }
        for backend in backends.prefix(1) { Glibc.kill(backend, SIGKILL) }
        return backends.isEmpty ? 0 : 1
      }
    }
  }
}
