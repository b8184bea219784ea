import Glibc
import Testing

extension Acceptance {
  @Suite("A connection that breaks around a COMMIT")
  struct LostAnswerTests {
    static let lines = 30_000
    static let settings = """
      limits:
        batch_rows: 200
        batch_age: 20ms
      discovery:
        interval: 50ms
      """

    /// Whether some kind of cut was made ten times or less.
    static func isTooSeldom(_ cuts: [CommitCutter.Cut: Int]) -> Bool {
      CommitCutter.Cut.allCases.contains { cuts[$0, default: 0] <= 10 }
    }

    @Test(
      "Cut before COMMIT, right after it, and between it and its answer: every line is stored once",
      .timeLimit(.minutes(6)))
    func cut() async throws {
      let seed = UInt64.random(in: 0 ... .max)
      print("seed of the lines: \(seed)")
      let server = try await TestServer.shared()
      let directory = TestDirectory.make("cutter-work")
      let writing = try LogWriting(in: directory, seed: seed, rotateEvery: 1000)
      try await server.makeDatabase("cutter")
      let cutter = try CommitCutter(in: TestDirectory.make("cutter"), before: server, every: 3)
      defer { cutter.stop() }
      let program = try Program(
        in: directory, database: server.url("cutter", host: cutter.directory), settings: Self.settings)
      let collector = try program.start(["collect", "--files", writing.pattern])
      // On a busy machine batches are large and few: then it takes more lines until each kind of cut was seen often enough.
      let end = ContinuousClock.now + .seconds(150)
      var parts = 0
      while parts < 60 || Self.isTooSeldom(cutter.cuts) && ContinuousClock.now < end {
        try await writing.write(Self.lines / 60, over: .milliseconds(150))
        parts += 1
      }

      let written = await writing.written
      let isComplete = try await StoredLines.wait(for: written.count, in: "cutter", on: server, while: collector)
      #expect(isComplete, "\(collector.ended().map { "\($0)" } ?? "running"): \(collector.errors.suffix(2000))")
      collector.signal(SIGTERM)
      #expect(try await collector.wait() == .exited(0), "\(collector.errors.suffix(2000))")

      let cuts = cutter.cuts
      print("cuts: \(cuts)")
      #expect(!Self.isTooSeldom(cuts))
      let differences = try await StoredLines("cutter", on: server).differences(from: written)
      #expect(differences.isEmpty, "\(differences)")
      let direct = try Program(in: TestDirectory.make("cutter-verify"), database: server.url("cutter"))
      let verified = try await direct.verify()
      #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    }
  }
}
