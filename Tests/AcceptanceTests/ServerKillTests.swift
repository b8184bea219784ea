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
    static let lines = 30_000
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

        var random = SplitMix64(seed: seed)
        for _ in 0..<Self.kills {
          let delay = Duration.milliseconds(50 + random.next() % 250)
          async let writes: Void = writing.write(Self.lines / Self.kills, over: delay + .milliseconds(300))
          try await Task.sleep(for: delay)
          try await Self.kill(victim, of: server, random.next())
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

    /// Returns when the server takes connections again.
    private static func kill(_ victim: Victim, of server: TestServer, _ random: UInt64) async throws {
      let postmaster = try #require(await server.embedded.processID())
      switch victim {
      case .postmaster:
        Glibc.kill(postmaster, SIGKILL)
        while await server.embedded.processID() == postmaster { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(random % 400))
        try await server.embedded.start()
      case .backend:
        let backends = try await server.withSession("trail") { session in
          try await session.perform { connection in
            try connection.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'audittail'")
              .map { try $0[0].int32() }
          }
        }
        if let backend = backends.first { Glibc.kill(backend, SIGKILL) }
        // Adopts it: waits until the recovery is over.
        try await server.embedded.start()
      }
    }
  }
}
