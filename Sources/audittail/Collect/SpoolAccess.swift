import AuditConfig
import AuditModel
import AuditSource
import AuditSpool

import Logging
import Postgres
import Synchronization

/// The spool of this process with what fills it: it outlives the runs of the collector, so that it takes submissions also while there is
/// no database.
final class SpoolAccess: Sendable {
  let spool: Spool
  private let executor: ThreadExecutor
  private let bell = Mutex<Waker?>(nil)
  private let refusedAt = Mutex<ContinuousClock.Instant?>(nil)
  private let logger: Logger

  init(_ configuration: Configuration, logger: Logger) {
    executor = ThreadExecutor(name: "spool")
    self.logger = logger
    spool = Spool(
      directory: configuration.spoolDirectory, limits: configuration.spool.limits, executor: executor, clock: { .now })
  }

  deinit { executor.stop() }

  /// Finds what an earlier run left, and says what was damaged.
  /// - Parameter isNeeded: whether nothing can be taken without a spool. It is made then, and what keeps it from being made is an error.
  func open(isNeeded: Bool) async throws {
    do throws(SpoolError) {
      if isNeeded { try await spool.make() } else { try await spool.open() }
    } catch {
      if isNeeded { throw CommandFailure(.cannotCreate, "There is no spool, which listening needs: \(error)") }
      refuse(error)
      return
    }
    let figures = spool.figures
    if figures.damagedBytes > 0 || figures.lostPieces > 0 {
      logger.error(
        "The spool was damaged; what is known of the loss becomes gaps in the ledger.",
        metadata: ["damaged_bytes": "\(figures.damagedBytes)", "lost_pieces": "\(figures.lostPieces)"])
    }
    if figures.pieces > 0 {
      logger.notice(
        "The spool holds pieces of an earlier run.",
        metadata: ["pieces": "\(figures.pieces)", "tenants": "\(figures.tenants)", "bytes": "\(figures.bytes)"])
    }
  }

  /// Whoever empties the spool is woken when there is enough for a batch.
  func ring(_ waker: Waker?) { bell.withLock { $0 = waker } }
  func rang() { bell.withLock { $0?.wake() } }

  /// Says once that there is no spool: log files are read all the same, they are a buffer themselves.
  func refuse(_ error: SpoolError) {
    let isNew = refusedAt.withLock { refused in
      defer { refused = .now }
      return refused == nil
    }
    if isNew {
      logger.warning(
        "There is no spool; while the database is away, log files wait for it.", metadata: ["error": "\(error)"])
    }
  }

  /// Why submissions are not taken now, each a sentence.
  var reasonsNotReady: [String] {
    let figures = spool.figures
    // It is made when there is something to keep.
    let obstacle = figures.isOpen ? nil : Spool.obstacle(spool.directory)
    if obstacle != nil || !isUsable { return ["There is no spool: its directory cannot be written."] }
    return figures.bytes >= spool.limits.bytesMax / 100 * 95
      ? ["The spool is full: records were not stored for too long."] : []
  }

  /// A disk that refused is tried again after a while.
  var isUsable: Bool { refusedAt.withLock { $0.map { ContinuousClock.now - $0 > .seconds(30) } ?? true } }
}
