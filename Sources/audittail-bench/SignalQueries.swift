import ArgumentParser
import AuditModel
import AuditSignal
import AuditStore
import Glibc
import Postgres

/// A day of many tools: how long a dashboard's question takes, and how long and large the exposition of their metrics is.
struct SignalQueries: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signals", abstract: "Measure the last 24 hours by tool with p99, and the exposition of metrics.",
    discussion:
      "Starts a PostgreSQL of its own and stops it. Exit code 1: a target was missed; 69: nothing was measured.")

  @Option(help: "Tenants.")
  var tenants = 50
  @Option(help: "Tools of each tenant.")
  var tools = 5000
  @Option(help: "How often each is measured.")
  var rounds = 7

  private static let queryMillisecondsMax = 300.0
  private static let expositionMillisecondsMax = 50.0
  private static let expositionBytesMax = 1 << 20
  /// A fixed time, so that each run asks the same.
  private static let now = RecordTime(nanoseconds: 1_790_000_000_000_000_000)

  func run() async throws {
    Interruption.catchSignals()
    let isGoodEnough: Bool
    do {
      isGoodEnough = try await measure()
    } catch {
      Report.note("audittail-bench: \(error)")
      throw ExitCode(EX_UNAVAILABLE)
    }
    if !isGoodEnough { throw ExitCode(1) }
  }

  private func measure() async throws -> Bool {
    let work = try WorkDirectory(nil)
    defer { work.removeIfTemporary() }
    let (milliseconds, rows) = try await BenchCluster.with(in: "\(work.path)/database") { cluster in
      try await queries(cluster)
    }
    let (exposition, bytes) = try expositions()
    func verdict(_ isMet: Bool) -> String { isMet ? "PASS" : "FAIL" }
    let query = Self.median(milliseconds)
    Report.line(
      "\(verdict(query <= Self.queryMillisecondsMax)) last 24 h by tool with p99: median \(Report.number(query, 1)) ms of"
        + " \(milliseconds.map { Report.number($0, 1) }.joined(separator: " ")), \(rows) tools of 1 of \(tenants) tenants"
    )
    let time = Self.median(exposition)
    let isSmall = bytes < Self.expositionBytesMax
    Report.line(
      "\(verdict(time <= Self.expositionMillisecondsMax && isSmall)) exposition: median \(Report.number(time, 1)) ms,"
        + " \(bytes) bytes, \(tools * tenants) tools")
    return query <= Self.queryMillisecondsMax && time <= Self.expositionMillisecondsMax && isSmall
  }

  private func queries(_ cluster: BenchCluster) async throws -> ([Double], Int) {
    let store = Store(session: cluster.session)
    try await store.migrate()
    let collector = try await store.register(collector: "bench")
    var names: [TenantID] = []
    for number in 0..<tenants {
      guard let tenant = TenantID("bench-\(number)") else { continue }
      _ = try await store.open(tenant: tenant, collector: collector)
      names.append(tenant)
    }
    guard let first = names.first else { throw BenchError("There is no tenant to measure.") }
    let pool = Self.sketches()
    let tools = tools
    Report.note("Filling \(names.count) tenants with a day of \(tools) tools each …")
    for tenant in names {
      try Interruption.check()
      try await cluster.session.perform { connection in
        _ = try connection.execute(
          """
          INSERT INTO \(tenant.schemaName).signal_hours
            (at, calls, duration_ns_sum, duration_ns_min, duration_ns_max, result_bytes, tool, server, status, errors, sketch)
          SELECT $1::timestamptz + h * interval '1 hour', 60, 6000000000, 1000000, 5000000000, 60000, 'tool-' || t,
            'server-' || t % 40, s.status, CASE s.status WHEN 'error' THEN ARRAY[60,0,0,0,0,0,0,0]::int8[] END,
            ($2::bytea[])[1 + (t * 7 + h * 3) % 64]
          FROM generate_series(1, 24) h, generate_series(1, $3) t,
            (VALUES ('success', 1), ('error', 10)) AS s (status, every)
          WHERE t % s.every = 0
          """,
          [
            .timestamptz(
              microsecondsSince2000: SignalGrain.hours.floor(Self.now.postgresMicroseconds)
                - 24 * SignalGrain.hours.microseconds), .byteaArray(pool), .int32(Int32(tools)),
          ], within: .seconds(600))
      }
    }
    try await cluster.settle()
    guard
      let question = SignalQuestion(since: Self.now.advanced(by: .seconds(-86_400)), until: Self.now, step: nil)
    else { throw BenchError("The question is none.") }
    var milliseconds: [Double] = []
    var rows = 0
    for _ in 0..<rounds {
      let began = ContinuousClock.now
      let table = try await store.signals(of: first, question)
      let worst = table.rows.map { ($0.key.key.tool, $0.value.quantile(0.99) ?? 0) }.sorted { $0.1 > $1.1 }
      milliseconds.append((ContinuousClock.now - began).inSeconds * 1000)
      rows = worst.count
    }
    return (milliseconds, rows)
  }

  /// Sixty calls each, with a heavy tail.
  private static func sketches() -> [[UInt8]] {
    var state: UInt64 = 7
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    return (0..<64).map { _ in
      var sketch = LatencySketch()
      for _ in 0..<60 { sketch.insert(Int64(20_000_000 / max(0.004, random()))) }
      return sketch.encoded
    }
  }

  private func expositions() throws -> ([Double], Int) {
    let metrics = ToolMetrics()
    for tenant in 0..<tenants {
      guard let id = TenantID("bench-\(tenant)") else { continue }
      metrics.replace(
        id,
        with: (0..<tools).flatMap { number in
          ["success", "error"].map { status in
            var total = SignalTotal(
              key: SignalKey(tool: "tool-\(number)", server: "server-\(number % 40)", status: status))
            (total.calls, total.timed, total.durationSum) = (60, 60, 6_000_000_000)
            return total
          }
        })
    }
    var milliseconds: [Double] = []
    var bytes = 0
    for _ in 0..<rounds {
      let began = ContinuousClock.now
      bytes = Exposition.openMetrics.text(metrics.families(now: Self.now)).count
      milliseconds.append((ContinuousClock.now - began).inSeconds * 1000)
    }
    return (milliseconds, bytes)
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
  }
}
