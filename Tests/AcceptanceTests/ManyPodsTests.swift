import AuditModel
import AuditSample
import Glibc
import Testing

extension Acceptance {
  @Suite("A node full of pods")
  struct ManyPodsTests {
    private static let settings = """
      limits:
        open_files: 200
        batch_age: 200ms
      """

    @Test(
      "Pods that live for a second, two thousand files, a rotation and a busy neighbour: every line once",
      .timeLimit(.minutes(4)))
    func pods() async throws {
      let directory = TestDirectory.make("pods-work")
      let server = try await TestServer.shared()
      try await server.makeDatabase("pods")
      let program = try Program(in: directory, database: server.url("pods"), settings: Self.settings)
      let tree = PodDirectories(directory)
      for number in 0..<2000 { try tree.write(number, "first-\(number)") }

      let child = try program.start(["collect", "--files", tree.pattern])
      #expect(try await Self.wait(for: 2000, on: server, while: child), "\(child.errors)")
      #expect(Self.descriptors(of: child.pid) < 300)

      // One writes as fast as it can while others come, live for a second at most, and go.
      let busy = Busy(tree: tree, number: 0)
      async let written = busy.run()
      for number in 2000..<2020 {
        try tree.write(number, "brief-\(number)")
        try await Task.sleep(for: .milliseconds(number % 2 == 0 ? 1000 : 100))
        tree.remove(number)
      }
      for number in stride(from: 10, to: 2000, by: 20) { try tree.write(number, "second-\(number)") }
      try tree.rotate(30)
      try tree.write(30, "rotated-30")
      let lines = try await written
      let expected = 2000 + 20 + 100 + 1 + lines
      #expect(try await Self.wait(for: expected, on: server, while: child), "\(child.errors)")
      #expect(Self.descriptors(of: child.pid) < 300)
      child.signal(SIGTERM)
      #expect(try await child.wait() == .exited(0), "\(child.errors)")

      let ids = "SELECT count(DISTINCT args->>'id') FROM tenant_acme.records"
      #expect(try await server.number("pods", ids) == expected)
      #expect(try await server.number("pods", "SELECT count(*) FROM tenant_acme.records") == expected)
      #expect(try await server.number("pods", "SELECT count(*) FROM tenant_acme.rejected") == 0)
      let verified = try await program.verify()
      #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
      #expect(!child.errors.contains("error"), "\(child.errors)")
    }

    @Test("A log that two patterns and a link lead to is stored once, and docker's under the name of its pod")
    func once() async throws {
      let directory = TestDirectory.make("links-work")
      let server = try await TestServer.shared()
      try await server.makeDatabase("links")
      let program = try Program(in: directory, database: server.url("links"))
      let tree = PodDirectories(directory)
      try tree.write(1, "plain")
      mkdir("\(directory)/containers", 0o755)
      symlink(tree.log(1), "\(directory)/containers/tool-1_mcp-org-acme_tool-00ff.log")
      let id = String(repeating: "ab", count: 32)
      for path in ["docker", "docker/containers", "docker/containers/\(id)"] { mkdir("\(directory)/\(path)", 0o755) }
      try writeFile("\(directory)/docker/containers/\(id)/\(id)-json.log", PodDirectories.line("docker"))
      try tree.make(2)
      symlink("\(directory)/docker/containers/\(id)/\(id)-json.log", tree.log(2))
      symlink(tree.log(2), "\(directory)/containers/tool-2_mcp-org-acme_tool-\(id).log")

      let patterns = ["containers/*.log", "pods/*/*/*.log"].flatMap { ["--files", "\(directory)/\($0)"] }
      let answer = try await program.run("collect", "--once", patterns[0], patterns[1], patterns[2], patterns[3])
      #expect(answer.output.contains(#""lines":2,"records":2,"#), "\(answer.output)\(answer.errors)")
      #expect(try await server.number("links", "SELECT count(*) FROM tenant_acme.records WHERE server = 'tool'") == 2)
    }

    /// Waits until this many records are stored.
    private static func wait(for count: Int, on server: TestServer, while child: ChildProcess) async throws -> Bool {
      let end = ContinuousClock.now + .seconds(90)
      while child.ended() == nil, ContinuousClock.now < end {
        let stored = (try? await server.number("pods", "SELECT count(*) FROM tenant_acme.records")) ?? 0
        if stored >= count { return true }
        try await Task.sleep(for: .milliseconds(100))
      }
      return false
    }

    private static func descriptors(of pid: pid_t) -> Int {
      guard let stream = opendir("/proc/\(pid)/fd") else { return .max }
      defer { closedir(stream) }
      var count = 0
      while readdir(stream) != nil { count += 1 }
      return count
    }
  }
}

/// Log files as kubelet lays them out.
struct PodDirectories: Sendable {
  private let directory: String

  init(_ directory: String) {
    self.directory = directory
    mkdir("\(directory)/pods", 0o755)
  }

  var pattern: String { "\(directory)/pods/*/*/*.log" }
  private func pod(_ number: Int) -> String { "\(directory)/pods/mcp-org-acme_tool-\(number)_uid-\(number)" }
  func log(_ number: Int) -> String { "\(pod(number))/tool/0.log" }

  func make(_ number: Int) throws {
    mkdir(pod(number), 0o755)
    mkdir("\(pod(number))/tool", 0o755)
  }

  /// Adds one line to a pod's log, and the pod where it is not there.
  func write(_ number: Int, _ ids: String...) throws {
    try make(number)
    try writeFile(
      log(number), Array(ids.map { "\(Self.time) stdout F \(Self.line($0))" }.joined().utf8), appending: true)
  }

  func rotate(_ number: Int) throws { rename(log(number), "\(log(number)).20261125-101500") }

  func remove(_ number: Int) {
    unlink(log(number))
    rmdir("\(pod(number))/tool")
    rmdir(pod(number))
  }

  private static var time: String { RecordTime.now.rfc3339 }

  static func line(_ id: String) -> String {
    #"{"timestamp":"\#(time)","tool":"read","userId":"u","args":{"id":"\#(id)"}}"# + "\n"
  }
}

/// A source that never rests.
struct Busy: Sendable {
  let tree: PodDirectories
  let number: Int

  /// Writes for ten seconds.
  /// - Returns: how many lines.
  func run() async throws -> Int {
    let end = ContinuousClock.now + .seconds(10)
    var count = 0
    while ContinuousClock.now < end {
      for _ in 0..<20 {
        try tree.write(number, "busy-\(count)")
        count += 1
      }
      try await Task.sleep(for: .milliseconds(5))
    }
    return count
  }
}
