import AuditModel
import AuditSample
import Glibc
import TestAPIServer
import Testing

extension Acceptance {
  @Suite("Pods' metadata")
  struct KubernetesTests {
    /// A database, a service account's directory, and a tree of pods' logs.
    private struct Scene {
      let server: TestServer
      let database: String
      let directory: String
      var account: String { "\(directory)/account" }
      var root: String { "\(directory)/pods" }

      init(_ database: String) async throws {
        server = try await TestServer.shared()
        self.database = database
        directory = TestDirectory.make(database)
        try await server.makeDatabase(database)
        mkdir(account, 0o755)
      }

      func program(_ port: Int, _ more: String = "") throws -> Program {
        let settings = """
          collector:
            name: node-1
          discovery:
            interval: 50ms
          limits:
            batch_age: 20ms
          kubernetes:
            service_account: \(account)
            annotations: [example.com/*]
          \(more)
          """
        return try Program(
          in: directory, database: server.url(database), settings: settings,
          environment: [
            "KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "\(port)", "NODE_NAME": "node-1",
          ])
      }

      var files: [String] { ["--files", "\(root)/*/*/*.log"] }

      func write(_ count: Int, tool: String, namespace: String, pod: String, uid: String) throws {
        var writer = try PodLogWriter(root: root, namespace: namespace, pod: pod, uid: uid, container: "server")
        for number in 0..<count {
          let line = #"{"timestamp":"\#(RecordTime.now.rfc3339)","tool":"\#(tool)","args":{"n":\#(number)}}"#
          try writer.write(Array(line.utf8), at: .now)
        }
      }

      func count(_ sql: String) async throws -> Int { try await server.number(database, "SELECT count(*) FROM " + sql) }

      /// Waits until a count is reached, or the program ended.
      func wait(_ sql: String, is wanted: Int, while child: ChildProcess) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while (try? await count(sql)) ?? -1 != wanted {
          guard child.ended() == nil, ContinuousClock.now < end else {
            Issue.record("\(sql): not \(wanted). \(child.errors.suffix(3000))")
            return
          }
          try await Task.sleep(for: .milliseconds(20))
        }
      }
    }

    @Test(
      "Labels, owner and node come to the records, static pods too; a label decides the tenant; secrets of annotations go nowhere",
      .timeLimit(.minutes(3)))
    func labels() async throws {
      let scene = try await Scene("kube_labels")
      let api = try await TestAPIServer.start(in: scene.account)
      let marker = "CANARY-KUBE-77"
      api.put(
        TestPod(
          uid: "uid-a", name: "tools-a", labels: ["app": "tools", "team": "red"],
          annotations: ["example.com/note": "password=\(marker)", "other": marker], owner: "tools-5d4"))
      api.put(
        TestPod(
          uid: "api-uid-s", name: "tools-s-node-1", labels: ["tier": "static"],
          annotations: ["kubernetes.io/config.mirror": "hash-s", "kubernetes.io/config.hash": "hash-s"]))
      api.put(TestPod(uid: "uid-g", name: "tools-g", labels: ["example.com/tenant": "globex"]))
      api.put(TestPod(uid: "uid-q", name: "tools-q", labels: ["example.com/tenant": "-not a tenant-"]))
      api.put(TestPod(uid: "uid-n", namespace: "elsewhere", name: "tools-n", labels: ["app": "x"]))
      try scene.write(10, tool: "a", namespace: "mcp-org-acme", pod: "tools-a", uid: "uid-a")
      try scene.write(20, tool: "s", namespace: "mcp-org-acme", pod: "tools-s-node-1", uid: "hash-s")
      try scene.write(30, tool: "g", namespace: "mcp-org-acme", pod: "tools-g", uid: "uid-g")
      try scene.write(40, tool: "q", namespace: "mcp-org-acme", pod: "tools-q", uid: "uid-q")
      try scene.write(50, tool: "n", namespace: "elsewhere", pod: "tools-n", uid: "uid-n")

      let program = try scene.program(api.port, "  tenant_label: example.com/tenant")
      let collected = try await program.run(["collect", "--once"] + scene.files)
      #expect(collected.status == 0 && collected.output.contains(#""records":150,"#), "\(collected.errors)")
      #expect(collected.errors.split(separator: "\n").count { $0.contains("names no tenant") } == 1)
      for (schema, tool, count) in [
        ("acme", "a", 10), ("acme", "s", 20), ("globex", "g", 30), ("quarantine", "q", 40), ("quarantine", "n", 50),
      ] {
        #expect(try await scene.count("tenant_\(schema).records WHERE tool = '\(tool)'") == count)
      }
      #expect(try await scene.count("tenant_acme.records") == 30)

      let pod = try await program.run("query", "--pod", "tools-a", "--limit", "0")
      #expect(pod.lines.count == 10, "\(pod.errors)")
      #expect(
        pod.output.contains(
          #""namespace":"mcp-org-acme","pod":"tools-a","container":"server","node":"node-1","labels":{"app":"tools","team":"red"}"#
        ), "\(pod.output)")
      let fixed = try await program.run(
        "query", "--pod", "tools-s-node-1", "--namespace", "mcp-org-acme", "--limit", "5")
      #expect(fixed.lines.count == 5 && fixed.output.contains(#""labels":{"tier":"static"}"#), "\(fixed.output)")
      #expect(try await program.run("query", "--namespace", "elsewhere", "--count").output == "50\n")
      let stored = try await scene.count(
        "tenant_acme.pods WHERE uid = 'uid-a' AND owner_kind = 'ReplicaSet' AND owner_name = 'tools-5d4'"
          + " AND annotations::text LIKE '%REDACTED%'")
      #expect(stored == 1)
      // A tenant learns nothing of the others' pods.
      #expect(try await scene.count("tenant_acme.pods") == 2)
      let dump = try ChildProcess(
        "/usr/bin/env", ["pg_dump", "--dbname", scene.server.url(scene.database)], in: scene.directory, name: "dump")
      #expect(try await dump.wait() == .exited(0), "\(dump.errors)")
      #expect(dump.output.contains("tools-5d4") && !dump.output.contains(marker))
      #expect(!collected.errors.contains(marker) && !collected.errors.contains("first-token"))
      #expect(try await program.verify().status == 0)

