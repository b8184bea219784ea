import ArgumentParser
import AuditSample
import Glibc

/// The headline figure: a million lines from a file into PostgreSQL, beside PostgreSQL's own pace with the same rows.
struct MainJob: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure audittail collect --once beside a bare binary COPY of the same rows.",
    discussion:
      "Starts a PostgreSQL of its own and stops it. Exit code 1: a target was missed; 69: nothing was measured.")

  @OptionGroup var sample: SampleArguments

  @Option(help: "The program to measure.")
  var audittail: String

  @Option(help: "How often.")
  var rounds = 3

  @Option(help: "Directory for the file and the database, which stay; without it a temporary one.")
  var work: String?

  func validate() throws {
    guard (1...100).contains(rounds) else { throw ValidationError("--rounds is 1 to 100.") }
  }

  func run() async throws {
    Interruption.catchSignals()
    let figures: MainJobFigures
    do {
      figures = try await runRounds()
    } catch {
      // 1 means that a target was missed; this means that nothing is known.
      Report.note("audittail-bench: \(error)")
      throw ExitCode(EX_UNAVAILABLE)
    }
    Report.line(figures.medianRow)
    Report.line(figures.verdict)
    if !figures.isGoodEnough { throw ExitCode(1) }
  }

  private func runRounds() async throws -> MainJobFigures {
    let program = try WorkDirectory.absolute(audittail)
    let work = try WorkDirectory(work)
    // The program may leave something where it runs.
    guard chdir(work.path) == 0 else { throw BenchError.system("enter \(work.path)") }
    defer { work.removeIfTemporary() }

    let file = "\(work.path)/sample.log"
    let summary = try SampleFile(path: file).write(
      SampleTraffic(seed: sample.seed), lines: sample.lines, from: sample.firstTime, step: sample.step)
    Report.note("\(summary.lines) lines, \(summary.bytes) bytes: \(file)")
    return try await BenchCluster.with(in: "\(work.path)/database") { cluster in
      try await measure(program, file, cluster, work)
    }
  }

  private func measure(
    _ program: String, _ file: String, _ cluster: BenchCluster, _ work: WorkDirectory
  ) async throws -> MainJobFigures {
    var done: [MainJobRound] = []
    for number in 1...rounds {
      let round = try await MainJobRound.run(
        number, program: program, file: file, lines: sample.lines, cluster: cluster, work: work)
      if number == 1 { Report.line(MainJobFigures.header) }
      Report.line(MainJobFigures.row("\(number)", round))
      done.append(round)
    }
    return MainJobFigures(rounds: done)
  }
}
