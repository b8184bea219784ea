/// How long to wait before trying again: doubling, with jitter, up to a limit. A pure value: the caller sleeps.
///
/// Each delay is drawn evenly between half of the current step and the whole of it, so that many clients that lost the
/// same server do not come back in one instant, and none comes back at once.
package struct Backoff: Sendable {
  /// The times between which the steps move.
  package struct Limits: Sendable {
    package var delayMin: Duration
    package var delayMax: Duration

    package init(delayMin: Duration = .milliseconds(100), delayMax: Duration = .seconds(10)) {
      precondition(delayMin > .zero && delayMax >= delayMin, "A backoff needs 0 < delayMin <= delayMax.")
      self.delayMin = delayMin
      self.delayMax = delayMax
    }
  }

  private let limits: Limits
  private var step: Duration

  package init(_ limits: Limits = Limits()) {
    self.limits = limits
    step = limits.delayMin
  }

  /// The delay before the next attempt; the one after it will be longer.
  package mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
    let delay = step * Double.random(in: 0.5...1, using: &random)
    step = min(step * 2, limits.delayMax)
    return delay
  }

  package mutating func next() -> Duration {
    var random = SystemRandomNumberGenerator()
    return next(using: &random)
  }

  /// After a success: the next failure starts from the shortest delay again.
  package mutating func reset() {
    step = limits.delayMin
  }
}
