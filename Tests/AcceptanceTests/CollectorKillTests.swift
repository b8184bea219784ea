import AuditSample
import Glibc
import Testing

extension Acceptance {
  @Suite("A collector that is killed")
  struct CollectorKillTests {
    static let kills = 100
    static let lines = 200_000

    /// Small batches, so that a kill meets every moment of one.
    static let settings = """
      limits:
        batch_rows: 500
        batch_age: 20ms
      discovery:
        interval: 50ms
      """

    @Test(
      "Killed a hundred times while lines are written and rotated, it loses and repeats nothing",
      .timeLimit(.minutes(8)))
    func kill() async throws {
      let seed = UInt64.random(in: 0 ... .max)
      print("seed of the kills: \(seed)")
      try await TestServer.with("kills") { server in
        let directory = TestDirectory.make("kills-work")
        let writing = try LogWriting(in: directory, seed: seed, rotateEvery: 4000)
        try await server.makeDatabase("trail")
        let program = try Program(in: directory, database: server.url("trail"), settings: Self.settings)
        let collect = ["collect", "--files", writing.pattern]

        var random = SplitMix64(seed: seed)
        for number in 0..<Self.kills {
          let stored = await StoredLines.batches(in: "trail", on: server) ?? 0
          let child = try program.start(collect)
          let delay = Duration.milliseconds(20 + random.next() % 380)
          async let writes: Void = writing.write(Self.lines / Self.kills, over: delay)
          if number % 2 == 0 {
            try await Task.sleep(for: delay)
          } else {
            // Every other one is at work: it has stored a batch and goes on with the next.
            try #require(
              await StoredLines.batches(in: "trail", above: stored, on: server, while: child) != nil, "\(child.errors)")
            try await Task.sleep(for: delay / 3)
          }
          child.signal(SIGKILL)
          let ending = try await child.wait()
          #expect(ending == .signalled(SIGKILL), "\(child.errors)")
          try await writes
        }

        let written = await writing.written
        #expect(written.count == Self.lines)
        let last = try program.start(collect)
        #expect(try await StoredLines.wait(for: written.count, in: "trail", on: server, while: last), "\(last.errors)")
        last.signal(SIGTERM)
        #expect(try await last.wait() == .exited(0), "\(last.errors)")

        let differences = try await StoredLines("trail", on: server).differences(from: written)
        #expect(differences.isEmpty, "\(differences)")
        let verified = try await program.verify()
        #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
        #expect(await writing.rotations >= 40)
      }
    }
  }
}
