import AuditConfig
import AuditModel
import AuditStore
import Glibc
import Logging
import Postgres
import ServiceLifecycle

/// One analyzer: waits until it leads, does its duties while it leads, and goes on when that is over.
struct AnalyzerRun: Sendable {
  let configuration: Configuration
  let plans: [DutyPlan]
  let alerting: Alerting
  let logger: Logger

  /// - Parameter alerting: nil for what is configured.
  /// - Throws: `CommandFailure` where a secret of a receiver, or the file of places, cannot be read.
  init(configuration: Configuration, logger: Logger, alerting: Alerting? = nil) throws {
    (self.configuration, self.logger) = (configuration, logger)
    self.alerting = try alerting ?? Alerting(try AlertSetup(configuration))
    plans = try AnalyzerDuties.all(configuration)
  }

  /// Between two tries to lead, and the longest time in which a lost session goes unnoticed.
  private static let interval = Duration.seconds(1)
  /// Between two notes that this analyzer is there.
  private static let noteInterval = Duration.seconds(5)

  /// Returns when it is cancelled.
  func run(_ store: Store) async throws {
    let name = "\(hostName()):\(getpid())"
    var trouble = DutyTrouble("leading", logger)
    var isWaiting = false
    while !Task.isCancelled {
      do {
        try await migrated(store)
        let lock = LeaderLock(session: try lockSession(store), holder: name)
        do {
          if let epoch = try await lock.acquire() {
            trouble.end()
            isWaiting = false
            try await lead(epoch, lock, store, name)
          } else if !isWaiting {
            logger.notice("Another analyzer leads; waiting to take over.")
            isWaiting = true
            trouble.end()
          }
          await lock.release()
        } catch {
          await lock.release()
          throw error
        }
        try? await store.noteAnalyzer(name, epoch: nil)
        try? await Task.sleep(for: Self.interval)
      } catch is LeadershipLost {
        logger.warning("The lead is lost; what was under way was not stored.")
      } catch let error as StoreError {
        // Nothing that waiting could mend.
        throw error
      } catch {
        if Task.isCancelled { break }
        try? await Task.sleep(for: trouble.delay(after: error))
      }
    }
    try? await store.forgetAnalyzer(name)
  }

  private func migrated(_ store: Store) async throws { try await store.migrate() }

  /// A session of its own for the lock, which no pooler may share out.
  private func lockSession(_ store: Store) throws -> PostgresSession {
    guard let database = configuration.analyzer.lockDatabase else {
      return store.session.another(applicationName: "audittail leader")
    }
    var limits = PostgresLimits()
    limits.connectTimeout = configuration.postgres.connectTimeout
    return PostgresSession(
      url: try PostgresURL(database.secretText), applicationName: "audittail leader", limits: limits)
  }

  /// Does all duties side by side until the lead is lost or the program is asked to stop.
  private func lead(_ epoch: LeaderEpoch, _ lock: LeaderLock, _ store: Store, _ name: String) async throws {
    logger.notice("This analyzer leads.", metadata: ["epoch": "\(epoch)"])
    let wakes = DutyWakes(plans.map(\.name))
    let since = RecordTime.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await watch(lock, wakes) }
      group.addTask { try await note(store, name, epoch) }
      for plan in plans { group.addTask { try await run(plan, epoch, since, store, wakes) } }
      defer { group.cancelAll() }
      // The first one that ends, or fails, takes the others with it: they stop after the statement in hand.
      try await group.next()
    }
  }

  private func run(
    _ plan: DutyPlan, _ epoch: LeaderEpoch, _ since: RecordTime, _ store: Store, _ wakes: DutyWakes
  ) async throws {
    let own = store.another("audittail \(plan.name)")
    let lead = Lead(
      epoch: epoch, since: since, store: own, configuration: configuration, alerting: alerting, wakes: wakes,
      logger: logger)
    do {
      try await DutyRunner(plan: plan, lead: lead).run()
      await own.close()
    } catch {
      await own.close()
      throw error
    }
  }

  /// Looks after the lock, and hands on who is called for.
  private func watch(_ lock: LeaderLock, _ wakes: DutyWakes) async throws {
    while !Task.isCancelled {
      do {
        for duty in try await lock.watch(for: Self.interval) { wakes.wake(duty) }
      } catch is PostgresError {
        throw LeadershipLost()
      }
    }
  }

  private func note(_ store: Store, _ name: String, _ epoch: LeaderEpoch) async throws {
    while !Task.isCancelled {
      try? await store.noteAnalyzer(name, epoch: epoch)
      try? await Task.sleep(for: Self.noteInterval)
    }
  }
}

/// The analyzer as a service: stops what it does when the program is asked to stop.
struct AnalyzerService: Service, CustomStringConvertible {
  let run: AnalyzerRun
  let store: Store

  /// The service group writes it into messages, and the configuration is nobody's business there.
  var description: String { "analyzer" }

  func run() async throws {
    let own = store.another("audittail analyzer")
    do {
      try await cancelWhenGracefulShutdown { try await run.run(own) }
      await own.close()
    } catch {
      await own.close()
      throw error
    }
  }
}
