package import AuditModel

/// Prometheus Alertmanager, API v2 (`POST /api/v2/alerts`, docs/alerts_api.md): an alert is its labels; it ends at `endsAt`.
///
/// It forgets an alert that is not told again, so whoever sends these tells what goes on every `refresh`; `endsAt` is some of these ahead,
/// so that alerts also end when nobody tells of them any more.
package struct Alertmanager: ReceiverFormat {
  /// How often what goes on is told again.
  package static let refresh = Duration.seconds(60)
  private static let lifetime = Duration.seconds(300)

  package init() {}

  package func request(
    _ message: ReceivedMessage, _ texts: MessageTexts.Rendered, url: String, secrets: [String], now: RecordTime
  ) -> FormattedRequest? {
    Self.request([(message, texts)], url: url, secrets: secrets, now: now)
  }

  /// Many alerts in one request.
  package static func request(
    _ messages: [(ReceivedMessage, MessageTexts.Rendered)], url: String, secrets: [String], now: RecordTime
  ) -> FormattedRequest {
    let alerts = messages.flatMap { Self.alerts($0, $1, now) }
    return FormattedRequest(
      url: "\(base(url))/api/v2/alerts", secrets.first.map { [("Authorization", "Bearer \($0)")] } ?? [],
      body: JSONValue.array(alerts).text)
  }

  private static func base(_ url: String) -> String {
    var url = url[...]
    while url.last == "/" { url.removeLast() }
    return String(url)
  }

  private static func alerts(_ message: ReceivedMessage, _ texts: MessageTexts.Rendered, _ now: RecordTime)
    -> [JSONValue]
  {
    var alerts = [alert(message, texts, message.severity, isActive: message.isActive, now)]
    // The severity is a label, because routes go by it; so an alert that got worse is another one there, and the old one is over.
    if let before = message.severityBefore { alerts.append(alert(message, texts, before, isActive: false, now)) }
    return alerts
  }

  private static func alert(
    _ message: ReceivedMessage, _ texts: MessageTexts.Rendered, _ severity: AlertSeverity, isActive: Bool,
    _ now: RecordTime
  ) -> JSONValue {
    var labels: [String: String] = [:]
    for (name, value) in message.labels where isStable(name, in: message) { labels[labelName(name)] = value }
    labels["alertname"] = "Audittail\(camel(message.detector ?? message.event.rawValue))"
    labels["severity"] = severity.rawValue
    if let tenant = message.tenant { labels["tenant"] = tenant }
    if let key = message.key { labels["alert"] = key }
    let end = isActive ? now.advanced(by: lifetime) : max(message.timestamp, RecordTime(nanoseconds: 1))
    return .members([
      ("labels", .members(labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
      (
        "annotations",
        .members([
          ("summary", .string(message.summary)), ("title", .string(texts.title)),
          ("description", .string(texts.text)), ("next_step", .string(message.next)),
        ])
      ),
      ("startsAt", .string(message.firingSince ?? message.since)), ("endsAt", .string(end.rfc3339)),
      ("generatorURL", message.console.map { .string($0) }),
    ])
  }

  /// Of the subject only what the alert is grouped by: the rest may change in an alert's life, and it would be another one.
  private static func isStable(_ name: String, in message: ReceivedMessage) -> Bool {
    guard ["actor", "user", "client", "server", "tool", "session"].contains(name) else { return true }
    return name == (message.subject.first?.name ?? "")
  }

  /// `rate-spike` → `RateSpike`.
  private static func camel(_ name: String) -> String {
    name.split { $0 == "-" || $0 == "_" }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// Label names are letters, digits and `_` (Prometheus data model).
  private static func labelName(_ name: String) -> String {
    let plain = name.utf8.map { byte -> UInt8 in
      (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 ? byte : UInt8(ascii: "_")
    }
    return String(decoding: plain, as: UTF8.self)
  }

  package func isFinal(status: Int) -> Bool { status == 400 }
}
