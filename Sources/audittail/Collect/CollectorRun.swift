import AuditConfig
import AuditKubernetes
import AuditListen
import AuditModel
import AuditSource
import AuditSpool
import AuditStore
import Glibc
import Logging
import Postgres
import ServiceLifecycle
import Synchronization
import UnixSignals

/// One run of the collector role: intake and store side by side, until everything is read or the program is asked to stop.
struct CollectorRun: Sendable {
  let configuration: Configuration
  let readsStandardInput: Bool
  let isOnce: Bool
  /// Whether this process is an analyzer too.
  var analyzes = false

  /// A store that is away is waited for this long when there is an end to wait for.
  private static let patienceOnce = Duration.seconds(60)
  /// Another batch under our number may be the last words of an earlier run of ours that was killed while it committed.
  private static let conflictsMax = 3

  func run() async throws {
    // What listens never ends, and so has no place where there is an end to come to.
    let listens = !isOnce && !readsStandardInput && !configuration.listen.allAddresses.isEmpty
    let takesLines = listens && !configuration.listen.addresses.isEmpty
    guard readsStandardInput || takesLines || !configuration.collector.files.isEmpty else {
      throw CommandFailure(.usage, "Nothing to read: give --files GLOB, --listen URL or --stdin.")
    }
    let logger = configuration.logger("audittail.collect")
    let pods =
      readsStandardInput
      ? nil : try ClusterPods(configuration, environment: ProcessEnvironment.variables(), logger: logger)
    OpenFileLimit.raise(to: configuration.limits.openFilesMax)
    let began = ContinuousClock.now
    let totals = CollectorTotals()
    let spool = SpoolAccess(configuration, logger: logger)
    try await spool.open(isNeeded: takesLines)
    // A file that could not be read is a failure, and what the others brought is stored all the same.
    var problem: LogFile.OpenError?
    do {
      // Where there is no end to come to, a database that is away is waited for, and what is listened for goes to the spool.
      let mustAnswer = isOnce || readsStandardInput
      try await withStore(configuration, logger: logger, migrate: mustAnswer, creates: true, joins: false) {
        store, server in
        let service = CollectorService(
          run: self, store: store, server: server, pods: pods, totals: totals, spool: spool, logger: logger)
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
          .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)
        ]
        if listens {
          // The last one in is the first one to be shut down: what it still brings finds the spool open.
          let listening = try await Listening.open(configuration, spool: spool, totals: totals, logger: logger)
          totals.note(listening)
          services.append(.init(service: listening))
        }
        if analyzes, !isOnce, !readsStandardInput {
          let analyzer = try AnalyzerRun(
            configuration: configuration, logger: configuration.logger("audittail.analyze"))
          services.append(.init(service: AnalyzerService(run: analyzer, store: store)))
        }
        let group = ServiceGroup(
          configuration: .init(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
        await spool.spool.settle()
      }
    } catch let unreadable as LogFile.OpenError {
      problem = unreadable
    }
    if isOnce { try StandardOutput.write(totals.summary(seconds: ContinuousClock.now - began) + "\n") }
    if let problem { throw problem }
  }

  /// Collects; when the database goes away or the ledger moves on, reads again from where the ledger stands.
  func collect(
    _ store: Store, _ totals: CollectorTotals, _ pods: ClusterPods?, _ spool: SpoolAccess, _ logger: Logger
  ) async throws {
    var conflicts = 0
    var backoff = Backoff()
    var awaySince: ContinuousClock.Instant?
    while true {
      let before = totals.all
      do {
        return try await collectOnce(store, totals, pods, spool, logger)
      } catch let error as StoreError {
        guard case .ledgerConflict = error, conflicts < Self.conflictsMax, !readsStandardInput else { throw error }
        conflicts += 1
        logger.notice("The ledger moved on; reading again from where it stands.", metadata: ["error": "\(error)"])
      } catch let error as IntakeDisorder {
        guard conflicts < Self.conflictsMax else { throw error }
        conflicts += 1
        logger.error(
          "A source was read out of order; reading again from where the ledger stands.",
          metadata: ["path": "\(error.path)"])
      } catch let error as PostgresError where error.isTransient && !readsStandardInput {
        if totals.all != before { awaySince = nil }
        let away = awaySince ?? .now
        awaySince = away
        if Task.isShuttingDownGracefully { throw error }
        if isOnce, ContinuousClock.now - away > Self.patienceOnce { throw error }
        totals.noteStore(isAway: true)
        logger.warning(
          "The database is away; reading again from where the ledger stands.", metadata: ["error": "\(error)"])
      }
      if totals.all != before {
        conflicts = 0
        backoff.reset()
      }
      try await Task.sleep(for: backoff.next())
    }
  }

