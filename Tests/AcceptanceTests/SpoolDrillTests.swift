import AuditSample
import Glibc
import Postgres
import Testing

extension Acceptance {
  @Suite("A collector that takes submissions")
  struct SpoolDrillTests {
    static func settings(_ directory: String, _ database: String, spool: String = "") throws {
      try writeFile(
        "\(directory)/drill.yaml",
        """
        data_dir: \(directory)/data
        collector:
          name: drill
          tenant: acme
          files: ["\(directory)/none/*.log"]
        limits:
          batch_rows: 100
          batch_age: 20ms
        \(spool)
        """)
      try writeFile("\(directory)/database", database)
    }

    private static func submit(_ peers: [DrillPeer], for duration: Duration, finishing: Bool = false) async {
      let end = ContinuousClock.now + duration
      await withTaskGroup(of: Void.self) { group in
        for peer in peers {
          group.addTask {
            await withCheckedContinuation { continuation in
              DrillThread.run {
                peer.submit(until: end, finishing: finishing)
              } done: {
                continuation.resume()
              }
            }
          }
        }
      }
    }

    /// Waits until as many records are stored as were acknowledged.
    private static func wait(for count: Int, on server: TestServer, while child: ChildProcess) async throws {
      let end = ContinuousClock.now + .seconds(60)
      var now = 0
      while ContinuousClock.now < end, child.ended() == nil {
        now = (try? await server.number("trail", "SELECT count(*) FROM tenant_acme.records")) ?? 0
        if now >= count { return }
        try await Task.sleep(for: .milliseconds(50))
      }
      Issue.record("\(now) of \(count) records are stored. \(child.errors.suffix(3000))")
    }

    /// Everything that was acknowledged is there once, nothing else is, and the ledger proves it.
    private static func check(_ peers: [DrillPeer], _ directory: String, on server: TestServer) async throws {
      let stored = try await StoredLines("trail", of: ["tenant_acme"], on: server)
      var written = WrittenLines()
      for peer in peers { written.records.formUnion(peer.acknowledged) }
      let differences = stored.differences(from: written)
      #expect(differences.isEmpty, "\(differences)")
      let verified = try await Program(in: directory, database: server.url("trail")).verify()
      #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
      #expect(try await server.number("trail", "SELECT sum(gap_bytes)::int8 FROM tenant_acme.ledger") == 0)
    }

    @Test(
      "Killed while it acknowledges, and its database away for a while, it stores once what it acknowledged",
      .timeLimit(.minutes(6)))
    func kills() async throws {
      if let directory = SpoolDrill.directory { return try await SpoolDrill.serve(directory) }
      let seed = UInt64.random(in: 0 ... .max)
      print("seed of the kills of the drill: \(seed)")
      try await TestServer.with("drill") { server in
        var random = SplitMix64(seed: seed)
        let directory = TestDirectory.make("drill-work")
        try await server.makeDatabase("trail")
        try Self.settings(directory, server.url("trail"))
        let peers = (0..<6).map { DrillPeer(in: directory, name: "d\($0)") }
        for kill in 0..<25 {
          let child = try SpoolDrill.start(in: directory, name: "drill-\(kill)")
          if kill == 10 { try await server.embedded.stop() }
          if kill == 14 { try await server.embedded.start() }
          let time = Duration.milliseconds(300 + random.next() % 900)
          await Self.submit(peers, for: time)
          child.signal(SIGKILL)
          #expect(try await child.wait() == .signalled(SIGKILL), "\(child.errors)")
        }
        let last = try SpoolDrill.start(in: directory, name: "drill-last")
        await Self.submit(peers, for: .seconds(20), finishing: true)
        let acknowledged = peers.reduce(0) { $0 + $1.acknowledged.count }
        print("acknowledged lines: \(acknowledged), repeated submissions: \(peers.reduce(0) { $0 + $1.repeated })")
        #expect(acknowledged > 1000 && peers.contains { $0.repeated > 0 })
        try await Self.wait(for: acknowledged, on: server, while: last)
        last.signal(SIGKILL)
        _ = try await last.wait()
        try await Self.check(peers, directory, on: server)
        let found = try await ChildProcess(
          "/usr/bin/grep", ["-rac", "hunter2-d", "\(directory)/data"], in: directory, name: "grep"
        )
        .wait()
        #expect(found == .exited(1), "a secret is in the spool")
      }
    }

    @Test(
      "On a full disk it acknowledges nothing, loses nothing, and goes on when there is room", .timeLimit(.minutes(4)))
    func fullDisk() async throws {
      // The process of the other test runs this one too; it is busy there.
      if SpoolDrill.directory != nil { return }
      try await TestServer.with("full-disk") { server in
        let directory = TestDirectory.make("full-disk-work")
        mkdir("\(directory)/data", 0o755)
        try await server.makeDatabase("trail")
        try Self.settings(directory, server.url("trail"))
        let child = try SpoolDrill.start(in: directory, name: "full", disk: "2m")
        let peers = (0..<4).map { DrillPeer(in: directory, name: "d\($0)") }
        await Self.submit(peers, for: .seconds(2))
        try await server.embedded.stop()
        for _ in 0..<30 where peers.contains(where: { $0.refused == 0 }) { await Self.submit(peers, for: .seconds(1)) }
        #expect(peers.allSatisfy { $0.refused > 0 }, "\(child.errors.suffix(2000))")
        try await server.embedded.start()
        await Self.submit(peers, for: .seconds(8))
        let before = peers.reduce(0) { $0 + $1.acknowledged.count }
        await Self.submit(peers, for: .seconds(20), finishing: true)
        let acknowledged = peers.reduce(0) { $0 + $1.acknowledged.count }
        print("acknowledged lines: \(acknowledged), refused submissions: \(peers.reduce(0) { $0 + $1.refused })")
        #expect(acknowledged >= before)
        try await Self.wait(for: acknowledged, on: server, while: child)
        child.signal(SIGKILL)
        _ = try await child.wait()
        try await Self.check(peers, directory, on: server)
      }
    }
  }
}

/// Blocking work beside Swift's own threads.
enum DrillThread {
  static func run(_ body: @escaping @Sendable () -> Void, done: @escaping @Sendable () -> Void) {
    let work = Unmanaged.passRetained(
      Work(body: {
        body(); done()
      })
    ).toOpaque()
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
        return nil
      }, work)
    precondition(code == 0, "The system refused a thread.")
    pthread_detach(thread)
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
