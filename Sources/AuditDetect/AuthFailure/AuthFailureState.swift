import AuditModel

/// The refusals that one caller, one address, or the whole tenant met.
struct AuthFailureState: SubjectState {
  /// Refusals and calls.
  var recent: SlidingSums
  /// Whom the refusals of the last hour concerned, with when, newest last; `usersMax` at most.
  var users: [(user: Name, at: Int64)] = []
  var burstGauge: ExtremeGauge
  var sprayGauge: ExtremeGauge
  var burstGate = OnsetGate()
  var sprayGate = OnsetGate()

  static let usersMax = 64
  private static let hour: Int64 = 3_600_000_000_000

  init(step: Int64) {
    recent = SlidingSums(step: step)
    burstGauge = ExtremeGauge(hour: step / 12, floor: 0, scaleMin: 1)
    sprayGauge = ExtremeGauge(hour: step / 12, floor: 0, scaleMin: 1)
  }

  mutating func begin(step: Int64) {
    recent.advance(to: step)
    burstGauge.begin(hour: step / 12)
    sprayGauge.begin(hour: step / 12)
  }

  /// - Returns: how many different users were refused within the hour.
  mutating func refuse(_ user: Name, at time: RecordTime) -> Int {
    users.removeAll { time.nanoseconds - $0.at > Self.hour || $0.user == user }
    if users.count >= Self.usersMax { users.removeFirst() }
    users.append((user, time.nanoseconds))
    return users.count
  }

  func write(to writer: inout StateWriter) {
    recent.write(to: &writer)
    writer.put(UInt32(users.count))
    for (user, at) in users {
      writer.put(user)
      writer.put(at)
    }
    burstGauge.write(to: &writer)
    sprayGauge.write(to: &writer)
    burstGate.write(to: &writer)
    sprayGate.write(to: &writer)
  }

  init(from reader: inout StateReader) throws(StateError) {
    recent = try SlidingSums(from: &reader)
    for _ in 0..<(try reader.count(ofSize: 16)) { users.append((try reader.name(), try reader.int64())) }
    burstGauge = try ExtremeGauge(from: &reader)
    sprayGauge = try ExtremeGauge(from: &reader)
    burstGate = try OnsetGate(from: &reader)
    sprayGate = try OnsetGate(from: &reader)
  }
}
