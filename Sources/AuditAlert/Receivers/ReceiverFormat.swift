package import AuditModel

/// How a kind of receiver wants to be told.
package protocol ReceiverFormat: Sendable {
  /// The request that tells of a message; nil where this kind of receiver has no way to be told of it, which counts as told.
  /// - Parameters:
  ///   - now: the time of this attempt.
  ///   - secrets: the newest first.
  func request(
    _ message: ReceivedMessage, _ texts: MessageTexts.Rendered, url: String, secrets: [String], now: RecordTime
  ) -> FormattedRequest?

  /// Whether an answer says that the same request will never be taken.
  func isFinal(status: Int) -> Bool
}

extension ReceiverFormat {
  package func isFinal(status: Int) -> Bool { false }
}

/// A POST to a receiver.
package struct FormattedRequest: Sendable, Hashable {
  package let url: String
  package let headers: [Header]
  package let body: String

  package struct Header: Sendable, Hashable {
    package let name: String
    package let value: String
  }

  init(url: String, _ headers: [(String, String)] = [], body: String) {
    self.url = url
    self.headers = ([("Content-Type", "application/json")] + headers).map { Header(name: $0.0, value: $0.1) }
    self.body = body
  }
}

/// The kinds of receivers there are.
package enum ReceiverKind: String, Sendable, Hashable, CaseIterable {
  case webhook, alertmanager, pagerduty, opsgenie, slack, teams, mail

  /// Nil for mail, which is no HTTP.
  package var format: (any ReceiverFormat)? {
    switch self {
    case .webhook: StandardWebhook()
    case .alertmanager: Alertmanager()
    case .pagerduty: PagerDuty()
    case .opsgenie: Opsgenie()
    case .slack: Slack()
    case .teams: Teams()
    case .mail: nil
    }
  }

  /// Where it is reached unless the operator names another address.
  package var urlDefault: String? {
    switch self {
    case .pagerduty: "https://events.pagerduty.com/v2/enqueue"
    case .opsgenie: "https://api.opsgenie.com"
    case .webhook, .alertmanager, .slack, .teams, .mail: nil
    }
  }

  /// Whether it cannot do without a secret.
  package var needsSecret: Bool { self == .pagerduty || self == .opsgenie }
}

/// The secrets of a request's own texts cut to what a receiver takes.
extension String {
  func cut(_ charactersMax: Int) -> String {
    count <= charactersMax ? self : prefix(charactersMax - 1) + "…"
  }
}
