import AuditSample
import Foundation
import Glibc
import Postgres
import Testing

extension Acceptance {
  @Suite("A database that is away while files are rotated")
  struct SpillTests {
    static let settings = """
      limits:
        batch_rows: 200
        batch_age: 20ms
      discovery:
        interval: 50ms
      spool:
        spill_after: 200ms
      """

    /// Whether the collector is killed while the database is away.
    enum Course: String, CaseIterable, Sendable {
      case goesOn, killed
      /// Killed, and again and again while the spool is emptied.
      case killedOften
    }

    @Test(
      "Lines that the collector took are stored once, though their files are gone before the database is back",
      .timeLimit(.minutes(5)), arguments: Course.allCases)
    func away(_ course: Course) async throws {
      let seed = UInt64.random(in: 0 ... .max)
      print("seed of the lines: \(seed)")
      try await TestServer.with("away-\(course)") { server in
        let directory = TestDirectory.make("away-\(course)-work")
        let writing = try LogWriting(in: directory, seed: seed, rotateEvery: 500)
        try await server.makeDatabase("trail")
        let program = try Program(in: directory, database: server.url("trail"), settings: Self.settings)
        let collect = ["collect", "--files", writing.pattern, "--data-dir", "\(directory)/data"]
        var collector = try program.start(collect)
        try await writing.write(2000)
        #expect(try await StoredLines.wait(for: 2000, in: "trail", on: server, while: collector), "\(collector.errors)")

        try await server.embedded.stop()
        try await writing.write(12_000, over: .seconds(4))
        try await Self.settle("\(directory)/data/spool", collector)
        #expect(Self.removeRotated(below: "\(directory)/pods") >= 20)
        if course != .goesOn {
          collector.signal(SIGKILL)
          _ = try await collector.wait()
        }
        try await server.embedded.start()
        if course == .goesOn { _ = await StoredLines.batches(in: "trail", on: server) }
        var random = SplitMix64(seed: seed)
        for _ in 0..<(course == .killedOften ? 10 : 0) {
          let child = try program.start(collect)
          let time = Duration.milliseconds(50 + random.next() % 400)
          try await Task.sleep(for: time)
          child.signal(SIGKILL)
          _ = try await child.wait()
        }
        if course != .goesOn { collector = try program.start(collect) }
        try await writing.write(1000)
        let written = await writing.written
        #expect(
          try await StoredLines.wait(for: written.count, in: "trail", on: server, while: collector),
          "\(collector.errors.suffix(3000))")
        collector.signal(SIGTERM)
        #expect(try await collector.wait() == .exited(0), "\(collector.errors.suffix(3000))")
        let differences = try await StoredLines("trail", on: server).differences(from: written)
        #expect(differences.isEmpty, "\(differences)")
        let verified = try await program.verify()
        #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
        #expect(try await server.number("trail", "SELECT sum(gap_bytes)::int8 FROM tenant_acme.ledger") == 0)
      }
    }

    /// Waits until the spool does not grow any more: the collector has read all that there is.
    static func settle(_ spool: String, _ collector: ChildProcess) async throws {
      var last = -1
      var since = ContinuousClock.now
      let end = ContinuousClock.now + .seconds(60)
      while ContinuousClock.now < end {
        let now = bytes(below: spool)
        if now != last { (last, since) = (now, .now) }
        if now > 0, ContinuousClock.now - since > .seconds(3) { return }
        try #require(collector.ended() == nil, "\(collector.errors.suffix(3000))")
        try await Task.sleep(for: .milliseconds(50))
      }
      Issue.record("The spool holds \(last) bytes after a minute.")
    }

    private static func names(in path: String) -> [String] {
      guard let directory = opendir(path) else { return [] }
      defer { closedir(directory) }
      var names: [String] = []
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
      }
      return names
    }

    private static func bytes(below path: String) -> Int {
      names(in: path).flatMap { tenant in names(in: "\(path)/\(tenant)").map { "\(path)/\(tenant)/\($0)" } }
        .reduce(0) { sum, file in
          let attributes = try? FileManager.default.attributesOfItem(atPath: file)
          return sum + (attributes?[.size] as? Int ?? 0)
        }
    }

    /// Deletes the rotated files, as a kubelet does in the end.
    private static func removeRotated(below root: String) -> Int {
      var removed = 0
      for pod in names(in: root) {
        for container in names(in: "\(root)/\(pod)") {
          for file in names(in: "\(root)/\(pod)/\(container)") where !file.hasSuffix(".log") {
            if unlink("\(root)/\(pod)/\(container)/\(file)") == 0 { removed += 1 }
          }
        }
      }
      return removed
    }
  }
}
