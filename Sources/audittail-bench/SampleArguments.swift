import ArgumentParser
import AuditModel
import AuditSample
import Glibc

/// Which load is generated; shared by the subcommands.
struct SampleArguments: ParsableArguments {
  @Option(help: "Lines to write.")
  var lines = 1_000_000

  @Option(help: "The same seed gives the same lines.")
  var seed: UInt64 = 1

  @Option(help: "Hours from the first line to the last.")
  var hours = 24.0

  @Option(help: "Time of the first line, RFC 3339; three days ago when it is left out.")
  var start: RecordTime?

  func validate() throws {
    guard lines > 0, lines <= 1_000_000_000 else { throw ValidationError("--lines is 1 to 1,000,000,000.") }
    guard hours > 0, hours <= 24 * 366 else { throw ValidationError("--hours is more than 0, at most a year.") }
  }

  /// The first line's time.
  var firstTime: RecordTime { start ?? RecordTime.now.advanced(by: .seconds(-3 * 86_400)) }

  /// Nanoseconds from line to line.
  var step: Int64 { max(1, Int64(hours * 3.6e12) / Int64(lines)) }
}

extension RecordTime: ExpressibleByArgument {
  package init?(argument: String) { self.init(rfc3339: argument) }

  static var now: RecordTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return RecordTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
