package import AuditModel

/// When a delivery is tried again, and when it is given up.
///
/// The specification's own table (5 s, 5 min, 30 min, 2 h, … 24 h) leaves five minutes after the second attempt, which is long for somebody on
/// call; so this doubles from five seconds to six hours, and spans as long: 75 h 35 min 5 s.
package struct RetrySchedule: Sendable, Hashable {
  package var first = Duration.seconds(5)
  package var longest = Duration.seconds(6 * 3600)
  package var span = Duration.seconds(272_105)
  /// What a receiver may ask for with Retry-After.
  package static let retryAfterMax = Duration.seconds(86_400)

  package init() {}

  /// - Parameter attempts: how many there were, at least one.
  package func delay(after attempts: Int, using random: inout some RandomNumberGenerator) -> Duration {
    var delay = first
    for _ in 1..<max(1, min(attempts, 40)) where delay < longest { delay = delay * 2 }
    return min(delay, longest) * Double.random(in: 0.5...1, using: &random)
  }
}

/// What an attempt came to.
package enum DeliveryResult: Sendable, Hashable {
  /// An answer with its status, and how long its Retry-After says.
  case answered(status: Int, retryAfter: Duration?)
  /// No answer, with the reason in words that hold no secret.
  case failed(String)
  /// It cannot be sent at all: a refused address, no secret.
  case impossible(String)
}

/// What becomes of a delivery after an attempt.
package struct DeliveryVerdict: Sendable, Hashable {
  package enum Fate: Sendable, Hashable {
    case delivered
    case retry(at: RecordTime)
    /// Given up: to be listed and replayed.
    case dead
  }

  package let fate: Fate
  package let status: Int?
  package let error: String?
  /// The receiver as a whole is left alone until then.
  package let pauseUntil: RecordTime?
  /// The receiver says that it is gone.
  package let disables: Bool
}

extension RetrySchedule {
  /// - Parameters:
  ///   - attempts: with this one.
  ///   - created: when the delivery was planned, or replayed.
  package func judge(
    _ result: DeliveryResult, attempts: Int, created: RecordTime, now: RecordTime, isFinal: (Int) -> Bool,
    using random: inout some RandomNumberGenerator
  ) -> DeliveryVerdict {
    func again(_ status: Int?, _ error: String, after: Duration?, pauses: Bool) -> DeliveryVerdict {
      let asked = min(after ?? .zero, Self.retryAfterMax)
      let delay = max(delay(after: attempts, using: &random), asked)
      let next = now.advanced(by: delay)
      let isOver = next > created.advanced(by: span)
      return DeliveryVerdict(
        fate: isOver ? .dead : .retry(at: next), status: status, error: error, pauseUntil: pauses ? next : nil,
        disables: false)
    }
    switch result {
    case .answered(let status, _) where (200..<300).contains(status):
      return DeliveryVerdict(fate: .delivered, status: status, error: nil, pauseUntil: nil, disables: false)
    case .answered(410, _):
      return DeliveryVerdict(
        fate: .dead, status: 410, error: "the receiver says that it is gone (410)", pauseUntil: nil, disables: true)
    case .answered(let status, let after):
      if isFinal(status) {
        return DeliveryVerdict(
          fate: .dead, status: status, error: "the receiver will never take it (\(status))", pauseUntil: nil,
          disables: false)
      }
      let throttles = status == 429 || after != nil
      let words =
        (300..<400).contains(status)
        ? "redirects are not followed (\(status))" : "the receiver answered \(status)"
      return again(status, words, after: after, pauses: throttles)
    case .failed(let reason): return again(nil, reason, after: nil, pauses: false)
    case .impossible(let reason): return again(nil, reason, after: nil, pauses: false)
    }
  }
}
