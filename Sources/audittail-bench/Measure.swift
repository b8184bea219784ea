import ArgumentParser
import Glibc

/// Runs one program and prints what it took. A process of its own because of a habit of the kernel: exec gives the new
/// program the peak memory of the process it was started from (`setmax_mm_hiwater_rss` in fs/exec.c), and the bench
/// itself holds a gibibyte of rows. So no peak is below this process's own, about 19 MiB.
struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a program and print its user, system and wall seconds and its peak KiB.", shouldDisplay: false)

  @Argument(parsing: .postTerminator, help: "The program and its arguments.")
  var command: [String]

  @Option(help: "Where the program's output goes.")
  var output: String

  func run() throws {
    Interruption.catchSignals()
    let started = ContinuousClock.now
    let child = try ChildProcess(command, output: output)
    let (usage, status) = try child.wait()
    Report.line(Usage(usage, wall: ContinuousClock.now - started).line)
    if status != 0 { throw ExitCode(status) }
  }
}
