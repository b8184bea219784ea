import AuditModel
import AuditSample
import AuditStore
import Glibc
import Testing

extension Acceptance {
  @Suite("Analyzers")
  struct AnalyzerTests {
    /// What is asked of a database while a test waits.
    private struct Trail: Sendable {
      let server: TestServer
      let database: String

      func number(_ sql: String) async -> Int { (try? await server.number(database, sql)) ?? -1 }

      /// Batches that are stored and not walked.
      func ahead() async -> Int {
        await number(
          LogWriting.schemas.map { schema in
            "(SELECT count(*) FROM \(schema).ledger l LEFT JOIN \(schema).analyzer_cursors c"
              + " ON c.duty = 'walk' AND c.collector = l.collector WHERE l.seq > coalesce(c.seq, 0))"
          }.joined(separator: " + ").asQuery)
      }

      func findings() async -> Int {
        await number(
          LogWriting.schemas.map { "(SELECT count(*) FROM \($0).findings)" }.joined(separator: " + ").asQuery)
      }

      /// The same finding twice: of one detector, about one subject, at one moment.
      func repeated() async -> Int {
        await number(
          LogWriting.schemas.map { "(SELECT count(*) - count(DISTINCT identity) FROM \($0).findings)" }
            .joined(separator: " + ").asQuery)
      }

      func epoch() async -> Int { await number("SELECT epoch FROM audittail.leader") }

      func wait(atMost limit: Duration, until condition: @Sendable () async -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
          if await condition() { return true }
          try await Task.sleep(for: .milliseconds(50))
        }
        return false
      }
    }

    @Test(
      "One leads; killed again and again at random, it is followed within ten seconds, and every batch is walked once",
      .timeLimit(.minutes(6)))
    func kills() async throws {
      let seed = UInt64.random(in: 0 ... .max)
      print("seed of the kills: \(seed)")
      try await TestServer.with("analyzers") { server in
        let directory = TestDirectory.make("analyzers-work")
        let writing = try LogWriting(in: directory, seed: seed, rotateEvery: 4000)
        try await server.makeDatabase("trail")
        let trail = Trail(server: server, database: "trail")
        let program = try Program(
          in: directory, database: server.url("trail"), settings: "limits:\n  batch_rows: 200\n  batch_age: 50ms\n")
        let collector = try program.start(["collect", "--files", writing.pattern])
        var analyzers = [try program.start(["analyze"]), try program.start(["analyze"])]
        #expect(try await trail.wait(atMost: .seconds(30)) { await trail.epoch() >= 1 }, "\(analyzers[0].errors)")

        var random = SplitMix64(seed: seed)
        for _ in 0..<12 {
          try await writing.write(2000, over: .milliseconds(Int64(200 + random.next() % 600)))
          let epoch = await trail.epoch()
          // The leader is one of the two; both die in turn, so each second kill meets it at least.
          for index in analyzers.indices where analyzers[index].errors.contains("epoch=\(epoch)\n") {
            analyzers[index].signal(SIGKILL)
            #expect(try await analyzers[index].wait() == .signalled(SIGKILL))
            let began = ContinuousClock.now
            #expect(try await trail.wait(atMost: .seconds(10)) { await trail.epoch() > epoch })
            #expect(ContinuousClock.now - began < .seconds(10))
            analyzers[index] = try program.start(["analyze"])
          }
        }
        let written = await writing.written
        #expect(try await StoredLines.wait(for: written.count, in: "trail", on: server, while: collector))
        #expect(try await trail.wait(atMost: .seconds(60)) { await trail.ahead() == 0 }, "\(analyzers[0].errors)")
        #expect(await trail.epoch() >= 10)
        #expect(await trail.repeated() == 0)
        for child in analyzers + [collector] {
          child.signal(SIGTERM)
          #expect(try await child.wait() == .exited(0), "\(child.errors)")
        }
      }
    }

    @Test("A finding is there within two seconds after its record was stored", .timeLimit(.minutes(3)))
    func latency() async throws {
      let server = try await TestServer.shared()
      let directory = TestDirectory.make("analyzer-latency")
      try await server.makeDatabase("latency")
      let trail = Trail(server: server, database: "latency")
      let program = try Program(in: directory, database: server.url("latency"))
      let log = "\(directory)/tools.log"
      try writeFile(log, "")
      let collector = try program.start(["collect", "--files", log, "--tenant", "acme"])
      let analyzer = try program.start(["analyze"])
      let schema = "tenant_acme"
      // Ten users guess passwords, one after the other.
      var text = ""
      for burst in 0..<10 {
        for _ in 0..<60 {
          text +=
            #"{"timestamp":"\#(RecordTime.now.rfc3339)","tool":"login","userId":"guess\#(burst)","#
            + #""args":{},"status":"error","error":"authentication failed","durationMs":3}"# + "\n"
        }
        try writeFile(log, text)
        try await Task.sleep(for: .milliseconds(1500))
      }
      let found = try await trail.wait(atMost: .seconds(20)) {
        await trail.number("SELECT count(*) FROM \(schema).findings WHERE detector = 'auth-failure'") >= 8
      }
      #expect(found, "\(analyzer.errors)")
      // From the moment at which the collector closed the batch with the record that completed the evidence.
      let late = await trail.number(
        """
        SELECT coalesce((max(extract(epoch FROM f.found_at - r.received_at)) * 1000)::int8, -1) FROM \(schema).findings f
        CROSS JOIN LATERAL (SELECT min(l.received_at) received_at FROM \(schema).ledger l WHERE l.last_ts >= f.at) r
        """)
      #expect(late >= 0 && late < 2000, "\(late) ms")
      print("longest time from a batch's closing to a finding: \(late) ms")
      for child in [analyzer, collector] {
        child.signal(SIGTERM)
        #expect(try await child.wait() == .exited(0), "\(child.errors)")
      }
    }
  }
}

extension String {
  fileprivate var asQuery: String { "SELECT \(self)" }
}
