import AuditConfig
import AuditListen
import AuditModel
import AuditSignal
import Logging

extension Listening {
  /// Binds what `collector.listen` names; what comes in becomes durable in the spool.
  static func open(
    _ configuration: Configuration, spool: SpoolAccess, totals: CollectorTotals, logger: Logger
  ) async throws -> Listening {
    let sink = try SubmissionIntake(spool, configuration: configuration)
    var limits = configuration.listenLimits
    limits.lineBytesMax = configuration.limits.lineBytesMax
    do {
      let listening = try await open(
        configuration.listen, limits: limits, secrets: try secrets(configuration.listen), sink: sink, logger: logger,
        clock: { .now }, readiness: { spool.reasonsNotReady + totals.reasonsNotReady },
        metrics: { accept in
          let form = Exposition(accept: accept)
          return (form.contentType, form.text(totals.metrics.registry.families))
        })
      totals.metrics.show(spool: spool.spool, listeners: listening.counters, cgroups: configuration.signals.cgroupRoot)
      for address in listening.bound { logger.notice("Listening.", metadata: ["url": "\(address)"]) }
      return listening
    } catch let error as ListenError {
      throw CommandFailure(.configuration, error.description)
    }
  }

  private static func secrets(_ settings: ListenSettings) throws -> Secrets {
    var secrets = Secrets()
    if let file = settings.apiKeysFile {
      secrets.apiKeys = try APIKeys(parsing: try text(file, .listenAPIKeys))
    }
    if let file = settings.forwardKeyFile {
      secrets.forward = try ForwardCredentials(
        sharedKey: try text(file, .listenForwardKey),
        users: try settings.forwardUsersFile.map { try text($0, .listenForwardUsers) })
    } else if settings.forwardUsersFile != nil {
      throw CommandFailure(.configuration, "listen.forward.users_file needs listen.forward.key_file.")
    }
    return secrets
  }

  /// - Parameter key: the setting that names the file.
  private static func text(_ path: String, _ key: SettingKey) throws -> String {
    do throws(FileReadProblem) {
      return try FileText.read(path)
    } catch {
      throw CommandFailure(.configuration, "\(key): \(path): \(error).")
    }
  }
}
