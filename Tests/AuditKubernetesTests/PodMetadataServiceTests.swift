import AuditKubernetes
import AuditModel
import Glibc
import TestAPIServer
import Testing

@Suite("The metadata of pods, from an API server over TLS", .serialized)
struct PodMetadataServiceTests {
  @Test("One list of the node's own pods, one watch, and changes come", .timeLimit(.minutes(5)))
  func plain() async throws {
    try await ServiceRun.with(prepare: { $0.put(.one("a")) }) { run in
      try await run.waitForLabel("a")
      #expect(run.directory.isSynced)
      try await run.wait("a watch") { run.server.watchCount == 1 }
      run.server.put(.one("b"))
      try await run.waitForLabel("b")
      run.server.put(TestPod(uid: "u2", name: "two", owner: "rs"))
      try await run.wait("the second pod") { run.directory["u2"]?.owner?.name == "rs" }
      #expect(run.directory.takeChanged() == ["u1", "u2"])
      #expect(run.directory.takeChanged() == [])
      let list = try #require(run.server.requests.first)
      #expect(list.query["fieldSelector"] == "spec.nodeName=node-1")
      #expect(list.query["resourceVersion"] == "0" && list.query["limit"] == "500")
      #expect(list.accept.contains("as=PartialObjectMetadataList"))
      let watch = try #require(run.server.requests.last)
      #expect(watch.query["allowWatchBookmarks"] == "true" && watch.query["timeoutSeconds"] == "450")
      #expect(run.lists == 1 && run.watches == 1)
      #expect(run.said.all.isEmpty)
    }
  }

  @Test("A pod that left is remembered for its last lines", .timeLimit(.minutes(5)))
  func deleted() async throws {
    try await ServiceRun.with(prepare: { $0.put(.one("a")) }) { run in
      try await run.waitForLabel("a")
      try await run.wait("a watch") { run.server.watchCount == 1 }
      run.server.delete("u1")
      run.server.put(TestPod(uid: "u2", name: "two"))
      try await run.wait("the second pod") { run.directory["u2"] != nil }
      #expect(run.directory["u1"]?.labels["v"] == "a")
    }
  }