      // Nothing new: nothing is written again.
      let again = try await program.run(["collect", "--once"] + scene.files)
      #expect(again.output.contains(#""lines":0,"#), "\(again.errors)")
      #expect(try await scene.count("tenant_acme.pods") == 2)
      try await api.stop()
    }

    @Test(
      "Without the API server names go on, at the start and later, and labels come when it does",
      .timeLimit(.minutes(3)))
    func away() async throws {
      let scene = try await Scene("kube_away")
      // A port on which nobody listens.
      let first = try await TestAPIServer.start(in: scene.account)
      let port = first.port
      try await first.stop()
      let program = try scene.program(port)
      try scene.write(100, tool: "a", namespace: "mcp-org-acme", pod: "tools-a", uid: "uid-a")
      let began = ContinuousClock.now
      let collector = try program.start(["collect"] + scene.files)
      try await scene.wait("tenant_acme.records", is: 100, while: collector)
      #expect(ContinuousClock.now - began < .seconds(20))
      let bare = try await program.run("query", "--limit", "1")
      #expect(bare.output.contains(#""pod":"tools-a","container":"server","source""#), "\(bare.output)")

      let api = try await TestAPIServer.start(in: scene.account, port: port)
      api.put(TestPod(uid: "uid-a", name: "tools-a", labels: ["v": "1"]))
      try await scene.wait("tenant_acme.pods WHERE labels ->> 'v' = '1'", is: 1, while: collector)
      api.put(TestPod(uid: "uid-a", name: "tools-a", labels: ["v": "2"]))
      try await scene.wait("tenant_acme.pods WHERE labels ->> 'v' = '2'", is: 1, while: collector)

      try await api.stop()
      try scene.write(50, tool: "b", namespace: "mcp-org-acme", pod: "tools-b", uid: "uid-b")
      try await scene.wait("tenant_acme.records", is: 150, while: collector)
      collector.signal(SIGTERM)
      #expect(try await collector.wait() == .exited(0), "\(collector.errors.suffix(2000))")
      #expect(collector.errors.split(separator: "\n").count < 20, "\(collector.errors)")
      #expect(try await program.verify().status == 0)
    }

    @Test(
      "A pod whose label nobody tells of waits a moment, then its namespace decides, for ever", .timeLimit(.minutes(3)))
    func undecided() async throws {
      let scene = try await Scene("kube_undecided")
      let first = try await TestAPIServer.start(in: scene.account)
      let port = first.port
      try await first.stop()
      let program = try scene.program(port, "  tenant_label: tenant\n  tenant_wait: 1500ms")
      try scene.write(10, tool: "a", namespace: "mcp-org-acme", pod: "tools-a", uid: "uid-a")
      try scene.write(10, tool: "b", namespace: "mcp-org-acme", pod: "tools-b", uid: "uid-b")
      let began = ContinuousClock.now
      let once = try await program.run(["collect", "--once"] + scene.files)
      #expect(once.status == 0 && once.output.contains(#""records":20,"#), "\(once.errors)")
      #expect(ContinuousClock.now - began >= .milliseconds(1500))
      #expect(try await scene.count("tenant_acme.records") == 20)

      let api = try await TestAPIServer.start(in: scene.account, port: port)
      for name in ["a", "b", "c"] {
        api.put(TestPod(uid: "uid-\(name)", name: "tools-\(name)", labels: ["tenant": "globex"]))
      }
      try scene.write(5, tool: "a", namespace: "mcp-org-acme", pod: "tools-a", uid: "uid-a")
      try scene.write(5, tool: "c", namespace: "mcp-org-acme", pod: "tools-c", uid: "uid-c")
      let again = try await program.run(["collect", "--once"] + scene.files)
      #expect(again.output.contains(#""records":10,"#), "\(again.errors)")
      #expect(try await scene.count("tenant_acme.records") == 25)
      #expect(try await scene.count("tenant_globex.records WHERE tool = 'c'") == 5)
      // Without the label's setting what was decided stays too.
      let plain = try await scene.program(port).run(["collect", "--once"] + scene.files)
      #expect(plain.output.contains(#""lines":0,"#), "\(plain.output)\(plain.errors)")
      try await api.stop()
    }
  }
}
