import AuditAlert
import AuditConfig
import AuditDeliver
import AuditModel

/// Alerts as this process does them: the rules, and the receivers with their secrets.
struct AlertSetup: Sendable {
  private(set) var pipeline: AlertPipeline
  private(set) var receivers: [ReceiverSettings]
  let retry: RetrySchedule
  private(set) var guarding: AddressGuard
  let heartbeat: Duration
  let collectorSilent: Duration

  /// Reads the files and variables that the configuration names.
  init(
    _ configuration: Configuration, environment: [String: String] = ProcessEnvironment.variables()
  ) throws {
    let alerts = configuration.alerts
    pipeline = AlertPipeline(rules: alerts.rules)
    retry = alerts.retry
    guarding = AddressGuard(allowing: alerts.allowAddresses)
    heartbeat = alerts.heartbeat
    collectorSilent = alerts.collectorSilent
    receivers = try alerts.receivers.map { try Self.settings($0, environment) }
  }

  /// The same, and a webhook on this machine that is told everything: what the demonstration adds to what is configured.
  func adding(webhook name: String, url: String, secret: String) throws -> AlertSetup {
    var settings = ReceiverSettings(name: name, kind: .webhook, texts: try MessageTexts())
    settings.url = url
    settings.secrets = [secret]
    settings.ratePerMinute = 600
    var rules = pipeline.rules
    rules.receivers.append(name)
    if !rules.routes.isEmpty {
      rules.routes.insert(AlertRoute(matchers: [], receivers: [name], continues: true), at: 0)
    }
    var setup = self
    setup.pipeline = AlertPipeline(rules: rules)
    setup.receivers.append(settings)
    setup.guarding = guarding.allowing([AddressGuard.Range("127.0.0.1")].compactMap { $0 })
    return setup
  }

  private static func settings(
    _ receiver: Configuration.AlertReceiver, _ environment: [String: String]
  ) throws -> ReceiverSettings {
    var settings = ReceiverSettings(
      name: receiver.name, kind: receiver.kind, texts: try MessageTexts(title: receiver.title, text: receiver.text))
    func file(_ path: String, _ field: String) throws -> String {
      do throws(FileReadProblem) {
        return try plain(FileText.read(path), field)
      } catch let problem {
        throw CommandFailure(.configuration, receiver.problem(field, "\(problem)").description)
      }
    }
    func variable(_ name: String, _ field: String) throws -> String {
      guard let text = environment[name], !text.isEmpty else {
        throw CommandFailure(.configuration, receiver.problem(field, "the variable \(name) is not set").description)
      }
      return try plain(text, field)
    }
    /// A line feed at the end is the editor's; anything else that cannot stand in a header is no secret.
    func plain(_ text: String, _ field: String) throws(FileReadProblem) -> String {
      var text = text[...]
      while text.last?.isWhitespace == true { text.removeLast() }
      return String(text)
    }
    if let path = receiver.urlFile {
      settings.url = try file(path, "url_file")
    } else if let name = receiver.urlVariable {
      settings.url = try variable(name, "url_env")
    } else {
      settings.url = receiver.url ?? receiver.kind.urlDefault ?? ""
    }
    settings.secrets =
      try receiver.secretFiles.map { try file($0, "secret_files") }
      + receiver.secretVariables.map { try variable($0, "secret_env") }
    for secret in settings.secrets {
      guard !secret.isEmpty, secret.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw CommandFailure(
          .configuration, receiver.problem("secret_files", "a secret is empty, or has blanks in it").description)
      }
      guard receiver.kind == .webhook else { continue }
      do throws(WebhookSignature.BadSecret) {
        _ = try WebhookSignature.key(secret)
      } catch {
        throw CommandFailure(.configuration, receiver.problem("secret_files", error.description).description)
      }
    }
    settings.authorityFile = receiver.authorityFile
    settings.ratePerMinute = receiver.ratePerMinute
    settings.concurrency = receiver.concurrency
    settings.timeout = receiver.timeout
    settings.mailFrom = receiver.mailFrom ?? ""
    settings.mailTo = receiver.mailTo
    settings.sendmail = receiver.sendmail
    settings.getsHeartbeats = receiver.getsHeartbeats
    return settings
  }
}

extension ReceiverSettings {
  /// Tells a receiver that was changed from the one that it was; nothing can be read from it.
  var fingerprint: String {
    String(Digest(of: Array(([url] + secrets).joined(separator: "\n").utf8)).hex.prefix(16))
  }
}
