import Glibc
import Logging

extension EmbeddedServer {
  /// The log is set aside when it has this size at a start.
  private static let logBytesMax = 16 * 1024 * 1024

  /// How long a server that calls itself ready may refuse us.
  private static let answerTimeout = Duration.seconds(10)

  func startLocked() async throws -> PostgresURL {
    let account = try EmbeddedAccount.choose()
    let place = try occupy(for: account)
    if EmbeddedPostmaster.running(in: place.data) == nil {
      let version = EmbeddedFile.text(of: "\(place.data)/PG_VERSION", bytesMax: 16)?.filter { !$0.isWhitespace }
      let binaries = try await EmbeddedBinaries.find(explicit: options.binaries, majorVersion: version)
      let program = EmbeddedProgram(binaries: binaries, account: account)
      if version == nil { try await initialize(place, program) }
      try await launch(place, program)
    }
    return try await waitUntilReady(place)
  }

  func stopLocked() async throws {
    let account = try EmbeddedAccount.choose()
    let place = try occupy(for: account)
    guard EmbeddedPostmaster.running(in: place.data) != nil else { return }
    let version = EmbeddedFile.text(of: "\(place.data)/PG_VERSION", bytesMax: 16)?.filter { !$0.isWhitespace }
    let binaries = try await EmbeddedBinaries.find(explicit: options.binaries, majorVersion: version)
    let program = EmbeddedProgram(binaries: binaries, account: account)
    var said = ""
    for mode in ["fast", "immediate"] {
      let seconds = options.stopTimeout.components.seconds
      let outcome = try await program.run(
        "pg_ctl", ["stop", "-D", place.data, "-m", mode, "-w", "-t", "\(seconds)", "-s"])
      if outcome.isSuccess || EmbeddedPostmaster.running(in: place.data) == nil { return }
      said = outcome.text
    }
    throw EmbeddedProgram.failure("pg_ctl", said, log: place.log)
  }

  /// Makes the cluster under another name first, so that one that was interrupted is never taken for a whole one.
  private func initialize(_ place: EmbeddedPlace, _ program: EmbeddedProgram) async throws {
    guard DirectoryListing.names(of: place.data).isEmpty else {
      throw EmbeddedServerError(
        .directory, "\(place.data) holds files but no PostgreSQL cluster. Move them away, or give another directory.")
    }
    EmbeddedFile.removeTree(place.unfinishedData)
    let made = try await program.run("initdb", EmbeddedSettings.initArguments(data: place.unfinishedData))
    guard made.isSuccess else { throw EmbeddedProgram.failure("initdb", made.text) }
    // The server itself knows best whether it was built with LZ4.
    let trial = ["-D", place.unfinishedData, "-c", "wal_compression=lz4", "-C", "wal_compression"]
    let settings = EmbeddedSettings.configuration(hasLZ4: try await program.run("postgres", trial).isSuccess)
    guard EmbeddedFile.append(settings, to: "\(place.unfinishedData)/postgresql.conf"),
      rename(place.unfinishedData, place.data) == 0, EmbeddedFile.syncDirectory(place.cluster)
    else {
      throw EmbeddedServerError(
        .directory, "The new cluster could not be put at \(place.data): \(EmbeddedPlace.reason(errno)).")
    }
    logger.info("Made a new embedded database.", metadata: ["directory": "\(place.cluster)"])
  }

  /// Starts the server. After a crash the processes of the old one need a moment to go, and hold its files meanwhile.
  private func launch(_ place: EmbeddedPlace, _ program: EmbeddedProgram) async throws {
    if EmbeddedFile.size(of: place.log) > Self.logBytesMax { rename(place.log, "\(place.log).1") }
    let patience = Deadline(after: options.leftoverTimeout)
    while true {
      let logged = EmbeddedFile.size(of: place.log)
      let outcome = try await program.run(
        "pg_ctl",
        [
          "start", "-D", place.data, "-l", place.log, "-w", "-t", "\(options.startTimeout.components.seconds)", "-s",
          "-o", EmbeddedSettings.serverOptions(socketDirectory: place.socketDirectory),
        ])
      // A start that was cancelled while it was under way may have come through meanwhile.
      if outcome.isSuccess || EmbeddedPostmaster.running(in: place.data) != nil { return }
      let said = outcome.text + "\n" + (EmbeddedFile.text(of: place.log, from: logged, bytesMax: 16_384) ?? "")
      guard said.contains("already exists") || said.contains("still in use"), !patience.hasPassed else {
        throw EmbeddedProgram.failure("postgres", said, log: place.log)
      }
      removeStalePIDFile(place)
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  /// PostgreSQL does not start while the process number in its file is in use, be it by a stranger since a reboot. We
  /// hold the lock of the directory and see that no process works in it, so the file is stale.
  private func removeStalePIDFile(_ place: EmbeddedPlace) {
    guard !EmbeddedPostmaster.hasLeftovers(in: place.data) else { return }
    unlink("\(place.data)/postmaster.pid")
  }

  /// Waits until the server answers, and creates our database if it is missing. An adopted server may still be in its
  /// recovery; one that is ready and does not let us in never will.
  private func waitUntilReady(_ place: EmbeddedPlace) async throws -> PostgresURL {
    let recovery = Deadline(after: options.startTimeout)
    var answer = Deadline(after: Self.answerTimeout)
    while true {
      let postmaster = EmbeddedPostmaster.running(in: place.data)
      if postmaster?.isReady == false { answer = Deadline(after: Self.answerTimeout) }
      let url = try Self.url(socketDirectory: postmaster?.socketDirectory ?? place.socketDirectory)
      let session = PostgresSession(url: try url.replacing(database: "postgres"), applicationName: "audittail start")
      do {
        try await session.perform { try Self.createDatabase($0) }
        await session.close()
        return url
      } catch let error as PostgresError where error.isTransient && postmaster != nil {
        await session.close()
        if recovery.hasPassed || answer.hasPassed { throw error }
        try await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  static func url(socketDirectory: String) throws -> PostgresURL {
    try PostgresURL(parameters: [
      ("host", socketDirectory), ("port", "\(port)"), ("user", user), ("dbname", database), ("sslmode", "disable"),
    ])
  }

  private static func createDatabase(_ connection: PostgresConnection) throws {
    let found = try connection.execute("select 1 from pg_database where datname = $1", [.text(database)])
    if found.isEmpty { try connection.executeScript("create database \(database)", within: .seconds(60)) }
  }
}
