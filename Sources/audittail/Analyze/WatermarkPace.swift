import AuditModel

/// How far event time has come, as the detectors are told: a record of before it is late.
///
/// Where the walk is behind, the watermark follows the records at a distance, as in a back-test. Where it has caught up, somebody waits for
/// the finding: a record is judged `hold` after it was read, which gives the other collectors that long to bring what happened before it.
/// Where no records come, the clock moves the watermark, so that silence is noticed.
struct WatermarkPace: Sendable {
  /// From a record's reading to its judgement; with the interval between two looks well below two seconds.
  static let hold = Duration.milliseconds(500)
  /// How far the clock stays behind where no records come: collectors may be slow, and silence is a matter of minutes.
  static let idleLag = Duration.seconds(120)

  private let reorderMax: Duration
  /// When so far had been read, oldest first.
  private var read: [(at: ContinuousClock.Instant, newest: RecordTime)] = []
  private var settled: RecordTime?

  init(reorderMax: Duration) { self.reorderMax = reorderMax }

  /// - Parameters:
  ///   - newest: the youngest time of what was read in this pass; nil: nothing was read.
  ///   - isCaughtUp: whether that was all there is.
  ///   - now: the clock that records are compared with: nothing of the future is judged.
  mutating func next(
    newest: RecordTime?, isCaughtUp: Bool, now: RecordTime, at instant: ContinuousClock.Instant
  ) -> RecordTime? {
    if let newest { read.append((instant, newest)) }
    if isCaughtUp {
      while let first = read.first, instant - first.at >= Self.hold {
        settle(first.newest.advanced(by: .nanoseconds(1)))
        read.removeFirst()
      }
      if let known = settled ?? read.first?.newest.advanced(by: .zero - reorderMax) {
        settled = max(known, now.advanced(by: .zero - Self.idleLag))
      }
    } else {
      for entry in read { settle(entry.newest.advanced(by: .zero - reorderMax)) }
      if read.count > 1 { read.removeFirst(read.count - 1) }
    }
    return settled.map { min($0, now) }
  }

  private mutating func settle(_ time: RecordTime) { settled = max(settled ?? time, time) }
}
