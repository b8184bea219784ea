/// One round of the main job: audittail, then the floor with the very rows that audittail stored.
struct MainJobRound {
  let lines: Int
  let collect: Usage
  let floor: Usage
  let batches: Int
  let signals: SignalCost

  var rowsPerSecond: Double { Double(lines) / collect.wallSeconds }
  var processorSecondsPerMillion: Double { collect.processorSeconds * 1e6 / Double(lines) }
  var floorProcessorSecondsPerMillion: Double { floor.processorSeconds * 1e6 / Double(lines) }
  var ratio: Double { collect.wallSeconds / floor.wallSeconds }

  static func run(
    _ number: Int, program: String, file: String, lines: Int, cluster: BenchCluster, work: WorkDirectory
  ) async throws -> MainJobRound {
    let session = cluster.session
    let own = try BenchTenant("bench\(number)")
    let bare = try BenchTenant("floor\(number)")
    try await own.drop(session)
    try await bare.drop(session)

    try await cluster.settle()
    try Interruption.check()
    let run = try CollectRun(program: program, file: file, tenant: own, database: cluster.text, work: work)
    guard run.count("records") == lines, run.count("rejected") == 0 else {
      throw BenchError("Of \(lines) lines, audittail answered: \(run.answer)")
    }
    let stored = try await own.recordCount(session)
    guard stored == lines else { throw BenchError("Of \(lines) lines, \(stored) are records in the database.") }

    let batches = try await StoredBatches.read(own, session)
    let signals = SignalCost(of: batches, collect: run.usage)
    try await bare.create(batches.days, session)
    try await cluster.settle()
    try Interruption.check()
    let floor = try await Usage.measure { try await batches.load(into: bare, session) }
    let loaded = try await bare.recordCount(session)
    guard loaded == lines else { throw BenchError("Of \(lines) rows, the floor stored \(loaded).") }

    try await own.drop(session)
    try await bare.drop(session)
    return MainJobRound(
      lines: lines, collect: run.usage, floor: floor, batches: batches.batches.count, signals: signals)
  }
}
