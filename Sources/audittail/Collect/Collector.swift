import AsyncAlgorithms
import AuditConfig
import AuditModel
import AuditRedact
import AuditSource
import AuditStore
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
  private let discovery: FileDiscovery
  let router: TenantRouter
  /// One for all tenants that are redacted alike, and one for each that has its own way.
  private let sharedIntake: IntakeBox
  private var ownIntakes: [TenantID: IntakeBox] = [:]
  let clock: @Sendable () -> RecordTime
  var tenants: [TenantID: TenantIntake] = [:]
  var lineages: [String: Lineage] = [:]
  private var gone: Set<String> = []
  private var buffer: [UInt8] = []
  /// What could not be read, told once a path.
  private var unreadable: Set<String> = []
  /// The first of it: with an end to come to, a file that was left out is a failure.
  private(set) var problem: LogFile.OpenError?
  private var isOverOpenFiles = false
  /// Files that the last scan found and could not begin yet.
  private var waiting = 0

  init(
    store: Store, collector: Int32, configuration: Configuration, logger: Logger,
    clock: @escaping @Sendable () -> RecordTime = { .now }
  ) throws {
    self.clock = clock
    self.store = store
    self.collector = collector
    self.configuration = configuration
    self.logger = logger
    discovery = FileDiscovery(patterns: configuration.collector.files)
    router = TenantRouter(pattern: configuration.collector.namespacePattern, fallback: configuration.collector.tenant)
    sharedIntake = IntakeBox(
      LineIntake(collector: collector, policy: try RedactionPolicy(configuration.redaction)))
    for tenant in configuration.tenants.keys {
      let policy = try RedactionPolicy(configuration.redaction(for: tenant))
      ownIntakes[tenant] = IntakeBox(LineIntake(collector: collector, policy: policy))
    }
  }

  deinit { executor.stop() }

  /// Reads until the program shuts down, or with `isOnce` until everything that is there was read; then closes what is open.
  func run(into batches: AsyncChannel<BatchInFlight>, isOnce: Bool) async throws {
    var nextScan = ContinuousClock.now
    try await discover(isOnce: isOnce)
    if lineages.isEmpty, problem == nil { try noFiles(isOnce: isOnce) }
    while !Task.isCancelled, !Task.isShuttingDownGracefully {
      var progressed = false
      var isAllRead = true
      for lineage in lineages.values where lineage.isHot {
        let step = try await read(lineage, isOnce: isOnce, batches)
        progressed = progressed || step.byteCount > 0
        isAllRead = isAllRead && step.isAtEnd
      }
      if isOnce, isAllRead {
        // Files that had to wait, for a descriptor or for a renaming to end, have their turn now.
        guard waiting > 0, try await discover(isOnce: isOnce) > 0 else { break }
        continue
      }
      try await closeAged(batches)
      let now = ContinuousClock.now
      if !isOnce, now >= nextScan {
        try await discover(isOnce: isOnce)
        nextScan = now + configuration.discovery.interval
      }
      if !progressed { try? await Task.sleep(for: .milliseconds(50)) }
    }
    for tenant in tenants.keys.sorted() { await close(tenant, batches) }
  }

  private func noFiles(isOnce: Bool) throws {
    let patterns = configuration.collector.files.joined(separator: ", ")
    if isOnce { throw CommandFailure(.noInput, "No file matches \(patterns). Quote the pattern, and check the path.") }
    logger.notice("No file matches yet; waiting for one.", metadata: ["files": "\(patterns)"])
  }

  // MARK: Discovery

  /// Finds what is there now and begins what is new.
  /// - Returns: how many files were begun.
  @discardableResult
  private func discover(isOnce: Bool) async throws -> Int {
    let found = discovery.scan()
    var begun = 0
    waiting = 0
    for (path, files) in found {
      var strangers: [(index: Int, file: FileDiscovery.Found)] = []
      for (index, file) in files.enumerated() {
        if file.status.byteCount == 0 || lineages[path]?.knows(file.status.identity) == true { continue }
        let newer = Set(files[(index + 1)...].map(\.status.identity))
        switch try await begin(file, in: path, before: newer) {
        case .begun: begun += 1
        case .unreadable: continue
        case .waits: waiting += 1
        case .stranger:
          strangers.append((index, file))
          continue
        }
        // Files of a lineage come in their order: when one has to wait for the next scan, those behind it wait too.
        if waiting > 0, lineages[path]?.knows(file.status.identity) != true { break }
      }
      for (index, file) in strangers {
        let newer = Set(files[(index + 1)...].map(\.status.identity))
        switch try await begin(stranger: file, in: path, before: newer) {
        case .begun: begun += 1
        case .unreadable, .stranger: continue
        case .waits: waiting += 1
        }
      }
      lineages[path]?.observe(files)
      lineages[path]?.settle(isAllFound: files.allSatisfy { lineages[path]?.knows($0.status.identity) == true }, isOnce: isOnce)
    }
    gone = []
    for (path, lineage) in lineages where found[path] == nil {
      gone.insert(path)
      lineage.observe([])
      if lineage.isOver { lineages[path] = nil }
    }
    return begun
  }

  func note(_ error: LogFile.OpenError) {
    problem = problem ?? error
    if unreadable.insert(error.path).inserted { logger.error("\(error)") }
  }

  /// At the limit of open files new ones wait on the disk until others are at their end and gone.
  func hasRoom() -> Bool {
    let max = configuration.limits.openFilesMax
    let isOver = lineages.values.reduce(0) { $0 + $1.openCount } >= max
    if isOver, !isOverOpenFiles {
      logger.warning("limits.open_files is reached; further log files wait.", metadata: ["open_files": "\(max)"])
    }
    isOverOpenFiles = isOver
    return !isOver
  }

  func open(_ tenant: TenantID) async throws {
    if tenants[tenant] != nil { return }
    let head = try await store.open(tenant: tenant, collector: collector)
    tenants[tenant] = TenantIntake(tenant: tenant, head: head, retention: configuration.retention(for: tenant))
  }

  // MARK: Reading

  func intake(of tenant: TenantID) -> IntakeBox { ownIntakes[tenant] ?? sharedIntake }

  private func read(
    _ lineage: Lineage, isOnce: Bool, _ batches: AsyncChannel<BatchInFlight>
  ) async throws -> Lineage.Step {
    let (step, isFull) = try step(lineage, isOnce: isOnce)
    if isFull { await close(lineage.tenant, batches) }
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
      step = try intake(of: lineage.tenant).use { intake throws(LogFile.OpenError) in
        try lineage.step(buffer: &buffer, now: now, isOnce: isOnce, isGone: isGone, newSource: newSource) { line, framed in
          intake.take(line, framed, server: server, window: window, now: wall, into: &batch)
        }
      }
    } catch {
      // A broken file keeps nobody else from being read; it is tried again when the discovery finds it changed.
      note(error)
      lineage.rest()
      return (.atEnd, false)
    }
    if let begun = step.begun { batch.introduce(begun) }
    if let span = step.span {
      guard tenants[lineage.tenant]?.follows(span) == true else { throw IntakeDisorder(path: lineage.path) }
      batch.note(span, byteCount: step.byteCount, now: now)
    }
    return (step, batch.rowCount >= limits.batchRowsMax || batch.byteCount >= limits.batchBytesMax)
  }

  /// Closes the batches that are old enough, and the largest while all of them together hold too much.
  func closeAged(_ batches: AsyncChannel<BatchInFlight>) async throws {
    let now = ContinuousClock.now
    for (tenant, intake) in tenants {
      guard let openedAt = intake.open?.openedAt, now - openedAt >= configuration.limits.batchAgeMax else { continue }
      await close(tenant, batches)
    }
    while tenants.values.reduce(0, { $0 + ($1.open?.byteCount ?? 0) }) > Self.openBytesMax,
      let largest = tenants.max(by: { $0.value.open?.byteCount ?? 0 < $1.value.open?.byteCount ?? 0 })
    {
      await close(largest.key, batches)
    }
  }

  /// Bytes that the open batches of all tenants may hold together.
  private static let openBytesMax = 16 << 20

  /// Hands the tenant's batch on; waits while another one is still being stored.
  func close(_ tenant: TenantID, _ batches: AsyncChannel<BatchInFlight>) async {
    guard let head = tenants[tenant]?.head, let batch = tenants[tenant]?.takeFilled() else { return }
    let (closed, totals) = batch.close(tenant: tenant, collector: collector, received: clock())
    await batches.send(BatchInFlight(batch: closed, totals: totals, head: head))
  }
}
