import AuditAlert
import AuditDeliver
import Glibc
import Synchronization
import Testing

extension Acceptance {
  @Suite("audittail alerts")
  struct AlertCommandTests {
    @Test(
      "Lists, shows, acknowledges, silences and resolves, and the receiver hears of it in order",
      .timeLimit(.minutes(3)))
    func life() async throws {
      try await AlertBench.with("commands") { bench in
        let analyzer = try bench.analyzer()
        try await bench.find(1...2)
        try await bench.log.wait("both alerts") { $0.count == 2 }
        let list = try await bench.program.run("alerts", "list", "--format", "ndjson")
        #expect(list.status == 0, "\(list.errors)")
        #expect(list.lines.count == 2)
        #expect(list.lines.allSatisfy { JSONValue(String($0))?["state"]?.string == "firing" })

        let acknowledged = try await bench.program.run(
          "alerts", "ack", "acme/1", "--note", "mine, password=hunter2-canary")
        #expect(acknowledged.status == 0, "\(acknowledged.errors)")
        try await bench.log.wait("the acknowledgement") { $0.contains { $0.event == "acknowledged" } }

        let silenced = try await bench.program.run(
          "alerts", "silence", "acme/2", "--for", "1h", "--reason", "roll-out")
        #expect(silenced.status == 0, "\(silenced.errors)")
        try await bench.log.wait("the silence") { $0.contains { $0.event == "silenced" } }
        try await bench.find(2...2)
        let unsilenced = try await bench.program.run("alerts", "unsilence", "acme/1")
        #expect(unsilenced.status == 0, "\(unsilenced.errors)")
        try await bench.log.wait("that it fires again") { $0.count { $0.event == "firing" } == 3 }

        let resolved = try await bench.program.run("alerts", "resolve", "1", "--tenant", "acme")
        #expect(resolved.status == 0, "\(resolved.errors)")
        let expected = try await bench.program.run("alerts", "ack", "acme/2", "--expected")
        #expect(expected.status == 0, "\(expected.errors)")
        try await bench.log.wait("both ends") { $0.count { $0.event == "resolved" } == 2 }
        #expect(try await bench.number("SELECT count(*) FROM tenant_acme.finding_feedback") >= 1)

        let shown = try await bench.program.run("alerts", "show", "acme/1", "--format", "ndjson")
        guard case .array(let transitions)? = JSONValue(shown.output)?["transitions"] else {
          Issue.record("\(shown.output)\(shown.errors)")
          return
        }
        #expect(transitions.compactMap { $0["event"]?.string } == ["firing", "acknowledged", "resolved"])
        let deliveries = try await bench.program.run("alerts", "deliveries", "--format", "ndjson")
        #expect(deliveries.lines.count == 7 && deliveries.lines.allSatisfy { $0.contains("\"delivered\"") })
        #expect(!bench.log.all.contains { $0.arrival.body.contains("hunter2-canary") })
        let none = try await bench.program.run("alerts", "show", "acme/99")
        #expect(none.status == 1)
        try await bench.stop(analyzer)
      }
    }

    @Test(
      "410 disables a receiver; what was given up is listed, and replayed with the same ids when it is back",
      .timeLimit(.minutes(3)))
    func gone() async throws {
      let isGone = Atomic(true)
      try await AlertBench.with(
        "gone",
        answering: { _, _ in LocalReceiver.Answer(status: isGone.load(ordering: .relaxed) ? 410 : 200) }
      ) { bench in
        let analyzer = try bench.analyzer()
        try await bench.find(1...3)
        let end = ContinuousClock.now + .seconds(60)
        while try await bench.number("SELECT count(*) FROM tenant_acme.deliveries WHERE state = 'dead'") < 3 {
          try #require(ContinuousClock.now < end)
          try await Task.sleep(for: .milliseconds(50))
        }
        let asked = bench.log.count
        try await bench.find(4...6)
        while try await bench.number("SELECT count(*) FROM tenant_acme.deliveries WHERE state = 'dead'") < 6 {
          try #require(ContinuousClock.now < end)
          try await Task.sleep(for: .milliseconds(50))
        }
        // It was asked by those that were under way, and then no more.
        #expect(bench.log.count == asked)
        #expect(
          try await bench.number("SELECT count(*) FROM audittail.alerts WHERE detector = 'receiver-disabled'") == 1)
        let refused = try await bench.program.run("alerts", "test-receiver", "hook")
        #expect(refused.status == 1, "\(refused.errors)")

        isGone.store(false, ordering: .relaxed)
        let tried = try await bench.program.run("alerts", "test-receiver", "hook")
        #expect(tried.status == 0, "\(tried.errors)")
        let dead = try await bench.program.run(
          "alerts", "deliveries", "--dead", "--tenant", "acme", "--format", "ndjson")
        #expect(dead.lines.count == 6)
        let replayed = try await bench.program.run("alerts", "replay", "--all")
        #expect(replayed.status == 0, "\(replayed.errors)")
        try await bench.log.wait("everything", atMost: .seconds(60)) { entries in
          Set(entries.filter { $0.isTaken && $0.data?["tenant"] != nil }.map(\.id)).count == 6
        }
        try await bench.stop(analyzer)
      }
    }

