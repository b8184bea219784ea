import AuditListen
import AuditModel
import AuditSignal
import AuditSpool
import AuditStore
import Postgres
import Synchronization

/// What the collector counts about itself and about the tools whose calls it stores. Nothing is counted before somebody can ask.
final class CollectorMetrics: Sendable {
  let registry = MetricRegistry()
  let tools = ToolMetrics()

  /// What the reading side knows at its last look.
  struct Gauges: Sendable {
    var lagBytes: Int64 = 0
    /// Since when the oldest bytes wait that are not stored.
    var waitingSince: ContinuousClock.Instant?
    var files = 0
    /// The pods whose files are read, by uid.
    var pods: [String: PodPlaceName] = [:]
  }

  struct PodPlaceName: Sendable, Hashable {
    let namespace: String
    let pod: String
  }

  private struct State {
    var isShown = false
    var collector: Int32 = 0
    var gauges = Gauges()
    /// Batches by the seconds that their commits took.
    var batchRanges = [UInt64](repeating: 0, count: CollectorMetrics.batchEdges.count + 1)
    var batchSeconds = 0.0
    var partitions: [String: (days: Int, oldest: Double?, keep: Double)] = [:]
  }

  private static let batchEdges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  private let state = Mutex(State())
  private let lines: MetricCounter
  private let bytes: MetricCounter
  private let records: MetricCounter
  private let rejected: MetricCounter
  private let redactions: MetricCounter
  private let gaps: MetricCounter
  private let errors: MetricCounter
  private let began = RecordTime.now

  init() {
    lines = registry.counter("audittail_lines_total", help: "Lines that were read and are committed.")
    bytes = registry.counter("audittail_read_bytes_total", help: "Bytes that were read and are committed.")
    records = registry.counter("audittail_records_total", labels: ["tenant"], help: "Records that are committed.")
    rejected = registry.counter(
      "audittail_rejected_lines_total", labels: ["reason"], help: "Lines that are no record, kept as such.")
    redactions = registry.counter(
      "audittail_redactions_total", labels: ["rule"], seriesMax: 200,
      help: "Values that were taken out of committed records.")
    gaps = registry.counter(
      "audittail_gap_bytes_total", help: "Bytes that were lost before they could be read, at least.")
    errors = registry.counter(
      "audittail_commit_errors_total", labels: ["class"],
      help: "Commits that failed and were tried again, by the class of PostgreSQL's SQLSTATE.")
    registry.add { [unowned self] in tools.families(now: .now) }
    registry.add { [unowned self] in own }
  }

  var isShown: Bool { state.withLock { $0.isShown } }

  /// Somebody can ask from now on.
  func show(spool: Spool, listeners: ListenCounters, cgroups: String) {
    let isFirst = state.withLock { state in
      defer { state.isShown = true }
      return !state.isShown
    }
    guard isFirst else { return }
    registry.add { Self.families(spool) + Self.families(listeners.all) }
    registry.add { [unowned self] in
      PodSaturation.families(of: state.withLock { $0.gauges.pods }, root: cgroups)
    }
  }

  // MARK: What happens

  /// Goes on counting a tenant's tools where the ledger stands.
  func resume(_ tenant: TenantID, of collector: Int32, in store: Store) async throws {
    guard isShown else { return }
    state.withLock { $0.collector = collector }
    let totals = Mutex<[SignalTotal]>([])
    try await store.signalTotals(of: tenant, collector: collector) { total in totals.withLock { $0.append(total) } }
    tools.replace(tenant, with: totals.withLock { $0 })
  }

  /// A batch is committed.
  /// - Parameter part: what became of it; where PostgreSQL refused records, fewer than were sent.
  func note(_ item: BatchInFlight, _ part: IntakeTotals, _ time: Duration, _ store: Store) async {
    guard isShown else { return }
    let tenant = item.batch.tenant
    lines.add(Int64(part.lines))
    bytes.add(Int64(part.bytes))
    records.add(Int64(part.records), [tenant.name])
    gaps.add(item.batch.entry.gapBytes)
    item.batch.rejectedReasons.forEach { rejected.add(Int64($1), [$0]) }
    item.batch.redactionRules.forEach { redactions.add(Int64($1), [$0]) }
    let seconds = time.inSeconds
    let collector = state.withLock { state in
      let bucket = Self.batchEdges.firstIndex { seconds <= $0 } ?? Self.batchEdges.count
      state.batchRanges[bucket] += 1
      state.batchSeconds += seconds
      return state.collector
    }
    let refused = item.totals.records - part.records
    if refused == 0 { return tools.add(item.batch.signals, of: tenant) }
    rejected.add(Int64(refused), ["refused"])
    // Which ones they were is known to the database only.
    do {
      try await resume(tenant, of: collector, in: store)
    } catch {
      tools.add(item.batch.signals, of: tenant)
    }
  }

