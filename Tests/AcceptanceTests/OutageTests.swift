import Glibc
import Postgres
import Testing

extension Acceptance {
  /// The database is away for longer than rotation keeps its files. `audittail-bench outage` does the same with an hour's traffic.
  @Suite("A database that is away for a long time while files are rotated and deleted")
  struct OutageTests {
    static func settings(spool: String) -> String {
      """
      limits:
        batch_rows: 500
        batch_age: 20ms
        deleted_bytes: 1MiB
      discovery:
        interval: 50ms
      spool:
        spill_after: 200ms
        bytes_max: \(spool)
        tenant_bytes_max: \(spool)
      """
    }

    /// What was written, rotated and deleted while the database was away, and what came of it.
    struct Outcome {
      /// Bytes of the lines that are not stored.
      var missing = 0
      var gaps = 0
      var gapsAtLeast = 0
      var stored = 0
      var repeated = 0
      var written = 0
    }

    @Test("Nothing is lost as long as the spool takes it", .timeLimit(.minutes(2)))
    func below() async throws {
      let outcome = try await outage(spool: "64MiB", name: "below")
      print("outage below the limit: \(outcome)")
      #expect(outcome.stored == outcome.written && outcome.repeated == 0)
      #expect(outcome.gaps == 0 && outcome.missing == 0)
    }

    @Test("Beyond that what rotation destroyed is counted to the byte", .timeLimit(.minutes(2)))
    func beyond() async throws {
      let outcome = try await outage(spool: "1MiB", name: "beyond")
      print("outage beyond the limit: \(outcome)")
      #expect(outcome.repeated == 0 && outcome.stored < outcome.written)
      #expect(outcome.missing > 1 << 20, "too little was destroyed to be a test")
      #expect(outcome.gaps == outcome.missing && outcome.gapsAtLeast == 0)
    }

    private static let lines = 24_000
    private static let linesOfFile = 1500
    private static let rotatedMax = 3

    private func outage(spool: String, name: String) async throws -> Outcome {
      try await TestServer.with("outage-\(name)") { server in
        let directory = TestDirectory.make("outage-\(name)-work")
        var pod = try NumberedPod(in: directory, rotatedMax: Self.rotatedMax)
        try await server.makeDatabase("trail")
        let program = try Program(
          in: directory, database: server.url("trail"), settings: Self.settings(spool: spool))
        let collector = try program.start([
          "collect", "--files", pod.pattern, "--data-dir", "\(directory)/data",
        ])
        try pod.write(200)
        try await StoredNumbers.wait(for: 200, on: server, collector)

        try await server.embedded.stop()
        // Slower than it is read, and every file lives for a second, as one of many minutes does at an ordinary pace.
        for _ in 0..<Self.lines / 100 {
          try pod.write(100)
          if pod.sizes.count % Self.linesOfFile == 200 { try pod.rotate() }
          try await Task.sleep(for: .milliseconds(30))
        }
        try await server.embedded.start()
        try pod.write(100)
        // Behind everything that was destroyed.
        try await StoredNumbers.wait(forNumber: pod.sizes.count, on: server, collector)
        collector.signal(SIGTERM)
        #expect(try await collector.wait() == .exited(0), "\(collector.errors.suffix(3000))")
        let outcome = try await Self.outcome(pod.sizes, on: server)
        // A gap is a fault, and nothing else is.
        let verified = try await program.verify()
        #expect(verified.status == (outcome.gaps == 0 ? 0 : 1), "\(verified.output)\(verified.errors)")
        #expect(verified.lines.allSatisfy { $0.contains("gap: ") || $0.contains("batches, ") }, "\(verified.output)")
        return outcome
      }
    }

    private static func outcome(_ sizes: [Int], on server: TestServer) async throws -> Outcome {
      let stored = try await StoredNumbers.read(on: server)
      var outcome = Outcome(written: sizes.count)
      for (index, size) in sizes.enumerated() {
        let times = stored[index + 1] ?? 0
        if times == 0 { outcome.missing += size } else { outcome.stored += 1 }
        if times > 1 { outcome.repeated += 1 }
      }
      outcome.gaps = try await StoredNumbers.gapBytes(on: server)
      outcome.gapsAtLeast = try await StoredNumbers.gapsAtLeast(on: server)
      if getenv("OUTAGE") != nil {
        var ranges: [String] = []
        var from: Int?
        for n in 1...sizes.count + 1 {
          if stored[n] == nil, n <= sizes.count {
            from = from ?? n
          } else if let f = from {
            ranges.append("\(f)-\(n - 1)"); from = nil
          }
        }
        print("MISSING", ranges)
        let rows = try await server.withSession("trail") { s in
          try await s.perform { c in
            try c.execute(
              "SELECT s.source::text || ' ' || substring(s.path from 'tools/(.*)') || ' i' || s.inode || ' ' || (SELECT string_agg(pos_from || '-' || pos_to || coalesce(' gap ' || gap_bytes, ''), ', ' ORDER BY seq) FROM tenant_acme.positions p WHERE p.source = s.source AND p.collector = s.collector) FROM tenant_acme.sources s ORDER BY s.source"
            ).map { try $0[0].string() }
          }
        }
        print(rows.map { String($0.suffix(300)) }.joined(separator: "\n"))
      }
      return outcome
    }
  }
}
