import AuditAlert
import AuditDeliver
import AuditModel
import AuditStore
import Logging
import Postgres

/// Sends one receiver what is due for it: several at a time, as fast as it may, of each alert one after the other.
struct ReceiverLane: Sendable {
  let link: ReceiverLink
  let store: Store
  let setup: AlertSetup
  let epoch: LeaderEpoch
  let logger: Logger
  let due = DueTimes()

  private static let tick = Duration.milliseconds(25)
  private static let disabledLookInterval = Duration.seconds(10)

  private enum Event: Sendable {
    case tick
    case sent(AlertScope, DueDelivery, DeliveryVerdict)
    case told
  }

  /// What a lane knows while it runs.
  private struct State {
    var underway: [Int64: AlertScope] = [:]
    var bucket: TokenBucket
    var pausedUntil: RecordTime?
    var isDisabled = false
    var nextDisabledLook = ContinuousClock.now
    var nextRefresh = ContinuousClock.now
    var nextHeartbeat = ContinuousClock.now
    /// Whether somebody was told that deliveries fail; nil where that is not known.
    var isFailing: Bool?
  }

  private var name: String { link.settings.name }

  /// Returns when it is cancelled.
  /// - Throws: `LeadershipLost`, and what the store says.
  func run() async throws {
    let began = ContinuousClock.now
    var state = State(bucket: TokenBucket(perMinute: link.settings.ratePerMinute, now: .zero))
    try await withThrowingTaskGroup(of: Event.self) { group in
      group.addTask { await Self.pause() }
      while let event = try await group.next(), !Task.isCancelled {
        switch event {
        case .tick: group.addTask { await Self.pause() }
        case .told: break
        case .sent(let scope, let delivery, let verdict):
          state.underway[delivery.id] = nil
          try await note(verdict, scope, &state)
        }
        try await lookAtDisabled(&state)
        if state.isDisabled {
          try await buryAll(&state)
        } else {
          if ContinuousClock.now >= state.nextRefresh { try await refresh(&state) }
          if link.settings.getsHeartbeats, ContinuousClock.now >= state.nextHeartbeat {
            state.nextHeartbeat = .now + setup.heartbeat
            group.addTask { await heartbeat() }
          }
          for (scope, delivery) in try await claim(&state, ContinuousClock.now - began) {
            state.underway[delivery.id] = scope
            group.addTask { try await send(delivery, scope) }
          }
        }
      }
      group.cancelAll()
    }
  }

  private static func pause() async -> Event {
    try? await Task.sleep(for: tick)
    return .tick
  }

  /// Takes as many deliveries as may be sent now.
  private func claim(_ state: inout State, _ clock: Duration) async throws -> [(AlertScope, DueDelivery)] {
    let now = RecordTime.now
    if let until = state.pausedUntil, until > now { return [] }
    state.pausedUntil = nil
    // One that is about to tell again of everything waits until nothing is under way.
    if link.settings.kind == .alertmanager, ContinuousClock.now >= state.nextRefresh { return [] }
    var free = min(link.settings.concurrency - state.underway.count, state.bucket.available(clock))
    guard free > 0 else { return [] }
    var claimed: [(AlertScope, DueDelivery)] = []
    for scope in due.take(now) {
      guard free > 0 else {
        due.note(scope, now)
        continue
      }
      let underway = state.underway.filter { $0.value == scope }.map(\.key)
      let found = try await store.dueDeliveries(of: scope, to: name, underway: underway, now: now, max: free)
      if found.count == free { due.note(scope, now) }
      free -= found.count
      claimed += found.map { (scope, $0) }
    }
    state.bucket.take(claimed.count)
    return claimed
  }

  private func send(_ delivery: DueDelivery, _ scope: AlertScope) async throws -> Event {
    let result = await link.deliver(id: delivery.messageID, body: delivery.body, now: .now)
    // An attempt that was broken off says nothing of the receiver: the next leader repeats it, with the same id.
    try Task.checkCancellation()
    var random = SystemRandomNumberGenerator()
    let now = RecordTime.now
    let verdict = setup.retry.judge(
      result, attempts: delivery.attempts, created: delivery.triedFrom, now: now, isFinal: link.isFinal, using: &random)
    if let error = verdict.error {
      logger.log(
        level: verdict.fate == .dead ? .error : .debug, "A receiver did not take a message.",
        metadata: ["receiver": "\(name)", "message": "\(delivery.messageID)", "why": "\(error)"])
    }
    try await settle(delivery, scope, verdict, now)
    return .sent(scope, delivery, verdict)
  }

