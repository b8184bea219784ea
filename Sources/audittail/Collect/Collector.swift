import AuditConfig
import AuditModel
import AuditRedact
import AuditSource
import AuditSpool
import AuditStore
import Glibc
import Logging
import Postgres
import ServiceLifecycle

/// Tails log files into batches. It lives on a thread of its own: reading files blocks.
///
/// The unit that flows is a chunk of a file. One batch a tenant is being filled while at most one is being stored; when the store does
/// not keep up, reading waits: the log files are the buffer.
actor Collector {
  private nonisolated let executor = ThreadExecutor(name: "collect")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  let store: Store
  let configuration: Configuration
  let logger: Logger
  let collector: Int32
  let discovery: FileDiscovery
  let waker = Waker()
  let router: TenantRouter
  /// One for all tenants that are redacted alike, and one for each that has its own way.
  private let sharedIntake: IntakeBox
  private var ownIntakes: [TenantID: IntakeBox] = [:]
  let clock: @Sendable () -> RecordTime
  var tenants: [TenantID: TenantIntake] = [:]
  var lineages: [String: Lineage] = [:]
  /// The lineages that may have something to read; the others cost nothing.
  private var hot: Set<String> = []
  private var turns = 0
  var gone: Set<String> = []
  /// The lineages of which something is open, by their paths.
  var openLineages: [String: OpenLineage] = [:]
  private var buffer: [UInt8] = []
  /// What could not be read, told once a path.
  private var unreadable: Set<String> = []
  /// The first of it: with an end to come to, a file that was left out is a failure.
  private(set) var problem: LogFile.OpenError?
  private var endsByItself = false
  /// What the discovery told and was not attended to yet.
  var news: [String: [FileDiscovery.Found]] = [:]
  /// Lineages with a file that could not be begun yet, or not be read, and those that are to be looked at for a while.
  var waiting: Set<String> = []
  var denied: Set<String> = []
  var ticks = 0
  var lingering: [String: Int] = [:]
  var held: [FileIdentity: HeldFile] = [:]
  var nextTick = ContinuousClock.now
  var nextGlance = ContinuousClock.now
  var told: Set<String> = []
  var hasLooked = false
  /// Log files that may be open at a time.
  let openFilesMax: Int
  /// Nil where lines are only read that can be read again.
  let spool: SpoolAccess?
  /// Nobody asks the database before that time: it did not answer.
  var storeAwayUntil: ContinuousClock.Instant?
  var storeBackoff = Backoff()
  /// A batch is full and its lane has no room.
  var isWaitingForRoom = false

  /// What labels of pods say, and who wants to know of which pod; see `Collector+Pods`.
  var podTenancy: PodTenancy
  let podNotes: PodNotes?
  let metrics: CollectorMetrics?
  var nextGauge = ContinuousClock.now
  var unreadSince: ContinuousClock.Instant?
  var toldLabels: Set<String> = []
  /// Logs of pods whose tenant is not known yet.
  var undecided: Set<String> = []

  init(
    store: Store, collector: Int32, configuration: Configuration, logger: Logger, podTenancy: PodTenancy,
    podNotes: PodNotes?, spool: SpoolAccess? = nil, metrics: CollectorMetrics? = nil,
    clock: @escaping @Sendable () -> RecordTime = { .now }
  ) throws {
    self.clock = clock
    self.podTenancy = podTenancy
    self.podNotes = podNotes
    self.store = store
    self.collector = collector
    self.configuration = configuration
    self.logger = logger
    self.spool = spool
    self.metrics = metrics
    discovery = FileDiscovery(
      patterns: configuration.collector.files, isWatching: configuration.discovery.watch,
      interval: configuration.discovery.interval)
    openFilesMax = OpenFileLimit.room(for: configuration.limits.openFilesMax)
    router = TenantRouter(pattern: configuration.collector.namespacePattern, fallback: configuration.collector.tenant)
    sharedIntake = IntakeBox(
      LineIntake(collector: collector, policy: try RedactionPolicy(configuration.redaction), configuration))
    for tenant in configuration.tenants.keys {
      let policy = try RedactionPolicy(configuration.redaction(for: tenant))
      ownIntakes[tenant] = IntakeBox(LineIntake(collector: collector, policy: policy, configuration))
    }
  }

  deinit { executor.stop() }

  /// Reads until the program shuts down, or with `isOnce` until everything that is there was read; then closes what is open.
  func run(into batches: BatchLanes, isOnce: Bool) async throws {
    let waker = waker
    endsByItself = isOnce
    try await withTaskCancellationHandler {
      try await withGracefulShutdownHandler {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await self.follow(into: batches, isOnce: isOnce) }
          if !isOnce { group.addTask { await self.watchWhileWaiting() } }
          try await group.next()
          group.cancelAll()
        }
      } onGracefulShutdown: {
        waker.wake()
      }
    } onCancel: {
      waker.wake()
    }
    if isOnce { expireOpenEvents(all: true) }
    try await finish(batches, isOnce: isOnce)
  }

  private func follow(into batches: BatchLanes, isOnce: Bool) async throws {
    try await discover(isOnce: isOnce)
    if lineages.isEmpty, problem == nil, undecided.isEmpty { try noFiles(isOnce: isOnce) }
    while !Task.isCancelled, !Task.isShuttingDownGracefully {
      let turn = try await turn(isOnce: isOnce, batches)
      if isOnce, turn.isAllRead {
        if !undecided.isEmpty {
          undecided.removeAll()
          try? await Task.sleep(for: .milliseconds(50))
          try await discover(isOnce: isOnce)
          continue
        }
        // Files that had to wait, for a descriptor or for a renaming to end, have their turn now.
        guard hasNews || !waiting.isEmpty, try await discover(isOnce: isOnce) > 0 else { break }
        continue
      }
      expireOpenEvents()
      try await closeAged(batches)
      if !turn.isProgress, !hasNews { rest(batches) }
      try await discover(isOnce: isOnce)
    }
  }

  /// Reads one chunk of every lineage that may have something, so that a busy one keeps nobody waiting for longer than its chunk.
  private func turn(
    isOnce: Bool, _ batches: BatchLanes
  ) async throws -> (isProgress: Bool, isAllRead: Bool) {
    var isProgress = false
    var isAllRead = true
    turns += 1
    isWaitingForRoom = false
    for path in Array(hot) {
      guard let lineage = lineages[path] else {
        hot.remove(path)
        continue
      }
      lineage.lastTurn = turns
      let step = try await read(lineage, isOnce: isOnce, batches)
      if !lineage.isHot { hot.remove(path) }
      if LogFile.openCount > openFilesMax { makeRoom() }
      isProgress = isProgress || step.byteCount > 0
      isAllRead = isAllRead && step.isAtEnd
      // A pod that lives for a second is opened while the others are being read.
      if !isOnce { glance() }
    }
    return (isProgress, isAllRead)
  }

  private func noFiles(isOnce: Bool) throws {
    if configuration.collector.files.isEmpty { return }
    let patterns = configuration.collector.files.joined(separator: ", ")
    if isOnce { throw CommandFailure(.noInput, "No file matches \(patterns). Quote the pattern, and check the path.") }
    logger.notice("No file matches yet; waiting for one.", metadata: ["files": "\(patterns)"])
  }

  /// Reads from it in the next turn where it may have something.
  func wake(_ lineage: Lineage) {
    if lineage.isHot { hot.insert(lineage.path) }
  }

  /// How long to wait for news.
  private func rest(_ batches: BatchLanes) {
    let now = ContinuousClock.now
    var due = min(now + Self.restMax, discovery.nextLook)
    if !hot.isEmpty { due = min(due, now + Self.hotRest) }
    if hasChores { due = min(due, nextTick) }
    for (tenant, intake) in tenants where batches.hasRoom(tenant) {
      if let openedAt = intake.open?.openedAt { due = min(due, openedAt + configuration.limits.batchAgeMax) }
    }
    if let spoolDue = spoolDue(batches) { due = min(due, spoolDue) }
    discovery.wait(atMost: due - now, waker: waker)
    // Many small writes are read together: one turn for all that comes in a small part of what a record may wait anyway.
    let gathering = min(Self.gatheringMax, configuration.limits.batchAgeMax / 10)
    if !isWaitingForRoom, due - ContinuousClock.now > gathering {
      usleep(UInt32(gathering.components.attoseconds / 1_000_000_000_000))
    }
  }

  private static let restMax = Duration.seconds(1)
  /// A lineage that waits for its writer to be quiet is looked at this often.
  private static let hotRest = Duration.milliseconds(100)
  private static let gatheringMax = Duration.milliseconds(20)

  func note(_ error: LogFile.OpenError) {
    // What a run that ends by itself ends with is said at its end.
    let isSaidLater = endsByItself && problem == nil
    problem = problem ?? error
    if unreadable.insert(error.path).inserted, !isSaidLater { logger.error("\(error)") }
  }

  func open(_ tenant: TenantID) async throws {
    if tenants[tenant] != nil { return }
    let head = try await store.open(tenant: tenant, collector: collector)
    // Nothing of the tenant is on its way: what the ledger has is what was counted.
    try await metrics?.resume(tenant, of: collector, in: store)
    tenants[tenant] = TenantIntake(
      tenant: tenant, head: head, retention: configuration.retention(for: tenant), openedAt: clock())
    do {
      // They come before everything that is found now, and their numbers have to say so: the highest is the one that was read last.
      for file in await spool?.spool.files(of: tenant) ?? [] { _ = try await bind(file.source, of: tenant) }
    } catch {
      tenants[tenant] = nil
      throw error
    }
  }

  // MARK: Reading

  func intake(of tenant: TenantID) -> IntakeBox { ownIntakes[tenant] ?? sharedIntake }

  private func read(
    _ lineage: Lineage, isOnce: Bool, _ batches: BatchLanes
  ) async throws -> Lineage.Step {
    guard try await hasRoom(lineage.tenant, batches) else { return .nothing }
    let (step, isFull) = try step(lineage, isOnce: isOnce)
    if isFull { try await close(lineage.tenant, batches) }
    return step
  }

  /// Reads one chunk of a lineage into its tenant's batch.
  private func step(_ lineage: Lineage, isOnce: Bool) throws -> (Lineage.Step, isFull: Bool) {
    let now = ContinuousClock.now
    let wall = clock()
    let limits = configuration.limits
    guard let window = tenants[lineage.tenant]?.window(now: wall, skew: limits.timeSkewMax),
      var batch = tenants[lineage.tenant]?.takeBatch(textBytesMax: limits.rejectedTextBytesMax)
    else { return (.atEnd, false) }
    var buffer: [UInt8] = []
    swap(&buffer, &self.buffer)
    defer {
      swap(&buffer, &self.buffer)
      tenants[lineage.tenant]?.open = batch
    }
    let isGone = gone.contains(lineage.path)
    let server = lineage.server
    let newSource = { self.tenants[lineage.tenant]?.newSource() }
    let step: Lineage.Step
    do throws(LogFile.OpenError) {
      try readAgain(lineage, &buffer, window: window)
      step = try intake(of: lineage.tenant).use { intake throws(LogFile.OpenError) in
        intake.enter(lineage.path)
        let step = try lineage.step(buffer: &buffer, now: now, isOnce: isOnce, isGone: isGone, newSource: newSource) {
          line, framed in
          intake.take(line, framed, server: server, window: window, now: wall, into: &batch)
        }
        // What would have ended it may be among the bytes that are missing; and behind a gap nothing of its source follows.
        if step.span?.gap != nil { intake.finish(server: server, window: window, now: wall, into: &batch) }
        return step
      }
      try readAgain(lineage, &buffer, window: window)
    } catch {
      // A broken file keeps nobody else from being read; it is tried again when the discovery finds it changed.
      note(error)
      lineage.rest()
      return (.atEnd, false)
    }
    if let begun = step.begun { batch.introduce(begun) }
    if let span = step.span {
      guard tenants[lineage.tenant]?.follows(span) == true else { throw IntakeDisorder(path: lineage.path) }
      for told in withOpenLines(of: lineage, span) {
        batch.note(told, byteCount: told.source == span.source ? step.byteCount : 0, now: now)
      }
    }
    return (step, batch.rowCount >= limits.batchRowsMax || batch.byteCount >= limits.batchBytesMax)
  }
}
