package import AuditModel

/// The generic webhook, after the Standard Webhooks specification. The body is what was stored, byte by byte; every active secret signs it,
/// so that a receiver may have either while they are changed.
package struct StandardWebhook: ReceiverFormat {
  package init() {}

  package func request(
    _ message: ReceivedMessage, _ texts: MessageTexts.Rendered, url: String, secrets: [String], now: RecordTime
  ) -> FormattedRequest? {
    let timestamp = now.nanoseconds / 1_000_000_000
    let signatures = secrets.compactMap { secret in
      (try? WebhookSignature.key(secret)).map {
        WebhookSignature.sign(id: message.id, timestamp: timestamp, body: message.body, key: $0)
      }
    }
    var headers = [("webhook-id", message.id), ("webhook-timestamp", "\(timestamp)")]
    if !signatures.isEmpty { headers.append(("webhook-signature", signatures.joined(separator: " "))) }
    return FormattedRequest(url: url, headers, body: message.body)
  }
}