  /// A pod's host name is new with each pod; a collector of that name would read everything again.
  private func collectorName() throws -> String {
    if let name = configuration.collector.name { return name }
    if getenv("KUBERNETES_SERVICE_HOST") != nil {
      throw CommandFailure(
        .configuration,
        "In Kubernetes a collector needs a name that stays: set collector.name (AUDITTAIL_COLLECTOR_NAME) to the node's name."
      )
    }
    return hostName()
  }

  /// Bytes of rows that may be on their way to the store at a time.
  private static let onTheirWayBytesMax = 16 << 20

  private func collectOnce(
    _ store: Store, _ totals: CollectorTotals, _ pods: ClusterPods?, _ spool: SpoolAccess, _ logger: Logger
  ) async throws {
    let name = try collectorName()
    try await store.migrate()
    let number = try await store.register(collector: name)
    totals.noteStore(isAway: false)
    await spool.spool.rewind()
    let kubernetes = configuration.kubernetes
    let tenancy = PodTenancy(
      label: kubernetes.tenantLabel, wait: kubernetes.tenantWait, directory: pods?.directory,
      decided: try await store.podTenants(collector: number))
    let notes = pods.map { _ in PodNotes() }
    let collector = try Collector(
      store: store, collector: number, configuration: configuration, logger: logger, podTenancy: tenancy,
      podNotes: notes, spool: readsStandardInput ? nil : spool, metrics: totals.metrics)
    // What ends by itself is over before anybody asks how it is.
    let reporter =
      isOnce || readsStandardInput
      ? nil
      : StateReporter(
        store: store.another("audittail state"), collector: number, state: { totals.state(with: spool.spool) },
        logger: logger)
    let collecting: @Sendable () async throws -> Void = {
      guard let pods, let notes else { return try await collect(collector, store, totals, spool, logger) }
      try await pods.recording(notes, self, store, collector: number, logger) {
        try await collect(collector, store, totals, spool, logger)
      }
    }
    if let reporter { try await reporter.during(collecting) } else { try await collecting() }
  }

  private func collect(
    _ collector: Collector, _ store: Store, _ totals: CollectorTotals, _ spool: SpoolAccess, _ logger: Logger
  ) async throws {
    let waker = collector.waker
    spool.ring(waker)
    defer { spool.ring(nil) }
    let batches = BatchLanes(bytesMax: Self.onTheirWayBytesMax) { waker.wake() }
    let others = (1..<Committer.connectionsMax).map { _ in store.another() }
    let committer = Committer(
      stores: [store] + others, textBytesMax: configuration.limits.rejectedTextBytesMax,
      patience: isOnce ? Self.patienceOnce : nil, logger: logger,
      refused: { error in
        totals.noteStore(isAway: true)
        totals.metrics.note(error)
      }
    ) { item, part, time in
      totals.add(part, of: item.batch.tenant)
      totals.noteStore(isAway: false)
      await totals.metrics.note(item, part, time, store)
      if let mark = item.spooled { await spool.spool.release(item.batch.tenant, upTo: mark) }
    }
    do {
      try await follow(collector, committer, batches)
    } catch {
      for other in others { await other.close() }
      throw error
    }
    for other in others { await other.close() }
    if isOnce, let problem = await collector.problem { throw problem }
  }

