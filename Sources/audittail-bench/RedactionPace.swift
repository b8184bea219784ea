import AuditRedact
import CAllocationCount
import Glibc

/// How fast one load went through the redactor, beside memchr(3) over the same bytes: the least that reading them costs.
struct RedactionPace {
  let load: RedactionLoad
  /// Decimal megabytes a second of this thread's CPU time; the median of the rounds.
  let redacted: Double
  let scanned: Double

  var ratio: Double { scanned / redacted }
  var isGoodEnough: Bool { redacted >= load.floor }

  /// - Parameter seconds: of CPU time for each round.
  init(_ load: RedactionLoad, rounds: Int, seconds: Double) {
    self.load = load
    var redactor = Redactor()
    var out: [UInt8] = []
    out.reserveCapacity(load.byteCount + load.byteCount / 4)
    redacted = Self.pace(load, rounds, seconds) {
      out.removeAll(keepingCapacity: true)
      for line in load.lines { redactor.redactLine(line.span, into: &out) }
    }
    let bytes = [UInt8](load.lines.joined(separator: [0x0A])) + [0x0A]
    var found = 0
    scanned = Self.pace(load, rounds, seconds / 4) { found &+= Self.countLineFeeds(bytes) }
    precondition(found > 0 && found % load.lines.count == 0)
  }

  /// Heap allocations a line, over all lines of a load, in the redactor's second pass over them.
  static func allocationsPerLine(_ load: RedactionLoad) -> Double {
    var redactor = Redactor()
    var out: [UInt8] = []
    out.reserveCapacity(load.byteCount * 2)
    for line in load.lines { redactor.redactLine(line.span, into: &out) }
    out.removeAll(keepingCapacity: true)
    let before = allocation_count()
    for line in load.lines { redactor.redactLine(line.span, into: &out) }
    return Double(allocation_count() - before) / Double(load.lines.count)
  }

  private static func pace(_ load: RedactionLoad, _ rounds: Int, _ seconds: Double, _ body: () -> Void) -> Double {
    body()  // warms caches, and grows what is kept
    let bytes = Double(load.byteCount)
    let paces = (0..<rounds).map { _ in
      let start = threadSeconds()
      var passes = 0.0
      var spent = 0.0
      repeat {
        body()
        passes += 1
        spent = threadSeconds() - start
      } while spent < seconds
      return passes * bytes / spent / 1e6
    }
    return paces.sorted()[rounds / 2]
  }

  private static func countLineFeeds(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBytes { bytes in
      guard var place = bytes.baseAddress else { return 0 }
      let end = place + bytes.count
      var count = 0
      while place < end, let found = memchr(place, 0x0A, end - place) {
        count += 1
        place = UnsafeRawPointer(found) + 1
      }
      return count
    }
  }

  /// CPU time of this thread; it makes no system call while it is measured, so that this is user time.
  private static func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
