/// A point in time after which a wait gives up, as `poll` wants to hear it.
struct Deadline {
  let duration: Duration
  private let instant: ContinuousClock.Instant

  init(after duration: Duration) {
    self.duration = duration
    instant = ContinuousClock.now.advanced(by: duration)
  }

  var hasPassed: Bool { ContinuousClock.now >= instant }

  /// Rounded up, so that a wait never ends before the deadline; 0 once it has passed. At most a day.
  var pollMilliseconds: Int32 {
    let left = ContinuousClock.now.duration(to: instant)
    guard left > .zero else { return 0 }
    let parts = min(left, .seconds(86_400)).components
    return Int32(parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000) + 1
  }
}
