import AuditKubernetes
import AuditModel
import Glibc
import Logging
import Synchronization
import TestAPIServer
import Testing

/// A service that runs beside a server of the test's own, with short delays.
struct ServiceRun: Sendable {
  let server: TestAPIServer
  let directory: PodDirectory
  let said: LogLines

  /// Long enough for a machine on which everything else runs too: nothing but a test that is about a timeout runs into one.
  static let patience = Duration.seconds(60)

  static func limits() -> KubernetesLimits {
    var limits = KubernetesLimits()
    limits.delayMin = .milliseconds(20)
    limits.delayMax = .milliseconds(200)
    limits.firstDelayMax = .milliseconds(1)
    limits.watchWorthMin = .milliseconds(20)
    limits.listTimeout = patience
    limits.idleTimeout = patience
    limits.connectTimeout = patience
    return limits
  }

  static func with(
    _ limits: KubernetesLimits = limits(), selection: PodSelection = PodSelection(labels: ["*"], annotations: []),
    prepare: (TestAPIServer) throws -> Void = { _ in }, _ body: (ServiceRun) async throws -> Void
  ) async throws {
    let place = "/tmp/audittail-kube-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    mkdir(place, 0o755)
    defer {
      for name in ["token", "ca.crt"] { unlink("\(place)/\(name)") }
      rmdir(place)
    }
    let server = try await TestAPIServer.start(in: place)
    try prepare(server)
    let access = try #require(ClusterAccess(environment: server.environment, directory: place))
    let said = LogLines()
    let directory = PodDirectory(limits: limits)
    let service = PodMetadataService(
      access: access, node: "node-1", selection: selection, directory: directory, limits: limits,
      logger: Logger(label: "test") { _ in said }, jitter: { 1 })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await service.run() }
      try await body(ServiceRun(server: server, directory: directory, said: said))
      group.cancelAll()
    }
    // What ran is over: nothing holds the server's connections any more.
    try? await server.stop()
  }

  /// Waits until it holds.
  func wait(_ what: String, _ condition: @Sendable () -> Bool) async throws {
    let end = ContinuousClock.now + Self.patience * 2
    while !condition() {
      guard ContinuousClock.now < end else {
        Issue.record("\(what) did not come: \(said.all), \(server.requests.map(\.query))")
        throw CancellationError()
      }
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  func waitForLabel(_ value: String, of uid: String = "u1") async throws {
    try await wait("the label \(value)") { directory[uid]?.labels["v"] == value }
  }

  var lists: Int { server.requests.count { !$0.isWatch } }
  var watches: Int { server.requests.count { $0.isWatch } }
}

/// What was logged.
final class LogLines: LogHandler, Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }

  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  var logLevel: Logger.Level {
    get { .trace }
    set {}
  }
  subscript(metadataKey _: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    lines.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
  }
}

extension TestPod {
  /// The pod of most tests, with one label.
  static func one(_ value: String) -> TestPod { TestPod(uid: "u1", name: "one", labels: ["v": value]) }
}
