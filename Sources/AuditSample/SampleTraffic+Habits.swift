import AuditModel

/// Users who keep their hours: the user's index modulo three is the shift, which begins at 00, 08 or 16 o'clock UTC.
extension SampleTraffic {
  private static let shiftCount = 3
  private static let nanosecondsPerHour: Int64 = 3_600_000_000_000

  /// The neighbour of a user who is at work at this time.
  func onShift(_ user: Int, at time: RecordTime) -> Int {
    let neighbour = user - user % Self.shiftCount + shift(at: time)
    return neighbour < options.users ? neighbour : neighbour - Self.shiftCount
  }

  /// A user for whom it is the middle of the night, or nearly so: the shift that ended four to twelve hours ago.
  func asleep(_ user: Int, at time: RecordTime) -> Int {
    let quarter = time.advanced(by: .seconds(12 * 3600))
    return onShift(user, at: quarter)
  }

  private func shift(at time: RecordTime) -> Int {
    let sinceMidnight = time.nanoseconds - time.day.start.nanoseconds
    return Int(sinceMidnight / (8 * Self.nanosecondsPerHour))
  }
}
