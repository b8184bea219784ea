import AuditAlert
import AuditDeliver
import Glibc
import Testing

extension Acceptance {
  @Suite("A real Alertmanager")
  struct AlertmanagerTests {
    private struct Absent: Error, CustomStringConvertible {
      let description: String
    }

    /// Debian's package, which `make setup` installs.
    private static func start(in directory: String, port: Int, hook: Int) throws -> ChildProcess {
      try writeFile(
        "\(directory)/am.yml",
        """
        route: {receiver: hook, group_by: [tenant, alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}
        receivers: [{name: hook, webhook_configs: [{url: "http://127.0.0.1:\(hook)/", send_resolved: true}]}]
        """)
      guard access("/usr/bin/prometheus-alertmanager", X_OK) == 0 else {
        throw Absent(description: "prometheus-alertmanager is not installed: run make setup")
      }
      return try ChildProcess(
        "/usr/bin/prometheus-alertmanager",
        [
          "--config.file=\(directory)/am.yml", "--storage.path=\(directory)/am",
          "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
        ], in: directory, name: "alertmanager")
    }

    /// A port that nobody listens at.
    private static func freePort() async throws -> Int {
      let receiver = try await LocalReceiver.start { _ in LocalReceiver.Answer(status: 200) }
      await receiver.stop()
      return receiver.port
    }

    @Test("Receives alerts, groups them, shows them, and resolves them", .timeLimit(.minutes(3)))
    func all() async throws {
      let grouped = ArrivalLog()
      let hook = try await LocalReceiver.start { arrival in
        grouped.note(arrival, LocalReceiver.Answer(status: 200))
        return LocalReceiver.Answer(status: 200)
      }
      let directory = TestDirectory.make("alertmanager")
      let port = try await Self.freePort()
      let alertmanager = try Self.start(in: directory, port: port, hook: hook.port)
      let more = "concurrency: 4\n"
      try await AlertBench.with(
        "manager", settings: "resolve_after: 6s", more: more,
        others: "- {name: manager, type: alertmanager, url: 'http://127.0.0.1:\(port)'}"
      ) { bench in
        let analyzer = try bench.analyzer()
        // It needs a moment to listen; until then deliveries are tried again.
        try await bench.find(1...3)
        try await bench.find(1...1, detector: "geo", severity: "critical", score: 4)

        // Grouped: three in one message of one alertname.
        try await grouped.wait("the groups") { entries in
          let groups = entries.filter { JSONValue($0.arrival.body)?["status"]?.string == "firing" }
          return groups.contains { Self.count($0) == 3 } && groups.contains { Self.count($0) == 1 }
        }
        // Shown.
        let shown = try Self.amtool(port, directory, "query")
        #expect(shown.contains("AudittailRateSpike") && shown.contains("user-2 calls more than ever"), "\(shown)")
        #expect(shown.contains("AudittailGeo"))
        // Resolved.
        try await grouped.wait("the ends") { entries in
          let ended = entries.filter { JSONValue($0.arrival.body)?["status"]?.string == "resolved" }
          return ended.reduce(0) { $0 + Self.count($1) } >= 4
        }
        #expect(try !Self.amtool(port, directory, "after").contains("AudittailRateSpike"))
        try await bench.stop(analyzer)
      }
      alertmanager.signal(SIGTERM)
      _ = try await alertmanager.wait()
      await hook.stop()
    }

    private static func count(_ entry: ArrivalLog.Entry) -> Int {
      guard case .array(let alerts)? = JSONValue(entry.arrival.body)?["alerts"] else { return 0 }
      return alerts.count
    }

    private static func amtool(_ port: Int, _ directory: String, _ name: String) throws -> String {
      let child = try ChildProcess(
        "/usr/bin/amtool", ["--alertmanager.url=http://127.0.0.1:\(port)", "alert", "query", "-o", "extended"],
        in: directory, name: name)
      while child.ended() == nil { usleep(5000) }
      return child.output
    }
  }
}
