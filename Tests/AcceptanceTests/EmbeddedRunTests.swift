import AuditModel
import AuditSample
import Glibc
import Testing

extension Acceptance {
  @Suite("run with its own PostgreSQL")
  struct EmbeddedRunTests {
    static let settings = """
      retention:
        confirm_shorter: true
      limits:
        batch_rows: 500
      """
    static let daysOld = 80

    @Test(
      "Killed in the middle it adopts its server, counts are exact, old days leave, and verify goes on",
      .timeLimit(.minutes(4)))
    func life() async throws {
      let directory = TestDirectory.make("run")
      let data = "\(directory)/data"
      let writing = try LogWriting(in: directory, seed: 9, rotateEvery: 2000)
      try await writing.write(20_000)
      let old = try Self.writeOldLines(200, in: directory)
      let patterns = ["--files", writing.pattern, "--files", old, "--data-dir", data]
      let program = try Program(in: directory, settings: Self.settings)

      let first = try program.start(["run", "--once"] + patterns)
      try await Self.waitForBatch(in: data, while: first)
      first.signal(SIGKILL)
      #expect(try await first.wait() == .signalled(SIGKILL), "\(first.errors)")
      let server = try #require(Self.postmaster(in: data))

      let second = try program.start(["run", "--once"] + patterns)
      while Self.postmaster(in: data) == server, second.ended() == nil { try await Task.sleep(for: .milliseconds(20)) }
      // It is the same server until the run ends, and then there is none.
      #expect(try await second.wait() == .exited(0), "\(second.errors)")
      #expect(!second.output.contains(#""lines":0,"#), "The kill came too late.")
      #expect(Self.postmaster(in: data) == nil, "The server outlived the run that adopted it.")

      let written = await writing.written
      let whole = written.records.count + 200
      let count = try await program.run("query", "--count", "--data-dir", data)
      #expect(count.output == "\(whole)\n", "\(count.errors)")
      #expect(try await program.run("query", "--count", "--tenant", "default", "--data-dir", data).output == "200\n")
      #expect(try await program.run("verify", "--data-dir", data).status == 0)

      let again = try await program.run("run", "--once", "--files", writing.pattern, "--data-dir", data)
      #expect(again.output.contains(#""lines":0,"records":0,"#), "\(again.output)\(again.errors)")
      try await Self.prune(program, data, whole: whole)
    }

    private static func prune(_ program: Program, _ data: String, whole: Int) async throws {
      let day = RecordTime.now.advanced(by: .seconds(-86_400 * daysOld)).day
      let unconfirmed = try await Program(in: TestDirectory.make("run-unconfirmed"))
        .run("prune", "--keep", "60d", "--data-dir", data)
      #expect(unconfirmed.status == 78 && unconfirmed.errors.contains("confirm_shorter"), "\(unconfirmed.errors)")

      let trial = try await program.run("prune", "--keep", "60d", "--dry-run", "--data-dir", data)
      #expect(trial.status == 0 && trial.lines.count == 1, "\(trial.output)\(trial.errors)")
      #expect(trial.output.contains(#""tenant":"default","day":"\#(day)","outcome":"would-drop""#), "\(trial.output)")
      #expect(try await program.run("query", "--count", "--data-dir", data).output == "\(whole)\n")

      let pruned = try await program.run("prune", "--keep", "60d", "--data-dir", data)
      #expect(pruned.status == 0 && pruned.output.contains(#""outcome":"dropped""#), "\(pruned.output)\(pruned.errors)")
      #expect(try await program.run("query", "--count", "--data-dir", data).output == "\(whole - 200)\n")
      let verified = try await program.run("verify", "--data-dir", data)
      #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
      #expect(verified.errors.contains("1 pruned day "), "\(verified.errors)")
      #expect(postmaster(in: data) == nil)
    }

    /// Records of one moment, long ago but within the retention.
    /// - Returns: the path.
    private static func writeOldLines(_ count: Int, in directory: String) throws -> String {
      let time = RecordTime.now.advanced(by: .seconds(-86_400 * daysOld)).rfc3339
      let lines = (1...count).map { #"{"timestamp":"\#(time)","tool":"old","args":{"requestId":"old-\#($0)"}}"# + "\n" }
      try writeFile("\(directory)/old.log", lines.joined())
      return "\(directory)/old.log"
    }

    /// Waits until the run has stored something and is not done.
    private static func waitForBatch(in data: String, while child: ChildProcess) async throws {
      let server = TestServer.url("audittail", host: "\(data)/postgres/cluster/socket")
      while child.ended() == nil {
        let batches = (try? await TestServer.number(server, "SELECT count(*) FROM tenant_acme.ledger")) ?? 0
        if batches > 0 { return }
        try await Task.sleep(for: .milliseconds(5))
      }
    }

    /// The server process of the data directory, if it lives.
    private static func postmaster(in data: String) -> pid_t? {
      let text = String(decoding: readFile("\(data)/postgres/cluster/data/postmaster.pid"), as: UTF8.self)
      guard let pid = text.split(separator: "\n").first.flatMap({ pid_t($0) }), kill(pid, 0) == 0 else { return nil }
      return pid
    }
  }
}
