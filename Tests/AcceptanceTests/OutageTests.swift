import Foundation
import Glibc
import Postgres
import Testing

extension Acceptance {
  /// The database is away for longer than rotation keeps its files. `Tests/outage.sh` does the same with an hour's traffic.
  @Suite("A database that is away for a long time while files are rotated and deleted")
  struct OutageTests {
    /// - Parameter spool: its limit, in MiB.
    static func settings(spool: Int, deleted: Int) -> String {
      """
      limits:
        batch_rows: 500
        batch_age: 20ms
        deleted_bytes: \(deleted)MiB
      discovery:
        interval: 50ms
      spool:
        spill_after: 200ms
        bytes_max: \(spool)MiB
        tenant_bytes_max: \(spool)MiB
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

    @Test("Nothing is lost as long as the spool takes it", .timeLimit(.minutes(60)))
    func below() async throws {
      let outcome = try await outage(spool: Self.lines / 250, deleted: 64 + Self.lines / 1000, name: "below")
      print("outage below the limit: \(outcome)")
      #expect(outcome.stored == outcome.written && outcome.repeated == 0)
      #expect(outcome.gaps == 0 && outcome.missing == 0)
    }

    @Test("Beyond that what rotation destroyed is counted to the byte", .timeLimit(.minutes(60)))
    func beyond() async throws {
      let outcome = try await outage(spool: max(1, Self.lines / 24_000), deleted: 1, name: "beyond")
      print("outage beyond the limit: \(outcome)")
      #expect(outcome.repeated == 0 && outcome.stored < outcome.written)
      #expect(outcome.missing > 1 << 20, "too little was destroyed to be a test")
      #expect(outcome.gaps == outcome.missing && outcome.gapsAtLeast == 0)
    }

    /// `AUDITTAIL_TEST_OUTAGE_LINES` says how many are written while the database is away.
    private static let lines =
      ProcessInfo.processInfo.environment["AUDITTAIL_TEST_OUTAGE_LINES"].flatMap(Int.init) ?? 24_000
    private static let linesOfFile = lines / 16
    private static let linesAtOnce = max(100, lines / 4000)
    private static let rotatedMax = 5

    private func outage(spool: Int, deleted: Int, name: String) async throws -> Outcome {
      try await TestServer.with("outage-\(name)") { server in
        let directory = TestDirectory.make("outage-\(name)-work")
        var pod = try NumberedPod(in: directory, rotatedMax: Self.rotatedMax)
        try await server.makeDatabase("trail")
        let program = try Program(
          in: directory, database: server.url("trail"), settings: Self.settings(spool: spool, deleted: deleted))
        let collector = try program.start([
          "collect", "--files", pod.pattern, "--data-dir", "\(directory)/data",
        ])
        try pod.write(200)
        try await StoredNumbers.wait(for: 200, on: server, collector)

        try await server.embedded.stop()
        // Slower than it is read, and every file lives for seconds, as one lives for minutes at an ordinary pace.
        var ofFile = 200
        for _ in 0..<Self.lines / Self.linesAtOnce {
          try pod.write(Self.linesAtOnce)
          ofFile += Self.linesAtOnce
          if ofFile >= Self.linesOfFile {
            try pod.rotate()
            ofFile = 0
          }
          try await Task.sleep(for: .milliseconds(40))
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
      return outcome
    }
  }
}
