import ArgumentParser
import AuditSample

/// Writes a sample file.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write one CRI log file of sample audit lines; the same arguments give the same file.")

  @OptionGroup var sample: SampleArguments

  @Option(help: "Where to write.")
  var out: String

  @Option(help: "Text that stands in every planted secret: letters and digits.")
  var marker = "SECRETVAL"

  @Option(help: "Beginning of every line's id.")
  var idPrefix = "line"

  @Option(help: "Every K-th line is other output; 0: none.")
  var noise = 0

  @Option(help: "Every K-th line holds what PostgreSQL refuses (U+0000, a lone surrogate, a huge exponent).")
  var poison = 0

  @Option(help: "Every K-th line comes in pieces.")
  var partial = 0

  @Option(help: "How many pieces.")
  var fragments = 2

  @Option(help: "Every K-th line lacks its end.")
  var cut = 0

  @Option(help: "Every K-th line is of years ago.")
  var tooOld = 0

  @Option(help: "Every K-th line is of years to come.")
  var tooFarAhead = 0

  @Option(help: "Every K-th line has no timestamp.")
  var noTimestamp = 0

  func validate() throws {
    guard [noise, poison, partial, cut, tooOld, tooFarAhead, noTimestamp].allSatisfy({ $0 >= 0 }) else {
      throw ValidationError("A K is 0 or more.")
    }
    guard (1...1000).contains(fragments) else { throw ValidationError("--fragments is 1 to 1000.") }
    let isPlain = marker.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || (0x61...0x7A) ~= $0 | 0x20 }
    guard isPlain, !marker.isEmpty else { throw ValidationError("--marker has only letters and digits.") }
  }

  func run() throws {
    let traffic = SampleTraffic(seed: sample.seed, options: options)
    let started = ContinuousClock.now
    let summary = try SampleFile(path: out).write(
      traffic, lines: sample.lines, from: sample.firstTime, step: sample.step)
    let seconds = (ContinuousClock.now - started).inSeconds
    Report.note(
      "\(summary.lines) lines, \(summary.bytes) bytes, \(summary.withSecret) with a secret, in \(Report.number(seconds, 2)) s"
    )
    for (kind, count) in summary.kinds.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      Report.note("  \(kind.rawValue): \(count)")
    }
  }

  private var options: SampleTraffic.Options {
    var options = SampleTraffic.Options()
    options.marker = marker
    options.idPrefix = idPrefix
    options.noiseEvery = noise
    options.poisonEvery = poison
    options.partialEvery = partial
    options.partialFragments = fragments
    options.cutEvery = cut
    options.tooOldEvery = tooOld
    options.tooFarAheadEvery = tooFarAhead
    options.noTimestampEvery = noTimestamp
    return options
  }
}
