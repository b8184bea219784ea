import AuditAlert
import AuditDeliver
import AuditSample
import Glibc
import Testing

extension Acceptance {
  @Suite("Alerts of an analyzer that is killed")
  struct AlertKillTests {
    /// `make chaos` kills 200 times.
    static let kills = getenv("AUDITTAIL_TEST_KILLS").flatMap { Int(String(cString: $0)) } ?? 25
    static let alerts = 1000

    static let settings = """
      resolve_after: 4s
      storm_messages: 10000
      retry_first: 50ms
      retry_longest: 400ms
      """

    /// Fails, stalls, throttles, redirects, is gone for a moment, or answers what is no HTTP: two of five requests.
    @Sendable static func answer(_ arrival: LocalReceiver.Arrival, _ number: Int) -> LocalReceiver.Answer {
      switch UInt64(number) &* 0x9E37_79B9_7F4A_7C15 >> 40 % 20 {
      case 0, 1: LocalReceiver.Answer(status: 500)
      case 2: LocalReceiver.Answer(status: 200, stalls: true)
      case 3: LocalReceiver.Answer(status: 429)
      case 4: LocalReceiver.Answer(status: 429, headers: [("Retry-After", "0")])
      case 5, 6: LocalReceiver.Answer(status: 301, headers: [("Location", "http://127.0.0.1:1/")])
      case 7: LocalReceiver.Answer(status: 200, garbage: "\u{1}\u{2} this is no HTTP\r\n\r\n")
      default: LocalReceiver.Answer(status: 200)
      }
    }

    @Test(
      "Killed at random while a thousand alerts are told to a receiver that fails in every way, it tells each transition, in order, with one id",
      .timeLimit(.minutes(15)))
    func kill() async throws {
      let seed = UInt64.random(in: 0 ... .max)
      print("seed of the kills: \(seed)")
      try await AlertBench.with(
        "kills", settings: Self.settings, more: "timeout: 300ms\nconcurrency: 16", answering: Self.answer
      ) { bench in
        var random = SplitMix64(seed: seed)
        let each = Self.alerts / Self.kills
        for number in 0..<Self.kills {
          let before = bench.log.count
          let child = try bench.analyzer()
          let first = number * each + 1
          let last = number == Self.kills - 1 ? Self.alerts : first + each - 1
          // Some get worse while others begin.
          try await bench.find(first...last)
          if number > 0 { try await bench.find(first - each...first - 1, severity: "critical", score: 3) }
          if number % 4 == 0 {
            // At any moment of its start.
            try await Task.sleep(for: .milliseconds(50 + random.next() % 900))
          } else {
            // While it is at work: it has told something, and goes on.
            try await bench.log.wait("a request of run \(number)") { $0.count > before }
            try await Task.sleep(for: .milliseconds(random.next() % 250))
          }
          child.signal(SIGKILL)
          #expect(try await child.wait() == .signalled(SIGKILL), "\(child.errors)")
        }
        let last = try bench.analyzer()
        try await bench.find((Self.kills - 1) * each + 1...Self.alerts, severity: "critical", score: 3)
        try await bench.log.wait("every end", atMost: .seconds(300)) { entries in
          Set(entries.filter { $0.isTaken && $0.event == "resolved" }.map(\.id)).count == Self.alerts
        }
        try await bench.stop(last)
        try await check(bench)
      }
    }

    private func check(_ bench: AlertBench) async throws {
      #expect(try await bench.number("SELECT count(*) FROM tenant_acme.alerts") == Self.alerts)
      // No alert flaps: it fires, may get worse, is over.
      let odd = try await bench.number(
        """
        SELECT count(*) FROM (SELECT string_agg(event || ':' || severity, ' ' ORDER BY number) AS life FROM tenant_acme.alert_transitions
          GROUP BY alert) l WHERE life NOT IN ('firing:warning firing:critical resolved:critical', 'firing:critical resolved:critical')
        """)
      #expect(odd == 0)
      #expect(
        try await bench.number("SELECT count(*) FROM tenant_acme.deliveries WHERE state <> 'delivered'") == 0)

