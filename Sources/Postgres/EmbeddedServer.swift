package import Logging

/// A private PostgreSQL for one directory: made, started, watched over and stopped by this program.
///
/// It listens on a Unix socket only, which its own user and root alone can open. It survives this program, so that a
/// crash of ours costs nothing: the next `start` adopts it. For the layout on disk see `EmbeddedPlace`.
package actor EmbeddedServer {
  /// The superuser of the cluster.
  package static let user = "audittail"
  /// The database that `url` names.
  package static let database = "audittail"
  static let port = 5432

  /// What may differ from one installation to the next.
  package struct Options: Sendable {
    /// The directory of `postgres`, `initdb` and `pg_ctl`; nil: look for it.
    package var binaries: String?
    /// For the server to become ready, which after a crash includes the recovery.
    package var startTimeout: Duration = .seconds(300)
    /// For an orderly stop; then the server is stopped at once, and recovers on its next start.
    package var stopTimeout: Duration = .seconds(60)
    /// How long the processes of a killed server may keep a new one from starting.
    package var leftoverTimeout: Duration = .seconds(10)
    /// How often `supervise` looks.
    package var checkInterval: Duration = .seconds(1)

    package init() {}
  }

  let options: Options
  let logger: Logger
  private let requestedDirectory: String
  private var lock: EmbeddedLock?
  private var directory: String?
  var place: EmbeddedPlace?
  private var isBusy = false

  /// Where the server listens, for our database and its superuser; nil before `start`.
  package private(set) var url: PostgresURL?

  /// Starts nothing. `directory` is absolute and belongs to this server alone.
  package init(
    directory: String, options: Options = Options(), logger: Logger = Logger(label: "audittail.postgres")
  ) {
    requestedDirectory = directory
    self.options = options
    self.logger = logger
  }

  /// Makes the cluster if there is none, starts the server if it does not run, and returns where it listens. Repeating
  /// it changes nothing. Throws `EmbeddedServerError`, or `PostgresError` when the server does not answer.
  @discardableResult
  package func start() async throws -> PostgresURL {
    try await exclusively {
      let url = try await self.startLocked()
      self.url = url
      return url
    }
  }

  /// Stops the server of this directory, if it runs, and gives the directory free. A cancelled task does this too:
  /// that is how a service ends.
  package func stop() async throws {
    try await Task {
      try await self.exclusively {
        try await self.stopLocked()
        self.lock = nil
      }
    }.value
  }

  /// Whether the server process lives. It may still be starting.
  package func isRunning() -> Bool {
    postmaster() != nil
  }

  /// The server's process, for diagnosis.
  package func processID() -> Int32? {
    postmaster()?.pid
  }

  /// Where the cluster is, links resolved; nil before `start`. Differs from the directory that was asked for when the
  /// server's user cannot get there, for example below root's home.
  package var location: String? { place?.cluster }

  /// Whether the cluster had to be put elsewhere, with a symbolic link in the directory that was asked for.
  package var isRelocated: Bool { place?.isRelocated ?? false }

  /// Restarts the server whenever it is found dead, until the task is cancelled. `start` comes first.
  package func supervise() async {
    var backoff = Backoff(.init(delayMin: .milliseconds(200), delayMax: .seconds(10)))
    while !Task.isCancelled {
      var delay = options.checkInterval
      // The actor is re-entrant: while somebody starts or stops the server, a dead one is no news.
      if lock != nil, !isBusy, !isRunning() {
        logger.warning("The embedded database is not running; starting it again.")
        do {
          try await start()
          backoff.reset()
        } catch {
          if Task.isCancelled { return }
          delay = backoff.next()
          logger.error("The embedded database does not start.", metadata: ["error": "\(error)"])
        }
      }
      try? await Task.sleep(for: delay)
    }
  }

  func postmaster() -> EmbeddedPostmaster? {
    place.flatMap { EmbeddedPostmaster.running(in: $0.data) }
  }

  /// Takes the lock and finds the place, once.
  func occupy(for account: EmbeddedAccount) throws -> EmbeddedPlace {
    let directory = try self.directory ?? EmbeddedPlace.create(requestedDirectory)
    self.directory = directory
    if lock == nil { lock = try EmbeddedLock(directory: directory) }
    let place = try EmbeddedPlace.prepare(directory, for: account)
    self.place = place
    return place
  }

  /// One start or stop at a time; actors let others in while one awaits.
  private func exclusively<T: Sendable>(_ body: () async throws -> T) async throws -> T {
    while isBusy { try await Task.sleep(for: .milliseconds(20)) }
    isBusy = true
    defer { isBusy = false }
    return try await body()
  }
}
