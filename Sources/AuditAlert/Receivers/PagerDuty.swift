package import AuditModel

/// PagerDuty, Events API v2 (PagerDuty/developer-docs, docs/events-API-v2): trigger, acknowledge, resolve, by `dedup_key`.
package struct PagerDuty: ReceiverFormat {
  private static let summaryMax = 1024
  private static let keyMax = 255

  package init() {}

  package func request(
    _ message: ReceivedMessage, _ texts: MessageTexts.Rendered, url: String, secrets: [String], now: RecordTime
  ) -> FormattedRequest? {
    guard let routingKey = secrets.first, message.event != .heartbeat else { return nil }
    let action: String
    switch message.event {
    case .firing, .escalated, .digest, .test, .heartbeat: action = "trigger"
    case .acknowledged: action = "acknowledge"
    case .silenced, .resolved: action = "resolve"
    }
    let payload = JSONValue.members([
      ("summary", .string(texts.title.cut(200) + " " + message.summary.cut(Self.summaryMax - 210))),
      ("source", .string(message.tenant.map { "audittail/\($0)" } ?? "audittail")),
      ("severity", .string(message.severity.rawValue)), ("timestamp", .string(message.timestamp.rfc3339)),
      ("component", .text(message.subject.first?.value)), ("class", .text(message.detector)),
      (
        "custom_details",
        .members(
          [
            ("what", .string(message.summary)), ("unusual", .text(message.unusual)),
            ("since", .string(message.since)), ("next", .string(message.next)),
          ] + message.labels.map { ($0.name, .string($0.value)) })
      ),
    ])
    let body = JSONValue.members([
      ("routing_key", .string(routingKey)), ("event_action", .string(action)),
      ("dedup_key", .string((message.key ?? message.id).cut(Self.keyMax))),
      ("payload", action == "trigger" ? payload : nil), ("client", .string("audittail")),
      ("client_url", .text(message.console)),
    ])
    return FormattedRequest(url: url, body: body.text)
  }

  package func isFinal(status: Int) -> Bool { status == 400 }
}
