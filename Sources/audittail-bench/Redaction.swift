import ArgumentParser

/// The pace of redaction alone: ordinary lines, and lines that are made to be slow.
struct Redaction: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the redactor beside a memchr scan of the same bytes.",
    discussion: "One thread, in user CPU time. Exit code 1: a target was missed.")

  @Option(help: "How often; the median counts.")
  var rounds = 5

  @Option(help: "User CPU seconds of each round.")
  var seconds = 0.2

  @Option(help: "Only loads whose name holds this text.")
  var only = ""

  /// Heap allocations that a clean line may cost.
  private static let allocationsMax = 1.0

  func validate() throws {
    guard (1...100).contains(rounds) else { throw ValidationError("--rounds is 1 to 100.") }
    guard seconds > 0, seconds <= 60 else { throw ValidationError("--seconds is more than 0, at most 60.") }
  }

  func run() throws {
    Report.line("MB/s redacted  memchr MB/s  memchr/redact  floor  load")
    var isGoodEnough = true
    for load in RedactionLoad.all where only.isEmpty || load.name.contains(only) {
      let pace = RedactionPace(load, rounds: rounds, seconds: seconds)
      isGoodEnough = isGoodEnough && pace.isGoodEnough
      Report.line(row(pace))
    }
    let allocations = RedactionPace.allocationsPerLine(.clean)
    let isSparing = allocations <= Self.allocationsMax
    Report.line(
      "\(isSparing ? "PASS" : "MISS")  \(Report.number(allocations, 3)) heap allocations a clean line, at most \(Report.number(Self.allocationsMax, 0))"
    )
    if !isGoodEnough || !isSparing { throw ExitCode(1) }
  }

  private func row(_ pace: RedactionPace) -> String {
    [
      Report.cell(Report.number(pace.redacted, 1), 13), Report.cell(Report.number(pace.scanned, 0), 11),
      Report.cell(Report.number(pace.ratio, 1), 13), Report.cell(Report.number(pace.load.floor, 0), 5),
      pace.isGoodEnough ? "PASS" : "MISS", pace.load.name,
    ].joined(separator: "  ")
  }
}