      let key = try WebhookSignature.key(AlertBench.secret)
      var bodies: [String: String] = [:]
      var latest: [Int64: Int64] = [:]
      for entry in bench.log.all {
        let data = try #require(entry.data)
        let alert = try #require(data["alert"]?.int)
        let transition = try #require(data["transition"]?.int)
        #expect(entry.id.hasSuffix("_\(alert)_\(transition)"))
        #expect(bodies[entry.id].map { $0 == entry.arrival.body } ?? true, "a repeat has another body")
        bodies[entry.id] = entry.arrival.body
        #expect(transition >= latest[alert, default: 0], "alert \(alert): \(transition) after \(latest[alert] ?? 0)")
        latest[alert] = max(latest[alert, default: 0], transition)
        let time = try #require(entry.arrival.header("webhook-timestamp").flatMap { Int64($0) })
        let signature = try #require(entry.arrival.header("webhook-signature"))
        #expect(
          WebhookSignature.verify(
            header: signature, id: entry.id, timestamp: time, body: entry.arrival.body, key: key))
      }
      let taken = Set(bench.log.taken.map(\.id))
      let transitions = try await bench.number("SELECT count(*) FROM tenant_acme.alert_transitions")
      #expect(taken.count == transitions, "\(transitions - taken.count) transitions were never taken")
      print("\(bench.log.count) requests for \(transitions) transitions, \(Self.kills) kills")
    }

    @Test(
      "When the leader of two analyzers is killed the other one tells within ten seconds, and nothing twice but by its id"
    )
    func takeover() async throws {
      try await AlertBench.with("takeover") { bench in
        let leader = try bench.analyzer()
        try await bench.find(1...1)
        try await bench.log.wait("the first alert") { $0.contains { $0.event == "firing" } }
        let other = try bench.analyzer()
        try await Task.sleep(for: .seconds(1))
        let killed = ContinuousClock.now
        leader.signal(SIGKILL)
        try await bench.find(2...20)
        try await bench.log.wait("the alerts after the kill", atMost: .seconds(30)) { entries in
          Set(entries.map(\.id)).count == 20
        }
        let took = ContinuousClock.now - killed
        print("takeover: \(took)")
        #expect(took < .seconds(10))
        _ = try await leader.wait()
        try await bench.stop(other)
        let ids = bench.log.all.map(\.id)
        #expect(ids.count <= 21)
        #expect(try await bench.number("SELECT count(*) FROM tenant_acme.alert_transitions") == 20)
      }
    }

    @Test(
      "Ten thousand findings in a minute: the configured messages, a digest whose counts add up, and memory that stays")
    func storm() async throws {
      let settings = "storm_messages: 20\nstorm_interval: 8s"
      try await AlertBench.with("storm", settings: settings) { bench in
        let analyzer = try bench.analyzer()
        try await bench.find(1...1)
        try await bench.log.wait("the first alert") { !$0.isEmpty }
        let before = Self.memory(of: analyzer)
        var peak = before
        let began = ContinuousClock.now
        for batch in 0..<20 {
          try await bench.find(batch * 500 + 2...batch * 500 + 501)
          peak = max(peak, Self.memory(of: analyzer))
        }
        while try await bench.number("SELECT count(*) FROM tenant_acme.alerts") < 10_001 {
          peak = max(peak, Self.memory(of: analyzer))
          #expect(ContinuousClock.now - began < .seconds(60))
          if ContinuousClock.now - began > .seconds(90) { break }
          try await Task.sleep(for: .milliseconds(100))
        }
        print("10,000 alerts made within \(ContinuousClock.now - began)")
        try await bench.log.wait("all digests") { entries in Self.counted(entries) == 10_001 }
        peak = max(peak, Self.memory(of: analyzer))
        let windows = try await bench.number(
          "SELECT count(*) FROM tenant_acme.deliveries WHERE event = 'digest' AND receiver = 'hook'")
        let messages = bench.log.taken.count
        #expect(messages <= (windows + 1) * 21)
        #expect(
          try await bench.number("SELECT count(*) FROM tenant_acme.deliveries WHERE state = 'folded'")
            == 10_001 - (messages - windows))
        print("\(messages) messages, \(windows) of them digests; memory \(before) KiB before, \(peak) KiB at most")
        #expect(peak - before < 48 << 10)
        try await bench.stop(analyzer)
      }
    }

    /// How many transitions the messages tell of, by name or counted.
    private static func counted(_ entries: [ArrivalLog.Entry]) -> Int64 {
      var ids: Set<String> = []
      return entries.filter { $0.isTaken && ids.insert($0.id).inserted }.reduce(0) {
        $0 + ($1.data?["total"]?.int ?? 1)
      }
    }

    /// Resident memory in KiB (proc(5)).
    private static func memory(of child: ChildProcess) -> Int {
      let status = String(decoding: readFile("/proc/\(child.pid)/status"), as: UTF8.self)
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
      return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
  }
}
