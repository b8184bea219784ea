import Glibc
import Postgres
import Testing

extension Acceptance {
  @Suite("A collector that is killed with a file's lines in its spool")
  struct SpoolGapTests {
    static let settings = """
      limits:
        batch_rows: 500
        batch_age: 20ms
      discovery:
        interval: 50ms
      spool:
        spill_after: 200ms
      """

    /// What happens to the file while nobody runs.
    enum Loss: String, CaseIterable, Sendable {
      case deleted
      /// Compressed, and the compressed file is cut in its middle.
      case cut
    }

    @Test(
      "Stores what is in the spool once, what is left of the file once, and a gap for the rest",
      .timeLimit(.minutes(2)),
      arguments: Loss.allCases)
    func killed(_ loss: Loss) async throws {
      try await TestServer.with("spool-gap-\(loss)") { server in
        let directory = TestDirectory.make("spool-gap-\(loss)-work")
        var pod = try NumberedPod(in: directory)
        try await server.makeDatabase("trail")
        let program = try Program(in: directory, database: server.url("trail"), settings: Self.settings)
        let collect = ["collect", "--files", pod.pattern, "--data-dir", "\(directory)/data"]
        var collector = try program.start(collect)
        try pod.write(200)
        try await StoredNumbers.wait(for: 200, on: server, collector)
        try await server.embedded.stop()
        for _ in 0..<20 {
          try pod.write(100)
          try await Task.sleep(for: .milliseconds(30))
        }
        try await SpillTests.settle("\(directory)/data/spool", collector)
        collector.signal(SIGKILL)
        _ = try await collector.wait()

        let read = pod.sizes.count
        try pod.write(1000)
        let rotated = try pod.rotate()
        let whole = pod.sizes.count
        switch loss {
        case .deleted: unlink(rotated)
        case .cut: try await Self.compressAndCut(rotated, in: directory)
        }
        try pod.write(500)
        try await server.embedded.start()
        collector = try program.start(collect)
        try await StoredNumbers.wait(forNumber: pod.sizes.count, on: server, collector)
        collector.signal(SIGTERM)
        #expect(try await collector.wait() == .exited(0), "\(collector.errors.suffix(3000))")

        let stored = try await StoredNumbers.read(on: server)
        #expect(stored.values.allSatisfy { $0 == 1 })
        #expect(
          (1...read).allSatisfy { stored[$0] == 1 } && (whole + 1...pod.sizes.count).allSatisfy { stored[$0] == 1 })
        // Of the rest a beginning is there where the file was cut, and nothing where it is gone.
        let left = (read + 1...whole).prefix { stored[$0] == 1 }.count
        #expect(stored.count == read + left + pod.sizes.count - whole)
        #expect(loss == .deleted ? left == 0 : left > 0 && left < 1000, "\(left)")
        #expect(try await StoredNumbers.gapBytes(on: server) > 0)
        #expect(try await StoredNumbers.gapsAtLeast(on: server) == 1)
        let verified = try await program.verify()
        #expect(verified.status == 1, "\(verified.output)\(verified.errors)")
        #expect(
          verified.lines.allSatisfy { $0.contains("gap: at least 1 byte") || $0.contains("batches, ") },
          "\(verified.output)")
      }
    }

    private static func compressAndCut(_ path: String, in directory: String) async throws {
      let script = "gzip \(path) && truncate -s $(($(stat -c %s \(path).gz) * 9 / 10)) \(path).gz"
      let done = try await ChildProcess("/bin/sh", ["-c", script], in: directory, name: "gzip").wait()
      #expect(done == .exited(0))
    }
  }
}
