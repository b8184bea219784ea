import AuditListen
import AuditModel
import Glibc
import Logging
import ServiceLifecycle

/// Listeners on loopback or in a directory of their own, served while a test's body runs, then shut down in order.
struct Listened: Sendable {
  let listening: Listening
  let sink: RecordingSink
  let stop: @Sendable () async -> Void

  var counters: ListenCounters.Values { listening.counters.all }
  var address: ListenAddress { listening.bound[0] }
  var port: Int { address.port }

  /// Waits until the counters say so, at most ten seconds.
  func counted(_ condition: (ListenCounters.Values) -> Bool) async throws -> Bool {
    for _ in 0..<2000 {
      if condition(counters) { return true }
      try await Task.sleep(for: .milliseconds(5))
    }
    return false
  }

  static func at(
    _ urls: String..., sink: RecordingSink = RecordingSink(), secrets: Listening.Secrets = .init(),
    readiness: @escaping Readiness = { [] }, metrics: MetricsText? = nil,
    change: (inout ListenSettings, inout ListenLimits) -> Void = { _, _ in },
    _ body: @Sendable (Listened) async throws -> Void
  ) async throws {
    var settings = ListenSettings()
    settings.addresses = try urls.map { try ListenAddress($0) }
    var limits = ListenLimits()
    limits.drainTimeout = .milliseconds(500)
    change(&settings, &limits)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let listening = try await Listening.open(
      settings, limits: limits, secrets: secrets, sink: sink, logger: logger, clock: { now() }, readiness: readiness,
      metrics: metrics)
    let group = ServiceGroup(services: [listening], logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      let listened = Listened(listening: listening, sink: sink) { await group.triggerGracefulShutdown() }
      do {
        try await body(listened)
      } catch {
        await group.triggerGracefulShutdown()
        throw error
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }
}

func now() -> RecordTime {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return RecordTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
}

/// A path for a socket that no other test has.
func socketPath() -> String { "/tmp/audittail-listen-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock" }

func leaveSocket(at path: String) throws {
  let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  let status = withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
  guard status == 0 else { throw Peer.Failure(call: "bind", code: errno) }
}
