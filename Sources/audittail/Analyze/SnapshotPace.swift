/// When what was learned is written down: so seldom that it costs less than the records did, and so often that a new leader has not much to
/// repeat.
///
/// A snapshot is due after as many records as make a hundredth of its bytes (so it costs at most 100 bytes a record, a quarter of what the
/// record itself takes), or after an age at which it costs at most 256 KiB a second.
struct SnapshotPace: Sendable {
  static let recordsRange = 20_000...2_000_000
  static let ageRange = Duration.seconds(30)...Duration.seconds(600)
  private static let bytesPerRecord = 100
  private static let bytesPerSecond = 256 << 10

  private var lastBytes = 0
  private var records = 0
  private var entries = 0
  private var since = ContinuousClock.now

  mutating func note(records: Int) {
    self.records += records
    entries += 1
  }

  mutating func kept(bytes: Int, at now: ContinuousClock.Instant) {
    (lastBytes, records, entries, since) = (bytes, 0, 0, now)
  }

  func isDue(at now: ContinuousClock.Instant) -> Bool {
    if entries == 0 { return false }
    let enough = min(max(lastBytes / Self.bytesPerRecord, Self.recordsRange.lowerBound), Self.recordsRange.upperBound)
    let age = Duration.seconds(lastBytes / Self.bytesPerSecond)
    return records >= enough || now - since >= min(max(age, Self.ageRange.lowerBound), Self.ageRange.upperBound)
  }
}
