import Glibc

/// What a piece of work took.
struct Usage {
  var userSeconds: Double
  var systemSeconds: Double
  var wallSeconds: Double
  /// Of a process, at its peak; KiB as the kernel counts them.
  var peakKibibytes: Int

  var processorSeconds: Double { userSeconds + systemSeconds }
  var peakMebibytes: Double { Double(peakKibibytes) / 1024 }

  init(_ usage: rusage, wall: Duration) {
    userSeconds = Self.seconds(usage.ru_utime)
    systemSeconds = Self.seconds(usage.ru_stime)
    wallSeconds = wall.inSeconds
    peakKibibytes = usage.ru_maxrss
  }

  /// Of this process while `body` runs; the peak is the whole process's.
  static func measure(_ body: () async throws -> Void) async throws -> Usage {
    var before = rusage()
    var after = rusage()
    let started = ContinuousClock.now
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &before)
    try await body()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &after)
    var usage = Usage(after, wall: ContinuousClock.now - started)
    usage.userSeconds -= seconds(before.ru_utime)
    usage.systemSeconds -= seconds(before.ru_stime)
    return usage
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
}

/// One line of text, by which `measure` hands its figures to its caller: user, system and wall seconds, peak KiB, and how the
/// program ended.
extension Usage {
  init?(line: some StringProtocol) {
    let parts = line.split(separator: " ")
    guard parts.count == 4, let user = Double(parts[0]), let system = Double(parts[1]), let wall = Double(parts[2]),
      let peak = Int(parts[3])
    else { return nil }
    (userSeconds, systemSeconds, wallSeconds, peakKibibytes) = (user, system, wall, peak)
  }

  var line: String { "\(userSeconds) \(systemSeconds) \(wallSeconds) \(peakKibibytes)" }
}
