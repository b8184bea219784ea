import AuditAlert
import AuditModel
import Testing

@Suite("The formats of receivers")
struct ReceiverFormatTests {
  static let now = RecordTime(rfc3339: "2026-11-25T20:00:00Z")!

  private func message(_ events: [AlertEvent]) throws -> [ReceivedMessage] {
    var timeline = AlertTimeline(AlertTimeline.rules { $0.console = "https://audit.example" })
    _ = timeline.find(actor: "<!channel> mallory\r\nBcc: all@example.com", severity: .critical, score: 3.2)
    if events.contains(.acknowledged) { timeline.step(orders: [.acknowledge(alert: 1, by: "kim", note: "mine")]) }
    if events.contains(.resolved) { timeline.step(orders: [.resolve(alert: 1, by: "kim", note: nil)]) }
    return try timeline.deliveries.filter { $0.receiver == "chat" }.map {
      try #require(ReceivedMessage(id: $0.messageID, body: $0.body))
    }
  }

  private func request(_ kind: ReceiverKind, _ message: ReceivedMessage) throws -> FormattedRequest {
    let texts = try MessageTexts().render(message)
    return try #require(
      kind.format?.request(
        message, texts, url: kind.urlDefault ?? "https://receiver.example/x", secrets: [Self.secret], now: Self.now))
  }

  private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

  @Test("Every message says what, how unusual, who, since when, what next and where")
  func words() throws {
    let message = try #require(try message([]).first)
    let texts = try MessageTexts().render(message)
    for part in [
      "does what is unusual", "expected about once in 130 years", "mallory", "Since: 2027", "rate-limit or revoke",
      "https://audit.example/alerts/acme/1",
    ] {
      #expect(texts.text.contains(part), "\(part) is not in \(texts.text)")
    }
    #expect(!texts.title.contains("\n"))
  }

  @Test("The operator's templates replace ours, and a broken one is refused")
  func templates() throws {
    let message = try #require(try message([]).first)
    let texts = try MessageTexts(
      title: "{{label_severity}} for {{tenant}}", text: "{{#by}}x{{/by}}{{^by}}{{detector}}{{/by}}")
    #expect(texts.render(message).title == "critical for acme")
    #expect(texts.render(message).text == "rate-spike")
    #expect(throws: MessageTexts.Problem.self) { try MessageTexts(title: "{{#open}}") }
  }

  @Test("A webhook carries the stored bytes, with a signature of each secret")
  func webhook() throws {
    let message = try #require(try message([]).first)
    let texts = try MessageTexts().render(message)
    let other = "whsec_" + "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
    let request = try #require(
      StandardWebhook().request(message, texts, url: "https://r.example", secrets: [Self.secret, other], now: Self.now))
    #expect(request.body == message.body)
    let headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
    #expect(headers["webhook-id"] == message.id)
    let signatures = try #require(headers["webhook-signature"])
    let time = try #require(headers["webhook-timestamp"].flatMap { Int64($0) })
    for secret in [Self.secret, other] {
      let key = try WebhookSignature.key(secret)
      #expect(
        WebhookSignature.verify(header: signatures, id: message.id, timestamp: time, body: request.body, key: key))
      #expect(
        !WebhookSignature.verify(header: signatures, id: message.id, timestamp: time + 1, body: request.body, key: key))
    }
  }

  @Test("The published vector of the Standard Webhooks specification is signed as published")
  func vector() throws {
    let key = try WebhookSignature.key("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    #expect(
      WebhookSignature.sign(
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: #"{"test": 2432232314}"#, key: key)
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    #expect(try WebhookSignature.key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") == key)
  }

  @Test(
    "What is no secret is refused without being repeated", arguments: ["whsec_!!!", "whsec_c2hvcnQ=", "", "whsec_A"])
  func badSecrets(secret: String) {
    #expect {
      _ = try WebhookSignature.key(secret)
    } throws: { error in
      secret.isEmpty || !"\(error)".contains(secret)
    }
  }

  @Test("An Alertmanager alert keeps its labels through its life, and ends at a time in the past")
  func alertmanager() throws {
    let messages = try message([.acknowledged, .resolved])
    let labels = try messages.map { message in
      let body = try #require(JSONValue(try request(.alertmanager, message).body))
      guard case .array(let alerts) = body, let alert = alerts.first else { throw MissingAlert() }
      return (alert["labels"], alert["endsAt"]?.string)
    }
    #expect(labels.count == 3)
    #expect(labels[0].0 == labels[2].0)
    #expect(labels[0].0?["alertname"]?.string == "AudittailRateSpike")
    #expect(try #require(labels[1].1) > "2026-11-25T20:00:00Z")
    #expect(messages[2].event == .resolved)
  }

  private struct MissingAlert: Error {}

  @Test("PagerDuty and Opsgenie open, acknowledge and close one incident")
  func incidents() throws {
    let messages = try message([.acknowledged, .resolved])
    let actions = try messages.map { message -> String in
      let body = try #require(JSONValue(try request(.pagerduty, message).body))
      #expect(body["dedup_key"]?.string == message.key)
      #expect((body["payload"] != nil) == (message.event == .firing))
      return body["event_action"]?.string ?? ""
    }
    #expect(actions == ["trigger", "acknowledge", "resolve"])
    let paths = try messages.map { try request(.opsgenie, $0).url }
    let key = try #require(messages[0].key)
    #expect(
      paths == [
        "https://api.opsgenie.com/v2/alerts",
        "https://api.opsgenie.com/v2/alerts/\(key)/acknowledge?identifierType=alias",
        "https://api.opsgenie.com/v2/alerts/\(key)/close?identifierType=alias",
      ])
  }

  @Test("A name in a record neither calls a channel nor makes a link nor adds a header")
  func hostile() throws {
    let message = try #require(try message([]).first)
    let texts = try MessageTexts().render(message)
    let slack = try #require(JSONValue(try request(.slack, message).body))
    #expect(slack["text"]?.string?.contains("&lt;!channel&gt;") == true)
    #expect(try !request(.slack, message).body.contains("\"text\":\"<!channel>"))
    #expect(JSONValue(try request(.teams, message).body) != nil)
    let mail = MailText.message(message, texts, from: "audit@example.com", to: ["oncall@example.com"], now: Self.now)
    let head = mail.split(separator: "\n\n", maxSplits: 1)[0]
    #expect(!head.contains("Bcc"))
    #expect(head.contains("Date: Wed, 25 Nov 2026 20:00:00 +0000"))
    #expect(head.split(separator: "\n").allSatisfy { $0.utf8.count <= 78 })
  }

  @Test("Every kind of message can be told in every format that knows it", arguments: ReceiverKind.allCases)
  func everyKind(kind: ReceiverKind) throws {
    for body in [
      PlainMessage.heartbeat(at: Self.now), PlainMessage.test(at: Self.now, receiver: "x", console: nil),
    ] {
      let message = try #require(ReceivedMessage(id: "msg_x", body: body))
      let texts = try MessageTexts().render(message)
      guard let format = kind.format else { continue }
      let request = format.request(message, texts, url: "https://r.example", secrets: ["k"], now: Self.now)
      if let request { #expect(JSONValue(request.body) != nil) }
      #expect(request != nil || message.event == .heartbeat)
    }
  }
}