  @Test("5,000 pods, in pages and at once", .timeLimit(.minutes(5)), arguments: [true, false])
  func many(_ pages: Bool) async throws {
    try await ServiceRun.with(
      prepare: { server in
        for number in 0..<5000 {
          server.put(TestPod(uid: "u\(number)", name: "pod-\(number)", labels: ["app": "a\(number)", "v": "1"]))
        }
        if pages { server.servePages() }
      }
    ) { run in
      try await run.wait("the whole list") { run.directory.isSynced }
      #expect(run.directory.count == 5000 && run.directory["u4999"]?.labels["app"] == "a4999")
      #expect(run.lists == (pages ? 10 : 1))
      // Those of one answer are told from those of the next by the server's own word.
      #expect(
        run.server.requests.filter { $0.query["continue"] != nil }.allSatisfy { $0.query["resourceVersion"] == nil })
    }
  }

  @Test("No more pods are kept than there is room for", .timeLimit(.minutes(5)))
  func bounded() async throws {
    var limits = ServiceRun.limits()
    limits.podsMax = 10
    try await ServiceRun.with(
      limits,
      prepare: { server in
        for number in 0..<30 { server.put(TestPod(uid: "u\(number)", name: "p\(number)")) }
      }
    ) { run in
      try await run.wait("the whole list") { run.directory.isSynced }
      #expect(run.directory.count == 10 && run.directory.refused == 20)
    }
  }

  @Test("The token is read anew when it was changed, before and while it is refused", .timeLimit(.minutes(5)))
  func rotation() async throws {
    try await ServiceRun.with(prepare: { server in
      server.put(.one("a"))
      // Not in the file yet: the first requests are refused.
      try server.rotate(to: "second-token", isWritten: false)
    }) { run in
      try await run.wait("a refusal") { run.server.denied >= 2 }
      #expect(!run.directory.isSynced)
      try run.server.rotate(to: "second-token")
      try await run.waitForLabel("a")
      try run.server.rotate(to: "third-token")
      run.server.cutWatches()
      try await run.wait("a watch with the third token") {
        run.server.requests.last?.token == "third-token" && run.server.watchCount == 1
      }
      run.server.put(.one("b"))
      try await run.waitForLabel("b")
      for token in ["first-token", "second-token", "third-token"] {
        #expect(!run.said.all.contains { $0.contains(token) })
      }
    }
  }

  @Test(
    "Whatever a list comes to, the next one is tried after a pause", .timeLimit(.minutes(5)),
    arguments: [
      TestAPIServer.Fault.status(500), .status(429, retryAfter: 0), .status(403), .status(401), .garbage, .hangUp,
      .status(302), .silence, .drip,
    ])
  func listFaults(_ fault: TestAPIServer.Fault) async throws {
    var limits = ServiceRun.limits()
    if fault == .silence { limits.listTimeout = .seconds(2) }
    try await ServiceRun.with(
      limits,
      prepare: { server in
        server.put(.one("a"))
        server.fail(lists: [fault])
      }
    ) { run in
      try await run.waitForLabel("a")
      let isExact = fault != .silence
      #expect(isExact ? run.lists == (fault == .drip ? 1 : 2) : run.lists >= 2)
    }
  }

  @Test(
    "Whatever breaks a watch, the next one goes on and nothing is missed", .timeLimit(.minutes(5)),
    arguments: [
      TestAPIServer.Fault.cutInEvent, .expiredInWatch, .garbage, .hangUp, .status(500), .status(410), .status(401),
      .emptyWatch, .longLine(5 << 20), .silence,
    ])
  func watchFaults(_ fault: TestAPIServer.Fault) async throws {
    var limits = ServiceRun.limits()
    if fault == .silence { limits.idleTimeout = .seconds(2) }
    try await ServiceRun.with(
      limits,
      prepare: { server in
        server.put(.one("a"))
        server.fail(watches: [fault, fault])
      }
    ) { run in
      try await run.waitForLabel("a")
      run.server.put(.one("b"))
      try await run.wait("a watch") { run.server.watchCount > 0 }
      run.server.put(.one("c"))
      try await run.waitForLabel("c")
      let relists: Set<TestAPIServer.Fault> = [.expiredInWatch, .garbage, .status(410)]
      #expect(run.lists == (relists.contains(fault) ? 3 : 1))
    }
  }

  @Test(
    "A version that the server forgot leads to a new list, and pods that left meanwhile are noticed",
    .timeLimit(.minutes(5)))
  func compacted() async throws {
    try await ServiceRun.with(prepare: { $0.put(.one("a")) }) { run in
      try await run.wait("a watch") { run.server.watchCount == 1 }
      run.server.fail(watches: [.status(500), .status(500)])
      run.server.cutWatches()
      run.server.delete("u1")
      run.server.put(TestPod(uid: "u2", name: "two"))
      run.server.compact()
      try await run.wait("the second pod") { run.directory["u2"] != nil }
      #expect(run.lists == 2)
    }
  }

  @Test("A bookmark spares the changes before it", .timeLimit(.minutes(5)))
  func bookmark() async throws {
    try await ServiceRun.with(prepare: { $0.put(.one("a")) }) { run in
      try await run.wait("a watch") { run.server.watchCount == 1 }
      run.server.put(.one("b"))
      run.server.bookmark()
      try await run.waitForLabel("b")
      let version = run.server.version
      // Sent before the cut, it may arrive after it: then the event's own version counts, which is the same.
      run.server.cutWatches()
      try await run.wait("another watch") { run.watches == 2 }
      #expect(run.server.requests.last?.query["resourceVersion"] == "\(version)")
      #expect(run.lists == 1)
    }
  }

  @Test("A server that answers nothing but errors is asked ever less often", .timeLimit(.minutes(5)))
  func backoff() async throws {
    var limits = ServiceRun.limits()
    limits.delayMin = .milliseconds(10)
    limits.delayMax = .milliseconds(320)
    try await ServiceRun.with(
      limits,
      prepare: { server in
        server.fail(lists: Array(repeating: .status(500), count: 1000))
      }
    ) { run in
      try await run.wait("some attempts") { run.lists >= 7 }
      let times = run.server.requests.map(\.at)
      let pauses = zip(times, times.dropFirst()).map { $1 - $0 }
      for (pause, least) in zip(pauses, [10, 20, 40, 80, 160, 320]) { #expect(pause >= .milliseconds(least)) }
      // The same trouble is told once.
      #expect(run.said.all.count == 1, "\(run.said.all)")
    }
  }

  @Test("A server whose certificate another authority signed gets no token", .timeLimit(.minutes(5)))
  func untrusted() async throws {
    let elsewhere = "/tmp/audittail-kube-other-\(getpid())"
    mkdir(elsewhere, 0o755)
    defer {
      for name in ["token", "ca.crt"] { unlink("\(elsewhere)/\(name)") }
      rmdir(elsewhere)
    }
    let other = try await TestAPIServer.start(in: elsewhere)
    try await ServiceRun.with(prepare: { server in
      server.put(.one("a"))
      unlink("\(server.directory)/ca.crt")
      _ = link("\(elsewhere)/ca.crt", "\(server.directory)/ca.crt")
    }) { run in
      try await run.wait("a word about it") { run.said.all.contains { $0.contains("TLS failed") } }
      #expect(run.server.requests.isEmpty && !run.directory.isSynced)
    }
    try await other.stop()
  }

  @Test("A service account that is not there is waited for", .timeLimit(.minutes(5)))
  func noCredentials() async throws {
    try await ServiceRun.with(prepare: { server in
      server.put(.one("a"))
      rename("\(server.directory)/token", "\(server.directory)/token.later")
    }) { run in
      try await run.wait("a word about it") { run.said.all.contains { $0.contains("cannot read") } }
      rename("\(run.server.directory)/token.later", "\(run.server.directory)/token")
      try await run.waitForLabel("a")
      try await run.wait("the end of it") { run.said.all.contains { $0.contains("up to date again") } }
    }
  }
}