  private func follow(_ collector: Collector, _ committer: Committer, _ batches: BatchLanes) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await committer.run(batches) }
      group.addTask {
        defer { batches.finish() }
        if readsStandardInput {
          try await collector.runStandardInput(into: batches)
        } else {
          try await collector.run(into: batches, isOnce: isOnce)
        }
      }
      // The first one that fails takes the other one with it.
      while try await group.next() != nil {}
    }
  }
}

/// The collector as a service: returns when it is done.
struct CollectorService: Service, CustomStringConvertible {
  let run: CollectorRun
  let store: Store
  let server: EmbeddedServer?
  let pods: ClusterPods?
  let totals: CollectorTotals
  let spool: SpoolAccess
  let logger: Logger

  /// The service group writes it into messages, and the configuration is nobody's business there.
  var description: String { "collector" }

  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      if let server { group.addTask { await server.supervise() } }
      if let pods { group.addTask { await pods.service.run() } }
      if totals.metrics.isShown {
        let watch = StoreWatch(
          store: store.another("audittail.metrics"), metrics: totals.metrics,
          configuration: run.configuration)
        group.addTask { await watch.run() }
      }
      group.addTask { try await run.collect(store, totals, pods, spool, logger) }
      // The watch over the server ends only when it is told to; the collector's end is the end.
      try await group.next()
      group.cancelAll()
    }
  }
}

/// What was committed so far.
final class CollectorTotals: Sendable {
  let metrics = CollectorMetrics()
  private let totals = Mutex<[TenantID: IntakeTotals]>([:])
  private let awaySince = Mutex<ContinuousClock.Instant?>(nil)

  private let listening = Mutex<Listening?>(nil)

  func note(_ listening: Listening) { self.listening.withLock { $0 = listening } }

  /// How the collector is, with its spool.
  func state(with spool: Spool) -> CollectorState {
    let listening = listening.withLock { $0 }
    return CollectorState(
      spool: spool.figures, refusedSeconds: refusedSeconds,
      spoolBytesMax: spool.limits.bytesMax, backlogs: spool.backlogs,
      listening: listening.map { ($0.bound, $0.counters.all) })
  }

  /// A restart of the database is no reason to tell anybody.
  private static let awayMax = Duration.seconds(10)

  /// Says whether the database takes what it is given.
  func noteStore(isAway: Bool) { awaySince.withLock { $0 = isAway ? $0 ?? .now : nil } }

  /// Why the collector is not ready, each a sentence.
  var reasonsNotReady: [String] {
    guard let since = awaySince.withLock({ $0 }), ContinuousClock.now - since > Self.awayMax else { return [] }
    return ["The database has taken nothing for \((ContinuousClock.now - since).components.seconds) seconds."]
  }

  /// For how long the database has taken nothing; 0 where it does.
  var refusedSeconds: Int64 { awaySince.withLock { $0.map { (ContinuousClock.now - $0).components.seconds } ?? 0 } }

  func add(_ part: IntakeTotals, of tenant: TenantID) {
    totals.withLock { $0[tenant, default: IntakeTotals()] += part }
  }

  var all: IntakeTotals {
    totals.withLock { totals in totals.values.reduce(into: IntakeTotals()) { $0 += $1 } }
  }

  /// The one JSON object that `--once` prints.
  func summary(seconds: Duration) -> String {
    let sum = all
    let parts = seconds.components
    let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
    let fraction = "\(1000 + milliseconds % 1000)".dropFirst()
    return
      "{\"lines\":\(sum.lines),\"records\":\(sum.records),\"rejected\":\(sum.rejected),\"redactions\":\(sum.redactions),"
      + "\"batches\":\(sum.batches),\"bytes\":\(sum.bytes),\"seconds\":\(milliseconds / 1000).\(fraction)}"
  }
}
