import AuditModel
import AuditRedact
import AuditSpool
import AuditStore
import Synchronization

/// A closed batch on its way to the store.
struct BatchInFlight: Sendable {
  let batch: RecordBatch
  let totals: IntakeTotals
  /// What the tenant's ledger ended with when this run began; later batches follow the ones before them.
  let head: Digest
  /// Up to where the spool is done with when the batch is stored.
  var spooled: SpoolMark?
}

/// The way of batches from reading to committing: one lane a tenant, in which they stay in their order, so that a tenant whose tables are
/// locked keeps only its own waiting. In a lane one batch is being stored and one waits.
final class BatchLanes: Sendable {
  private struct Lane {
    var inFlight: BatchInFlight?
    var waiting: BatchInFlight?
    /// Since when the oldest of them has been here.
    var since: ContinuousClock.Instant?
    /// The hash of the last batch that was stored in this run.
    var head: Digest?
  }

  private struct State {
    var lanes: [TenantID: Lane] = [:]
    /// Tenants with a batch that waits and none that is being stored.
    var ready: [TenantID] = []
    var workers: [(number: Int, continuation: CheckedContinuation<BatchInFlight?, Never>)] = []
    var watchers: [(number: Int, continuation: CheckedContinuation<Void, Never>)] = []
    var numbers = 0
    var bytes = 0
    var isFinished = false
  }

  private let state = Mutex(State())
  private let bytesMax: Int
  private let room: @Sendable () -> Void

  /// - Parameters:
  ///   - bytesMax: rows that may be on their way, of all tenants; a tenant with nothing on its way may always send.
  ///   - room: called whenever a batch was stored.
  init(bytesMax: Int, room: @escaping @Sendable () -> Void) {
    self.bytesMax = bytesMax
    self.room = room
  }

  // MARK: The reading side

  func hasRoom(_ tenant: TenantID) -> Bool {
    state.withLock { state in
      guard let lane = state.lanes[tenant] else { return true }
      return lane.waiting == nil && (lane.inFlight == nil || state.bytes < bytesMax)
    }
  }

  /// Nothing of the tenant is on its way.
  func isIdle(_ tenant: TenantID) -> Bool {
    state.withLock { $0.lanes[tenant].map { $0.inFlight == nil && $0.waiting == nil } ?? true }
  }

  var isIdle: Bool { state.withLock { $0.lanes.values.allSatisfy { $0.inFlight == nil && $0.waiting == nil } } }

  /// Since when the tenant's oldest batch has been on its way; nil where there is none.
  func busySince(_ tenant: TenantID) -> ContinuousClock.Instant? { state.withLock { $0.lanes[tenant]?.since } }

  /// What is on its way, in order.
  func held(_ tenant: TenantID) -> [BatchInFlight] {
    state.withLock { [$0.lanes[tenant]?.inFlight, $0.lanes[tenant]?.waiting].compactMap { $0 } }
  }

  /// Puts a batch behind those of its tenant; there has to be room.
  func send(_ item: BatchInFlight) {
    let tenant = item.batch.tenant
    state.withLock { state in
      var lane = state.lanes[tenant] ?? Lane()
      precondition(lane.waiting == nil, "A batch was sent to a lane without room.")
      lane.waiting = item
      lane.since = lane.since ?? .now
      state.lanes[tenant] = lane
      state.bytes += item.byteCount
      if lane.inFlight == nil { state.ready.append(tenant) }
      Self.hand(&state)
    }
  }

  /// No batch will come any more.
  func finish() {
    state.withLock { state in
      state.isFinished = true
      Self.hand(&state)
    }
  }

  /// Waits until a batch was stored, or the task is cancelled.
  func change() async {
    let number = state.withLock { state in
      state.numbers += 1
      return state.numbers
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isCancelled = Task.isCancelled
        state.withLock { state in
          let isIdle = state.lanes.values.allSatisfy { $0.inFlight == nil && $0.waiting == nil }
          if isCancelled || isIdle { return continuation.resume() }
          state.watchers.append((number, continuation))
        }
      }
    } onCancel: {
      state.withLock { state in
        guard let index = state.watchers.firstIndex(where: { $0.number == number }) else { return }
        state.watchers.remove(at: index).continuation.resume()
      }
    }
  }

  // MARK: The committing side

  /// The next batch to store, with what its tenant's last one in this run was; nil when there is none and none will come, or the task
  /// is cancelled.
  func next() async -> BatchInFlight? {
    let number = state.withLock { state in
      state.numbers += 1
      return state.numbers
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isCancelled = Task.isCancelled
        state.withLock { state in
          if isCancelled { return continuation.resume(returning: nil) }
          state.workers.append((number, continuation))
          Self.hand(&state)
        }
      }
    } onCancel: {
      state.withLock { state in
        guard let index = state.workers.firstIndex(where: { $0.number == number }) else { return }
        state.workers.remove(at: index).continuation.resume(returning: nil)
      }
    }
  }

  /// What the tenant's next batch follows.
  func head(of item: BatchInFlight) -> Digest { state.withLock { $0.lanes[item.batch.tenant]?.head } ?? item.head }

  /// The tenant's batch is stored.
  func stored(_ item: BatchInFlight, hash: Digest) {
    let tenant = item.batch.tenant
    state.withLock { state in
      guard var lane = state.lanes[tenant] else { return }
      lane.inFlight = nil
      lane.head = hash
      lane.since = lane.waiting == nil ? nil : .now
      state.lanes[tenant] = lane
      state.bytes -= item.byteCount
      if lane.waiting != nil { state.ready.append(tenant) }
      Self.hand(&state)
      for watcher in state.watchers { watcher.continuation.resume() }
      state.watchers = []
    }
    room()
  }

  private static func hand(_ state: inout State) {
    while !state.workers.isEmpty, !state.ready.isEmpty {
      let tenant = state.ready.removeFirst()
      guard let item = state.lanes[tenant]?.waiting else { continue }
      state.lanes[tenant]?.waiting = nil
      state.lanes[tenant]?.inFlight = item
      // The one that came last: connections that are not needed stay closed.
      state.workers.removeLast().continuation.resume(returning: item)
    }
    // Those that wait behind a batch that is being stored are handed out by whoever stores it.
    guard state.isFinished, state.ready.isEmpty else { return }
    let isWaited = state.lanes.values.contains { $0.waiting != nil }
    if isWaited { return }
    for worker in state.workers { worker.continuation.resume(returning: nil) }
    state.workers = []
  }
}

extension BatchInFlight {
  fileprivate var byteCount: Int { batch.records.value.byteCount + batch.rejected.value.byteCount }
}
