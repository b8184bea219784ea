package import AuditModel

/// Something that should be noticed.
package enum SampleAnomaly: String, CaseIterable, Sendable {
  /// One user calls one tool 300 times within a minute.
  case burst
  /// A user works in the middle of the user's night: 12 calls within half an hour. Stands out only where the user's hours
  /// are known, so after traffic with `hasHabits`.
  case offHours
  /// A session goes through tools that are hardly ever used, in an order that nobody has: 24 calls within six minutes.
  case unusualSequence
  /// Somebody tries to sign in as one user: 40 refusals within two minutes, then a success.
  case failingLogins
}

/// A line and its time.
package struct SampleTimedLine: Sendable {
  package let time: RecordTime
  /// Without a line feed.
  package let bytes: [UInt8]
  package let line: SampleLine
}

extension SampleTraffic {
  /// The lines of an anomaly that begins at `time`, in the order of their times, some of which lie ahead of it.
  package mutating func lines(of anomaly: SampleAnomaly, from time: RecordTime) -> [SampleTimedLine] {
    // The most active users have the best known habits.
    let user = random.next(below: min(30, options.users))
    switch anomaly {
    case .burst:
      let export = SampleTool.index(of: "bulk_export")
      return calls(300, within: .seconds(60), from: time, user: onShift(user, at: time)) { _ in (export, nil) }
    case .offHours:
      return calls(12, within: .seconds(1800), from: time, user: asleep(user, at: time)) { index in (index % 5, nil) }
    case .unusualSequence:
      let path = ["list_members", "vault_metadata", "change_role", "rotate_keypair", "bulk_export", "purge_backup"]
        .map(SampleTool.index)
      return calls(24, within: .seconds(360), from: time, user: onShift(user, at: time)) {
        (path[$0 * 5 % path.count], nil)
      }
    case .failingLogins:
      let signIn = SampleTool.index(of: "authenticate")
      return calls(41, within: .seconds(120), from: time, user: onShift(user, at: time)) { index in
        (signIn, index < 40 ? SampleWords.refusedSignIns.lowerBound : nil)
      }
    }
  }

  /// Calls of one user in a session of their own, at even intervals.
  private mutating func calls(
    _ count: Int, within: Duration, from time: RecordTime, user: Int, _ what: (Int) -> (tool: Int, failure: Int?)
  ) -> [SampleTimedLine] {
    let session = random.next()
    return (0..<count).map { index in
      let (tool, failure) = what(index)
      let call = SampleCall(
        user: user, tool: tool, dialect: options.dialect ?? .middleware, session: session, failure: failure,
        milliseconds: milliseconds(tool, isFailure: failure != nil))
      let moment = time.advanced(by: within * index / count)
      var bytes: [UInt8] = []
      let line = append(call, at: moment, to: &bytes)
      return SampleTimedLine(time: moment, bytes: bytes, line: line)
    }
  }
}
