package import AuditModel

/// Slack's incoming webhooks, with blocks (docs.slack.dev, "Sending messages using incoming webhooks", "Block Kit"). The address is the secret.
package struct Slack: ReceiverFormat {
  private static let headerMax = 150
  private static let sectionMax = 3000

  package init() {}

  package func request(
    _ message: ReceivedMessage, _ texts: MessageTexts.Rendered, url: String, secrets: [String], now: RecordTime
  ) -> FormattedRequest? {
    let title = "\(Self.sign(message)) \(texts.title)"
    let body = JSONValue.members([
      ("text", .string(Self.escaped(title))),
      (
        "blocks",
        .array([
          .members([
            ("type", .string("header")),
            ("text", .members([("type", .string("plain_text")), ("text", .string(title.cut(Self.headerMax)))])),
          ]),
          .members([
            ("type", .string("section")),
            (
              "text",
              .members([
                ("type", .string("mrkdwn")), ("text", .string(Self.cut(Self.escaped(texts.text)))),
              ])
            ),
          ]),
        ])
      ),
    ])
    return FormattedRequest(url: url, body: body.text)
  }

  /// So that a name in an audit record can neither call a channel (`<!channel>`) nor make a link.
  static func escaped(_ text: String) -> String {
    var out: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): out += "&amp;".utf8
      case UInt8(ascii: "<"): out += "&lt;".utf8
      case UInt8(ascii: ">"): out += "&gt;".utf8
      default: out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Not within an escape, of which a half would be shown.
  private static func cut(_ text: String) -> String {
    guard text.count > sectionMax else { return text }
    var cut = text.prefix(sectionMax - 1)
    if let escape = cut.lastIndex(of: "&"), !cut[escape...].contains(";") { cut = cut[..<escape] }
    return cut + "…"
  }

  private static func sign(_ message: ReceivedMessage) -> String {
    switch (message.event, message.severity) {
    case (.resolved, _): "✅"
    case (.acknowledged, _): "👀"
    case (.silenced, _): "🔕"
    case (.heartbeat, _), (.test, _): "ℹ️"
    case (.firing, .critical), (.escalated, _), (.digest, .critical): "🔴"
    case (.firing, .warning), (.digest, .warning): "🟠"
    case (.firing, .info), (.digest, .info): "🔵"
    }
  }

  package func isFinal(status: Int) -> Bool { status == 400 || status == 403 || status == 404 }
}