  func note(_ error: PostgresError) { errors.add(1, [error.sqlState?.classCode ?? "none"]) }

  func note(_ gauges: Gauges) { state.withLock { $0.gauges = gauges } }

  /// What the database says of a tenant's partitions.
  func note(_ tenant: TenantID, days: [DayPartition], retention: Duration) {
    let oldest = days.first.map { Double($0.day.start.nanoseconds) / 1e9 }
    state.withLock { $0.partitions[tenant.name] = (days.count, oldest, retention.inSeconds) }
  }

  // MARK: Families

  private var own: [MetricFamily] {
    let state = state.withLock { $0 }
    var sum: UInt64 = 0
    let cumulative = state.batchRanges.dropLast().map { count in
      sum += count
      return sum
    }
    let waiting = state.gauges.waitingSince.map { (ContinuousClock.now - $0).inSeconds } ?? 0
    let partitions = state.partitions.sorted { $0.key < $1.key }.prefix(200)
    return [
      MetricFamily(
        "audittail_batch_seconds", .histogram, help: "How long it took to commit a batch, repetitions included.",
        samples: [
          MetricSample(
            [],
            .histogram(
              edges: Self.batchEdges, cumulative: cumulative, count: state.batchRanges.reduce(0, +),
              sum: state.batchSeconds))
        ]),
      MetricFamily(
        "audittail_lag_bytes", .gauge, help: "Bytes of log files that were seen and not read yet.",
        samples: [MetricSample([], state.gauges.lagBytes)]),
      MetricFamily(
        "audittail_lag_seconds", .gauge, help: "How long the oldest bytes have been waiting that are not stored.",
        samples: [MetricSample([], waiting)]),
      MetricFamily(
        "audittail_log_files", .gauge, help: "Log files that are followed, rotated ones not counted.",
        samples: [MetricSample([], Int64(state.gauges.files))]),
      MetricFamily(
        "audittail_start_time_seconds", .gauge, help: "When this program started, in seconds since 1970.",
        samples: [MetricSample([], Double(began.nanoseconds / 1_000_000) / 1e3)]),
      MetricFamily(
        "audittail_partitions", .gauge, labels: ["tenant"], help: "Days that have partitions.",
        samples: partitions.map { MetricSample([$0.key], Int64($0.value.days)) }),
      MetricFamily(
        "audittail_oldest_record_seconds", .gauge, labels: ["tenant"],
        help: "Begin of the oldest day that has a partition, in seconds since 1970.",
        samples: partitions.compactMap { entry in entry.value.oldest.map { MetricSample([entry.key], $0) } }),
      MetricFamily(
        "audittail_retention_seconds", .gauge, labels: ["tenant"], help: "How long records are kept.",
        samples: partitions.map { MetricSample([$0.key], $0.value.keep) }),
    ]
  }

  private static func families(_ spool: Spool) -> [MetricFamily] {
    let figures = spool.figures
    func gauge(_ name: String, _ value: Int, _ help: String) -> MetricFamily {
      MetricFamily(name, .gauge, help: help, samples: [MetricSample([], Int64(value))])
    }
    return [
      gauge("audittail_spool_bytes", figures.bytes, "Bytes that the spool has on the disk."),
      gauge("audittail_spool_limit_bytes", spool.limits.bytesMax, "Bytes that the spool may have."),
      gauge("audittail_spool_pieces", figures.pieces, "Pieces in the spool that wait for the database."),
      MetricFamily(
        "audittail_spool_damaged_bytes_total", .counter, help: "Bytes of the spool that were damaged.",
        samples: [MetricSample([], Int64(figures.damagedBytes))]),
    ]
  }

  private static func families(_ values: ListenCounters.Values) -> [MetricFamily] {
    func counter(_ name: String, _ value: Int, _ help: String) -> MetricFamily {
      MetricFamily(name, .counter, help: help, samples: [MetricSample([], Int64(value))])
    }
    return [
      MetricFamily(
        "audittail_connections", .gauge, help: "Connections that listeners hold.",
        samples: [MetricSample([], Int64(values.connectionsOpen))]),
      counter("audittail_connections_refused_total", values.connectionsRefused, "Connections beyond the limit."),
      counter("audittail_submissions_total", values.submissions, "Submissions that listeners took."),
      counter("audittail_submissions_refused_total", values.full, "Submissions for which the spool had no room."),
      counter("audittail_malformed_messages_total", values.malformed, "Messages that spoke no protocol."),
      counter("audittail_datagrams_lost_total", values.datagramsLost, "Datagrams that the kernel dropped."),
      MetricFamily(
        "audittail_http_answers_total", .counter, labels: ["code"], help: "Answers of HTTP listeners by status.",
        samples: values.answers.sorted { $0.key < $1.key }.prefix(64).map {
          MetricSample(["\($0.key)"], Int64($0.value))
        }),
    ]
  }
}

extension Duration {
  /// For figures only.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