  /// What a receiver has taken is written down as soon as the database takes it, or it would be told again.
  private func settle(
    _ delivery: DueDelivery, _ scope: AlertScope, _ verdict: DeliveryVerdict, _ now: RecordTime
  ) async throws {
    var backoff = Backoff()
    while true {
      do {
        return try await store.settle(delivery, of: scope, as: epoch, verdict, now: now)
      } catch let error as PostgresError where error.isTransient {
        try await Task.sleep(for: backoff.next())
      }
    }
  }

  private func note(_ verdict: DeliveryVerdict, _ scope: AlertScope, _ state: inout State) async throws {
    // What came behind it of the same alert may go now.
    due.note(scope, .now)
    if case .retry(let at) = verdict.fate { due.note(scope, at) }
    if let until = verdict.pauseUntil { state.pausedUntil = max(state.pausedUntil ?? until, until) }
    if verdict.disables {
      try await store.disable(receiver: name, fingerprint: link.settings.fingerprint, reason: verdict.error ?? "")
      try await store.tell(
        .receiverDisabled, about: name, .critical, "The receiver \(name) says that it is gone; nothing is sent to it.")
      state.isDisabled = true
    } else if verdict.fate == .dead, state.isFailing != true {
      try await store.tell(
        .deliveryFailed, about: name, .warning, "Messages to the receiver \(name) were given up: \(verdict.error ?? "")"
      )
      state.isFailing = true
    } else if verdict.fate == .delivered, state.isFailing != false {
      try await store.tell(
        .deliveryFailed, about: name, .info, "The receiver \(name) takes messages again.", isEnd: true)
      state.isFailing = false
    }
  }

  private func lookAtDisabled(_ state: inout State) async throws {
    guard ContinuousClock.now >= state.nextDisabledLook else { return }
    state.nextDisabledLook = .now + Self.disabledLookInterval
    let disabled = try await store.disabledReceivers()[name]
    let isDisabled = disabled == link.settings.fingerprint
    if !isDisabled, disabled != nil || state.isDisabled {
      try await store.enable(receiver: name)
      try await store.tell(
        .receiverDisabled, about: name, .info, "The receiver \(name) is used again.", isEnd: true)
    }
    state.isDisabled = isDisabled
  }

  /// To be listed and replayed when the receiver is there again.
  private func buryAll(_ state: inout State) async throws {
    let scopes = due.take(.now)
    if scopes.isEmpty { return }
    // Somebody may have tried it with success, and replayed what was given up, a moment ago.
    state.nextDisabledLook = .now
    try await lookAtDisabled(&state)
    for scope in scopes {
      if state.isDisabled { try await store.bury(receiver: name, of: scope) } else { due.note(scope, .now) }
    }
  }

  /// An Alertmanager forgets what it is not told again.
  private func refresh(_ state: inout State) async throws {
    guard link.settings.kind == .alertmanager else {
      state.nextRefresh = .now + .seconds(86_400)
      return
    }
    guard state.underway.isEmpty else { return }
    state.nextRefresh = .now + Alertmanager.refresh
    for scope in [AlertScope.installation] + (try await store.tenants()).map(AlertScope.tenant) {
      var last: Int64 = 0
      while !Task.isCancelled {
        let page = try await store.activeMessages(of: scope, to: name, after: last, max: 200)
        guard let end = page.last?.delivery else { break }
        last = end
        if case .failed = await link.refresh(page.map { ($0.messageID, $0.body) }, now: .now) { return }
      }
    }
  }

  /// The dead man's switch: one that comes late is of no use, so it is neither stored nor tried again.
  private func heartbeat() async -> Event {
    let now = RecordTime.now
    let id = "msg_heartbeat_\(now.nanoseconds / 1_000_000)"
    let result = await link.deliver(id: id, body: PlainMessage.heartbeat(at: now), now: now)
    if case .answered(let status, _) = result, (200..<300).contains(status) { return .told }
    logger.warning("A receiver did not take the heartbeat.", metadata: ["receiver": "\(name)"])
    return .told
  }
}
