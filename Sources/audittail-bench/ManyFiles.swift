import ArgumentParser
import Glibc

/// What a node full of pods costs: ten thousand log files of which a hundred are written to.
struct ManyFiles: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure audittail collect with many log files of which few are active: share of a core, and memory.",
    discussion:
      "Starts a PostgreSQL of its own and stops it. Exit code 1: a target was missed; 69: nothing was measured.")

  @Option(help: "The program to measure.")
  var audittail: String

  @Option(help: "How many log files there are.")
  var files = 10_000

  @Option(help: "How many of them are written to.")
  var active = 100

  @Option(help: "Lines a second and active file.")
  var rate = 5

  @Option(help: "For how many seconds it is measured.")
  var seconds = 30

  @Option(name: .customLong("open-files"), help: "limits.open_files of the collector.")
  var openFiles = 1024

  @Flag(inversion: .prefixedNo, help: "Whether the kernel is asked for news.")
  var watch = true

  @Option(help: "Directory for the files and the database, which stay; without it a temporary one.")
  var work: String?

  private static let processorShareMax = 5.0
  private static let memoryMaxMebibytes = 96.0

  func validate() throws {
    guard (1...1_000_000).contains(files), (0...files).contains(active), (1...10_000).contains(rate),
      (1...3600).contains(seconds)
    else {
      throw ValidationError("--files is 1 to 1000000, --active at most that, --rate 1 to 10000, --seconds 1 to 3600.")
    }
  }

  func run() async throws {
    Interruption.catchSignals()
    let figures: ManyFilesFigures
    do {
      figures = try await measure()
    } catch {
      Report.note("audittail-bench: \(error)")
      throw ExitCode(EX_UNAVAILABLE)
    }
    let isGood = figures.processorShare < Self.processorShareMax && figures.memoryMebibytes < Self.memoryMaxMebibytes
    Report.line(
      "\(isGood ? "PASS" : "MISS")  \(files) files, \(active) active: \(Report.number(figures.processorShare, 2)) % of a core "
        + "(target: under \(Report.number(Self.processorShareMax, 0))), "
        + "\(Report.number(figures.memoryMebibytes, 1)) MiB resident (target: under \(Report.number(Self.memoryMaxMebibytes, 0))), "
        + "\(figures.descriptors) descriptors; \(figures.lines) lines in \(Report.number(figures.seconds, 1)) s, the first "
        + "\(figures.firstLines) were stored after \(Report.number(figures.startSeconds, 1)) s")
    if !isGood { throw ExitCode(1) }
  }

  private func measure() async throws -> ManyFilesFigures {
    let program = try WorkDirectory.absolute(audittail)
    let work = try WorkDirectory(work)
    guard chdir(work.path) == 0 else { throw BenchError.system("enter \(work.path)") }
    defer { work.removeIfTemporary() }
    let pods = try PodTree(directory: "\(work.path)/pods", count: files)
    return try await BenchCluster.with(in: "\(work.path)/database") { cluster in
      try await measure(program, pods, cluster, work)
    }
  }

  private func measure(
    _ program: String, _ pods: PodTree, _ cluster: BenchCluster, _ work: WorkDirectory
  ) async throws -> ManyFilesFigures {
    let tenant = try BenchTenant("bench")
    try await tenant.drop(cluster.session)
    setenv("AUDITTAIL_LIMITS_OPEN_FILES", "\(openFiles)", 1)
    setenv("AUDITTAIL_DISCOVERY_WATCH", watch ? "true" : "false", 1)
    let started = ContinuousClock.now
    let child = try ChildProcess(
      [program, "collect", "--files", pods.pattern, "--database", cluster.text], output: "\(work.path)/answer.txt")
    do {
      try await wait(for: files, of: tenant, cluster)
      let startSeconds = (ContinuousClock.now - started).inSeconds
      try await Task.sleep(for: .seconds(5))
      let before = try ProcessFigures(child.pid)
      let began = ContinuousClock.now
      let lines = try await write(into: pods)
      let after = try ProcessFigures(child.pid)
      let wall = (ContinuousClock.now - began).inSeconds
      try await wait(for: files + lines, of: tenant, cluster)
      kill(child.pid, SIGTERM)
      let (_, status) = try child.wait()
      guard status == 0 else { throw BenchError("The collector ended with \(status).") }
      return ManyFilesFigures(
        processorShare: (after.processorSeconds - before.processorSeconds) / wall * 100,
        memoryMebibytes: Double(after.peakKibibytes) / 1024, descriptors: after.descriptors, seconds: wall,
        lines: lines,
        firstLines: files, startSeconds: startSeconds)
    } catch {
      kill(child.pid, SIGKILL)
      _ = try? child.wait()
      throw error
    }
  }

  /// Writes at an even pace, ten times a second.
  private func write(into pods: PodTree) async throws -> Int {
    var lines = 0
    let began = ContinuousClock.now
    for tick in 1...seconds * 10 {
      let due = active * rate * tick / 10
      while lines < due {
        // The active ones are spread over all.
        try pods.append(to: lines % active * (files / active))
        lines += 1
      }
      try Interruption.check()
      try await Task.sleep(until: began + .milliseconds(100 * tick), clock: .continuous)
    }
    return lines
  }

  private func wait(for count: Int, of tenant: BenchTenant, _ cluster: BenchCluster) async throws {
    let end = ContinuousClock.now + .seconds(120)
    var stored = 0
    while ContinuousClock.now < end {
      try Interruption.check()
      stored = (try? await tenant.recordCount(cluster.session)) ?? 0
      if stored == count { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw BenchError("Of \(count) lines, \(stored) are records in the database after two minutes.")
  }
}

struct ManyFilesFigures {
  let processorShare: Double
  let memoryMebibytes: Double
  let descriptors: Int
  let seconds: Double
  let lines: Int
  let firstLines: Int
  let startSeconds: Double
}
