package import AuditModel
import AuditRedact
import Glibc
import Synchronization

/// The durable queue on the node: what cannot be read again, or may not be there any more when the store is back, waits here until it
/// was committed. It takes redacted rows and nothing else. The format stands in `SpoolFrame.swift`.
///
/// It lives on a thread of its own, because syncing blocks. Many pieces that wait at the same time are synced together.
package actor Spool {
  private nonisolated let executor: any SerialExecutor
  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  package nonisolated let directory: String
  package nonisolated let limits: SpoolLimits
  private let disk: SpoolDisk
  private let clock: @Sendable () -> RecordTime
  private var lock: SpoolLock?
  private var tenants: [TenantID: TenantSpool] = [:]
  private nonisolated let shared = Mutex(Shared())

  private struct Shared: Sendable {
    var backlogs: [TenantID: SpoolBacklog] = [:]
    var figures = SpoolFigures()
  }

  /// - Parameters:
  ///   - directory: made when the first piece comes, with what is missing above it.
  ///   - executor: a thread.
  package init(
    directory: String, limits: SpoolLimits, executor: any SerialExecutor, disk: SpoolDisk = SpoolDisk(),
    clock: @escaping @Sendable () -> RecordTime
  ) {
    self.directory = directory
    self.limits = limits
    self.executor = executor
    self.disk = disk
    self.clock = clock
  }

  // MARK: What others may look at at any time

  /// What waits, by tenant; those for whom nothing waits are absent.
  package nonisolated var backlogs: [TenantID: SpoolBacklog] { shared.withLock { $0.backlogs } }
  package nonisolated func backlog(of tenant: TenantID) -> SpoolBacklog {
    shared.withLock { $0.backlogs[tenant] ?? SpoolBacklog() }
  }
  package nonisolated var figures: SpoolFigures { shared.withLock { $0.figures } }

  // MARK: Start

  /// Finds what an earlier run left. Damage never makes it fail.
  /// - Throws: where another process has the spool, or its directory is there and cannot be used.
  package func open() throws(SpoolError) {
    guard lock == nil, SpoolDirectory.exists(directory) else { return }
    lock = try SpoolLock(directory: directory)
    var damaged = 0
    var lost = 0
    var segments = 0
    for name in SpoolDirectory.names(in: directory) where SpoolDirectory.exists("\(directory)/\(name)") {
      guard let tenant = TenantSpool.tenant(of: "\(directory)/\(name)"), tenant.schemaName == name else {
        let discarded = Self.discard("\(directory)/\(name)")
        damaged += discarded.bytes
        segments += discarded.segments
        continue
      }
      let spool = TenantSpool(tenant: tenant, directory: directory, limits: limits, disk: disk)
      let losses = spool.recover()
      damaged += losses.damagedBytes
      lost += losses.lostPieces
      segments += losses.damagedSegments
      tenants[tenant] = spool
      publish(spool)
    }
    count {
      $0.damagedBytes += damaged
      $0.lostPieces += lost
      $0.damagedSegments += segments
      $0.isOpen = true
    }
  }

  /// Makes the spool before anything comes: where it cannot be made, nobody is promised anything.
  package func make() throws(SpoolError) {
    try SpoolDirectory.make(directory)
    try open()
  }

  /// A directory in which no frame is whole: what it holds is lost already and would only take room.
  private static func discard(_ path: String) -> (bytes: Int, segments: Int) {
    var bytes = 0
    var segments = 0
    for name in SpoolDirectory.names(in: path) where name.hasSuffix(".seg") {
      bytes += (try? SegmentFile(path: "\(path)/\(name)", .read))?.byteCount ?? 0
      segments += 1
      TenantSpool.remove("\(path)/\(name)")
    }
    return (bytes, segments)
  }

  // MARK: Taking

  /// What became of a piece that was handed in.
  package enum Appended: Sendable, Hashable {
    /// On the disk and synced.
    case durable
    /// It came before under this key, is durable, and made so many rows then.
    case repeated(records: Int, rejected: Int)
    /// Another content came under this key before. Nothing was stored.
    case conflict
    case full
  }

  /// Makes a piece durable. A submission's place in its source is decided here: its one span begins at 0, and `base` is 0.
  /// - Throws: where nobody can say whether it is durable.
  package func append(_ piece: SpoolPiece) async throws(SpoolError) -> Appended {
    do throws(SpoolError) {
      return try await take(piece)
    } catch {
      if error.isFull {
        count { $0.refused += 1 }
        return .full
      }
      count { $0.failures += 1 }
      throw error
    }
  }

  private func take(_ piece: SpoolPiece) async throws(SpoolError) -> Appended {
    var piece = piece
    if let key = piece.key, let taken = try taken(key.name, of: piece.tenant) {
      guard taken.content == key.content else {
        count { $0.conflicts += 1 }
        return .conflict
      }
      count { $0.repeated += 1 }
      return .repeated(records: Int(taken.records), rejected: Int(taken.rejected))
    }
    let tenant = try tenantSpool(piece.tenant)
    if piece.kind == .submission { tenant.place(&piece, now: clock()) }
    guard let frame = SpoolFrame.encode(piece) else { throw SpoolError(.encode, directory, 0) }
    guard hasRoom(for: frame.count, of: piece.tenant) else {
      count { $0.refused += 1 }
      return .full
    }
    let end = try tenant.write(frame, of: piece)
    count { $0.written += 1 }
    // Whoever is waiting for this thread writes now; then one of us syncs for all.
    let failures = tenant.syncFailures
    await Task.yield()
    // A sync that failed meanwhile took our bytes with it.
    guard failures == tenant.syncFailures else { throw SpoolError(.sync, tenant.path, EIO) }
    if tenant.syncedTo < end { try sync(tenant) }
    return .durable
  }

  /// What came under a key. A piece that is written and not synced yet is synced first: until then it promises nothing.
  private func taken(_ key: SubmissionKey, of tenant: TenantID) throws(SpoolError) -> KeyedSubmission? {
    let spool = try tenantSpool(tenant)
    if spool.isUnsynced(key) { try sync(spool) }
    return spool.keys.find(key, now: clock())
  }

  private func sync(_ tenant: TenantSpool) throws(SpoolError) {
    defer { publish(tenant) }
    try tenant.sync()
    count { $0.syncs += 1 }
  }

  private func hasRoom(for byteCount: Int, of tenant: TenantID) -> Bool {
    let all = tenants.values.reduce(0) { $0 + $1.byteCount }
    return all + byteCount <= limits.bytesMax && (tenants[tenant]?.byteCount ?? 0) + byteCount <= limits.tenantBytesMax
  }

  private func tenantSpool(_ tenant: TenantID) throws(SpoolError) -> TenantSpool {
    if let spool = tenants[tenant] { return spool }
    if lock == nil {
      try SpoolDirectory.make(directory)
      lock = try SpoolLock(directory: directory)
      count { $0.isOpen = true }
    }
    let spool = TenantSpool(tenant: tenant, directory: directory, limits: limits, disk: disk)
    spool.recallKeys()
    tenants[tenant] = spool
    return spool
  }

  // MARK: Giving

  /// Reads the next pieces of a tenant, at most so many rows and bytes, but one piece at least where there is one.
  package func read(_ tenant: TenantID, rowsMax: Int, bytesMax: Int) -> SpoolRead? {
    guard let spool = tenants[tenant] else { return nil }
    defer { publish(spool) }
    return spool.read(rowsMax: rowsMax, bytesMax: bytesMax)
  }

  /// What is before `mark` was committed.
  package func release(_ tenant: TenantID, upTo mark: SpoolMark) {
    guard let spool = tenants[tenant] else { return }
    spool.release(upTo: mark, now: clock())
    publish(spool)
  }

  /// The program ends in order: what was committed leaves nothing behind, so that it cannot be taken for another collector's.
  package func settle() {
    for spool in tenants.values {
      spool.settle(now: clock())
      publish(spool)
    }
  }

  /// Everything that was read and not released is to be read again.
  package func rewind() {
    for tenant in tenants.keys { rewind(tenant) }
  }

  package func rewind(_ tenant: TenantID) {
    guard let spool = tenants[tenant] else { return }
    spool.rewind()
    publish(spool)
  }

  /// How far a file's lines are in the spool; nil where none are that may not be committed yet.
  package func file(_ identity: FileIdentity, of tenant: TenantID) -> SpooledFile? { tenants[tenant]?.files[identity] }

  /// All such files of a tenant, in the order in which they came.
  package func files(of tenant: TenantID) -> [SpooledFile] {
    tenants[tenant].map { $0.files.values.sorted { $0.order < $1.order } } ?? []
  }

  // MARK: Counting

  private func publish(_ spool: TenantSpool) {
    let backlog = spool.backlog
    let bytes = tenants.values.reduce(0) { $0 + $1.byteCount }
    shared.withLock {
      $0.backlogs[spool.tenant] = backlog.isEmpty ? nil : backlog
      $0.figures.bytes = bytes
      $0.figures.pieces = $0.backlogs.values.reduce(0) { $0 + $1.pieces }
      $0.figures.tenants = $0.backlogs.count
    }
  }

  private func count(_ body: (inout SpoolFigures) -> Void) { shared.withLock { body(&$0.figures) } }
}
