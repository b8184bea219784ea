import AuditModel
import Logging
import ServiceLifecycle

/// Brings submissions of peers that cannot be told to come again, as streams and datagrams cannot: waits while the sink is full or broken.
/// The connection reads nothing meanwhile, and that is the back-pressure.
struct SubmissionPump: Sendable {
  let listener: String
  let sink: any SubmissionSink
  let counters: ListenCounters
  let inFlight: InFlightBytes
  let limits: ListenLimits
  let logger: Logger

  private static let retryAfterFailure = Duration.seconds(1)
  /// A tenant beyond its share waits so often for the others, and then goes on: what it brought is in memory anyway.
  private static let memoryTries = 50
  private static let memoryStep = Duration.milliseconds(20)

  /// - Parameter isCounted: somebody else holds the memory of it.
  /// - Returns: whether the lines are durable; false only when the program ends before the sink takes them.
  func bring(_ batch: LineBatch, tenant: TenantID?, key: Submission.Key? = nil, isCounted: Bool = false) async -> Bool {
    counters.count {
      $0.submissions += 1
      $0.lines += batch.lines.count
      $0.bytes += batch.bytes.count
      $0.linesCut += batch.lines.count { $0.isCut }
    }
    let reservation = inFlight.reservation(for: tenant)
    if !isCounted { await hold(reservation, batch.bytes.count) }
    defer { withExtendedLifetime(reservation) {} }
    var givesUpAt: ContinuousClock.Instant?
    let submission = Submission(
      listener: listener, tenant: tenant, key: key, bytes: batch.bytes, lines: batch.lines)
    while !Task.isCancelled {
      if Task.isShuttingDownGracefully, givesUpAt == nil { givesUpAt = .now + limits.drainTimeout * 3 }
      if let givesUpAt, .now > givesUpAt { break }
      do {
        switch try await sink.take(submission) {
        case .durable, .repeated: return true
        case .conflict:
          logger.error("A chunk came with another content than before under the same name; its connection is closed.")
          return false
        case .full(let retryAfter):
          counters.count { $0.full += 1 }
          try? await Task.sleep(for: max(.milliseconds(10), min(retryAfter, .seconds(5))))
        }
      } catch {
        logger.error("What a peer sent could not be made durable; trying again.", metadata: ["error": "\(error)"])
        try? await Task.sleep(for: Self.retryAfterFailure)
      }
    }
    counters.count { $0.linesGivenUp += batch.lines.count }
    logger.error(
      "The program ends before lines of a peer could be made durable.", metadata: ["lines": "\(batch.lines.count)"])
    return false
  }

  private func hold(_ reservation: Reservation, _ bytes: Int) async {
    for _ in 0..<Self.memoryTries where !Task.isCancelled {
      if (try? reservation.hold(bytes)) != nil { return }
      try? await Task.sleep(for: Self.memoryStep)
    }
    reservation.force(bytes)
  }
}
