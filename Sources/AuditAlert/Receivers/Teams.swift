package import AuditModel

/// Microsoft Teams, by a workflow's webhook that takes an Adaptive Card ("Create incoming webhooks with Workflows"). The address is the
/// secret.
package struct Teams: ReceiverFormat {
  /// A message may have 28 KB.
  private static let textMax = 8000

  package init() {}

  package func request(
    _ message: ReceivedMessage, _ texts: MessageTexts.Rendered, url: String, secrets: [String], now: RecordTime
  ) -> FormattedRequest? {
    func block(_ text: String, _ more: [(String, JSONValue?)] = []) -> JSONValue {
      .members([("type", .string("TextBlock")), ("text", .string(text)), ("wrap", .bool(true))] + more)
    }
    // A line feed is a paragraph only when there are two.
    let text = texts.text.cut(Self.textMax).split(whereSeparator: \.isNewline).map { Self.escaped(String($0)) }
    let card = JSONValue.members([
      ("$schema", .string("http://adaptivecards.io/schemas/adaptive-card.json")), ("type", .string("AdaptiveCard")),
      ("version", .string("1.4")),
      (
        "body",
        .array([
          block(
            Self.escaped(texts.title),
            [
              ("weight", .string("Bolder")), ("size", .string("Medium")),
              ("color", .string(Self.color(message))),
            ]), block(text.joined(separator: "\n\n")),
        ])
      ),
      (
        "actions",
        message.console.map { console in
          .array([
            .members([
              ("type", .string("Action.OpenUrl")), ("title", .string("Open in the console")), ("url", .string(console)),
            ])
          ])
        }
      ),
    ])
    let body = JSONValue.members([
      ("type", .string("message")),
      (
        "attachments",
        .array([
          .members([
            ("contentType", .string("application/vnd.microsoft.card.adaptive")), ("content", card),
          ])
        ])
      ),
    ])
    return FormattedRequest(url: url, body: body.text)
  }

  /// Text blocks know links in Markdown; a name in an audit record should not become one.
  private static func escaped(_ text: String) -> String {
    text.map { "[]*_`".contains($0) ? "\\\($0)" : String($0) }.joined()
  }

  private static func color(_ message: ReceivedMessage) -> String {
    guard message.isActive else { return "Good" }
    switch message.severity {
    case .critical: return "Attention"
    case .warning: return "Warning"
    case .info: return "Accent"
    }
  }

  package func isFinal(status: Int) -> Bool { status == 400 }
}
