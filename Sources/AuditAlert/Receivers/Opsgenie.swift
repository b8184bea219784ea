package import AuditModel

/// Opsgenie, Alert API v2: create, acknowledge, close, by `alias`.
///
/// Source: docs.opsgenie.com/docs/alert-api.
package struct Opsgenie: ReceiverFormat {
  private static let messageMax = 130
  private static let descriptionMax = 15_000

  package init() {}

  package func request(
    _ message: ReceivedMessage, _ texts: MessageTexts.Rendered, url: String, secrets: [String], now: RecordTime
  ) -> FormattedRequest? {
    guard let key = secrets.first, message.event != .heartbeat else { return nil }
    // Of letters, digits, `_` and `-` only, so it stands in a path as it is.
    let alias = message.key ?? message.id
    var base = url[...]
    while base.last == "/" { base.removeLast() }
    let headers = [("Authorization", "GenieKey \(key)")]
    func follow(_ action: String) -> FormattedRequest {
      let note = message.by.map { by in "\(by)\(message.note.map { ": \($0)" } ?? "")" } ?? message.summary
      return FormattedRequest(
        url: "\(base)/v2/alerts/\(alias)/\(action)?identifierType=alias", headers,
        body: JSONValue.members([("source", .string("audittail")), ("note", .string(note))]).text)
    }
    switch message.event {
    case .acknowledged: return follow("acknowledge")
    case .silenced, .resolved: return follow("close")
    case .firing, .escalated, .digest, .test, .heartbeat: break
    }
    let body = JSONValue.members([
      ("message", .string(texts.title.cut(Self.messageMax))), ("alias", .string(alias)),
      ("description", .string(texts.text.cut(Self.descriptionMax))),
      ("priority", .string(Self.priority(message.severity))), ("source", .string("audittail")),
      ("entity", .text(message.subject.first?.value)),
      ("tags", .array([message.detector, message.tenant].compactMap { $0.map { .string($0) } })),
      ("details", .members(message.labels.map { ($0.name, .string($0.value)) })),
    ])
    return FormattedRequest(url: "\(base)/v2/alerts", headers, body: body.text)
  }

  private static func priority(_ severity: AlertSeverity) -> String {
    switch severity {
    case .critical: "P1"
    case .warning: "P3"
    case .info: "P5"
    }
  }

  package func isFinal(status: Int) -> Bool { status == 400 || status == 422 }
}
