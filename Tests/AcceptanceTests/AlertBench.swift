import AuditAlert
import AuditDeliver
import Glibc
import Synchronization
import Testing

/// What the tests of alerts share: a database with a tenant, a receiver on a port of its own, and the program that tells it.
final class AlertBench: Sendable {
  static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
  let server: TestServer
  let database: String
  let program: Program
  let log: ArrivalLog
  private let receiver: LocalReceiver

  private init(
    _ server: TestServer, _ database: String, _ program: Program, _ log: ArrivalLog, _ receiver: LocalReceiver
  ) {
    (self.server, self.database, self.program, self.log, self.receiver) = (server, database, program, log, receiver)
  }

  /// - Parameters:
  ///   - settings: under `alerts`, besides the receiver `hook`.
  ///   - more: lines of the receiver `hook`.
  ///   - others: further receivers.
  ///   - answering: how the receiver answers; nil: it takes everything.
  static func with(
    _ name: String, settings: String = "", more: String = "", others: String = "",
    answering: (@Sendable (LocalReceiver.Arrival, Int) -> LocalReceiver.Answer)? = nil,
    _ body: @Sendable (AlertBench) async throws -> Void
  ) async throws {
    let server = try await TestServer.shared()
    let database = "alerts_\(name)"
    try await server.makeDatabase(database)
    let log = ArrivalLog()
    let receiver = try await LocalReceiver.start { arrival in
      let answer = answering?(arrival, log.count + 1) ?? LocalReceiver.Answer(status: 200)
      log.note(arrival, answer)
      return answer
    }
    let directory = TestDirectory.make("alerts-\(name)")
    try writeFile("\(directory)/secret", secret + "\n")
    let yaml = """
      alerts:
      \(settings.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
        allow_addresses: [127.0.0.0/8]
        receivers:
          - name: hook
            type: webhook
            url: http://127.0.0.1:\(receiver.port)/hook
            secret_files: [\(directory)/secret]
            rate: 60000
      \(more.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n"))
      \(others.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
      """
    let program = try Program(in: directory, database: server.url(database), settings: yaml)
    let bench = AlertBench(server, database, program, log, receiver)
    let migrated = try await program.run("migrate")
    #expect(migrated.status == 0, "\(migrated.errors)")
    try await server.script(database, "SELECT audittail.create_tenant('acme', 'tenant_acme')")
    do {
      try await body(bench)
      await receiver.stop()
    } catch {
      await receiver.stop()
      throw error
    }
  }

  /// Writes findings as the walk does: one for each number, of an actor of this number.
  func find(
    _ numbers: ClosedRange<Int>, detector: String = "rate-spike", severity: String = "warning", score: Double = 2
  ) async throws {
    try await server.script(
      database,
      """
      INSERT INTO tenant_acme.findings (at, found_at, window_start, window_end, score, identity, at_ns, is_late, mode, severity, detector,
        actor, user_id, summary, evidence)
      SELECT clock_timestamp(), clock_timestamp(), clock_timestamp() - interval '1 minute', clock_timestamp(), \(score), n, 0, false, 'on',
        '\(severity)', '\(detector)', 'user-' || n, 'user-' || n, 'user-' || n || ' calls more than ever', '{"observed":812}'
      FROM generate_series(\(numbers.lowerBound), \(numbers.upperBound)) n;
      SELECT pg_notify('audittail_wake', 'alerts');
      """)
  }

  func number(_ sql: String) async throws -> Int { try await server.number(database, sql) }

  func analyzer() throws -> ChildProcess { try program.start(["analyze"]) }

  func stop(_ analyzer: ChildProcess) async throws {
    analyzer.signal(SIGTERM)
    #expect(try await analyzer.wait() == .exited(0), "\(analyzer.errors)")
    let said = analyzer.errors + analyzer.output
    #expect(!said.contains(Self.secret.dropFirst(6)), "it wrote a secret into its log")
  }
}

/// What came to a receiver, in order, and what it answered.
final class ArrivalLog: Sendable {
  struct Entry: Sendable {
    let arrival: LocalReceiver.Arrival
    let isTaken: Bool
    let at: ContinuousClock.Instant

    var id: String { arrival.header("webhook-id") ?? "" }
    var data: JSONValue? { JSONValue(arrival.body)?["data"] }
    var event: String { data?["event"]?.string ?? "" }
  }

  private let entries = Mutex<[Entry]>([])

  var all: [Entry] { entries.withLock { $0 } }
  var count: Int { entries.withLock { $0.count } }
  var taken: [Entry] { all.filter(\.isTaken) }

  func note(_ arrival: LocalReceiver.Arrival, _ answer: LocalReceiver.Answer) {
    let isTaken = (200..<300).contains(answer.status) && !answer.stalls && answer.garbage == nil
    entries.withLock { $0.append(Entry(arrival: arrival, isTaken: isTaken, at: .now)) }
  }

  /// Waits until something holds of what came.
  func wait(
    _ what: String, atMost limit: Duration = .seconds(60), until holds: @Sendable ([Entry]) throws -> Bool
  ) async throws {
    let end = ContinuousClock.now + limit
    while try !holds(all) {
      guard ContinuousClock.now < end else {
        throw ChildProcess.Failure(description: "\(what) did not come within \(limit); there were \(count) requests")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}
