import AuditSample
import Glibc
import Testing

extension Acceptance {
  @Suite("Golden signals under kills")
  struct SignalChaosTests {
    private static let collectors = 4
    private static let linesAStep = 1200

    /// Small batches and a busy compactor, so that a kill meets every moment of both.
    private static func settings(_ name: String) -> String {
      """
      collector:
        name: \(name)
      limits:
        batch_rows: 200
        batch_age: 20ms
      discovery:
        interval: 50ms
      signals:
        compact_every: 1s
      """
    }

    /// Half a minute; `AUDITTAIL_TEST_CHAOS_SECONDS` says otherwise, ten minutes for `make chaos`.
    private static let duration = Duration.seconds(
      getenv("AUDITTAIL_TEST_CHAOS_SECONDS").flatMap { Int64(String(cString: $0)) } ?? 20)

    private struct Node {
      let writing: LogWriting
      let program: Program
      let arguments: [String]
    }

    @Test(
      "Four collectors and an analyzer are killed again and again, and the signals are what the records give, to the bit",
      .timeLimit(.minutes(20)))
    func kills() async throws {
      let seed = UInt64.random(in: 0 ... .max)
      print("seed of the kills: \(seed)")
      try await TestServer.with("signal-chaos") { server in
        try await server.makeDatabase("trail")
        var nodes: [Node] = []
        for number in 0..<Self.collectors {
          let directory = TestDirectory.make("signal-node-\(number)")
          let writing = try LogWriting(in: directory, seed: seed &+ UInt64(number), rotateEvery: 4000)
          let program = try Program(
            in: directory, database: server.url("trail"), settings: Self.settings("node-\(number)"))
          nodes.append(
            Node(
              writing: writing, program: program,
              arguments: ["collect", "--data-dir", "\(directory)/data", "--files", writing.pattern]))
        }
        let directory = TestDirectory.make("signal-analyzer")
        let analyzer = try Program(in: directory, database: server.url("trail"), settings: Self.settings("analyzer"))
        try #require(try await analyzer.run("migrate").status == 0)
        let starts =
          nodes.map { node in { try node.program.start(node.arguments) } } + [{ try analyzer.start(["analyze"]) }]

        var random = SplitMix64(seed: seed)
        var children = try starts.map { try $0() }
        let end = ContinuousClock.now + Self.duration
        var kills = 0
        while ContinuousClock.now < end {
          for node in nodes { try await node.writing.write(Self.linesAStep / 20) }
          try await Task.sleep(for: .milliseconds(50 + random.next() % 350))
          let victim = Int(random.next() % UInt64(children.count))
          children[victim].signal(SIGKILL)
          _ = try await children[victim].wait()
          kills += 1
          children[victim] = try starts[victim]()
        }

        var written = 0
        for node in nodes { written += await node.writing.written.count }
        #expect(
          try await StoredLines.wait(for: written, in: "trail", on: server, while: children[0]), "\(children[0].errors)"
        )
        let whileRunning = try await analyzer.run("signals", "--check", "--since", "-400d", atMost: .seconds(300))
        #expect(whileRunning.status == 0, "\(whileRunning.output)\(whileRunning.errors)")
        for child in children { child.signal(SIGTERM) }
        for child in children { _ = try await child.wait() }
        let moved = try await server.number(
          "trail",
          LogWriting.schemas.map { "(SELECT count(*) FROM \($0).signal_minutes)" }.joined(separator: " + ").selecting)
        #expect(moved > 0, "nothing was compacted")
        let checked = try await analyzer.run("signals", "--check", "--since", "-400d", atMost: .seconds(300))
        #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
        print("\(kills) kills, \(written) lines")
      }
    }
  }
}

extension String {
  fileprivate var selecting: String { "SELECT \(self)" }
}