    @Test("A receiver on an address that is refused is not asked, and the reason is said without the address")
    func refused() async throws {
      let directory = TestDirectory.make("alerts-refused")
      let log = ArrivalLog()
      let receiver = try await LocalReceiver.start { arrival in
        log.note(arrival, LocalReceiver.Answer(status: 200))
        return LocalReceiver.Answer(status: 200)
      }
      for host in ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"] {
        let program = try Program(
          in: directory, database: "postgresql://nobody@127.0.0.1:1/none",
          settings: """
            alerts:
              receivers:
                - {name: hook, type: slack, url: "http://\(host):\(receiver.port)/services/canary-8fe2c1"}
            """)
        let answer = try await program.run("alerts", "test-receiver", "hook")
        #expect(answer.status == 1, "\(host): \(answer.errors)")
        #expect(answer.errors.contains("refused"), "\(host): \(answer.errors)")
        #expect(!answer.errors.contains("canary"), "\(host): \(answer.errors)")
      }
      #expect(log.count == 0)
      await receiver.stop()
    }

    @Test("Every body validates against the schema, and every signature verifies, by Python's jsonschema and hmac")
    func schema() async throws {
      try await AlertBench.with(
        "schema", settings: "storm_messages: 2\nstorm_interval: 2s\nheartbeat: 1s", more: "heartbeat: true"
      ) { bench in
        let analyzer = try bench.analyzer()
        try await bench.find(1...5)
        try await bench.log.wait("a digest") { $0.contains { $0.event == "digest" } }
        _ = try await bench.program.run("alerts", "ack", "acme/1", "--note", "looking")
        _ = try await bench.program.run("alerts", "silence", "acme/2", "--for", "1h", "--reason", "roll-out")
        _ = try await bench.program.run("alerts", "test-receiver", "hook")
        try await bench.log.wait("every kind") { entries in
          Set(entries.map(\.event)).isSuperset(of: [
            "firing", "digest", "acknowledged", "silenced", "heartbeat", "test",
          ])
        }
        _ = try await bench.program.run("alerts", "resolve", "acme/1")
        try await bench.log.wait("the end") { $0.contains { $0.event == "resolved" } }
        try await bench.stop(analyzer)

        let directory = TestDirectory.make("alerts-python")
        let lines = bench.log.all.map { entry in
          [
            entry.id, entry.arrival.header("webhook-timestamp") ?? "", entry.arrival.header("webhook-signature") ?? "",
            entry.arrival.body,
          ].joined(separator: "\t")
        }
        try writeFile("\(directory)/arrivals", lines.joined(separator: "\n") + "\n")
        try writeFile("\(directory)/check.py", Self.check)
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let python = try ChildProcess(
          "/usr/bin/python3",
          ["\(directory)/check.py", "\(root)/schemas/webhook.v1.json", AlertBench.secret, "\(directory)/arrivals"],
          in: directory, name: "python")
        #expect(try await python.wait() == .exited(0), "\(python.errors)")
        #expect(python.output == "\(lines.count) checked\n", "\(python.output)")
      }
    }

    /// Another implementation of both: what it does not know of ours it cannot forgive.
    private static let check = """
      import base64, hashlib, hmac, json, sys
      import jsonschema
      schema, secret, arrivals = json.load(open(sys.argv[1])), sys.argv[2], open(sys.argv[3]).read().splitlines()
      jsonschema.Draft202012Validator.check_schema(schema)
      validator = jsonschema.Draft202012Validator(schema)
      key = base64.b64decode(secret.removeprefix("whsec_"))
      def sign(id, time, body):
          return "v1," + base64.b64encode(hmac.new(key, f"{id}.{time}.{body}".encode(), hashlib.sha256).digest()).decode()
      assert sign("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", '{"test": 2432232314}') == \\
          "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
      for line in arrivals:
          id, time, signature, body = line.split("\\t")
          assert signature == sign(id, time, body), id
          assert len(body.encode()) < 20000, id
          validator.validate(json.loads(body))
      broken = json.loads(arrivals[0].split("\\t")[3])
      del broken["data"]["severity"]
      assert not validator.is_valid(broken)
      print(f"{len(arrivals)} checked")
      """

    @Test("A mail goes to the sendmail command, with a subject and the text", .timeLimit(.minutes(2)))
    func mail() async throws {
      let directory = TestDirectory.make("alerts-mail")
      try writeFile(
        "\(directory)/sendmail",
        "#!/bin/sh\ncat > \(directory)/mail.part && mv \(directory)/mail.part \(directory)/mail\n")
      #expect(chmod("\(directory)/sendmail", 0o755) == 0)
      let mail = """
        - name: post
          type: mail
          mail_from: audit@example.com
          mail_to: [oncall@example.com]
          sendmail: \(directory)/sendmail
        """
      try await AlertBench.with("mail", others: mail) { bench in
        let analyzer = try bench.analyzer()
        try await bench.find(1...1)
        let end = ContinuousClock.now + .seconds(60)
        while access("\(directory)/mail", R_OK) != 0 {
          try #require(ContinuousClock.now < end)
          try await Task.sleep(for: .milliseconds(20))
        }
        let text = String(decoding: readFile("\(directory)/mail"), as: UTF8.self)
        #expect(text.hasPrefix("From: audit@example.com\nTo: oncall@example.com\nSubject: =?utf-8?B?"))
        #expect(text.contains("Message-ID: <msg_"))
        try await bench.stop(analyzer)
      }
    }
  }
}
