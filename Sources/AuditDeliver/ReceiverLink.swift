package import AuditAlert
package import AuditModel

/// The way to one receiver: formats a message as its kind wants it, and sends it.
package struct ReceiverLink: Sendable {
  package let settings: ReceiverSettings
  private let http: HTTPSender

  /// Starts nothing.
  package init(_ settings: ReceiverSettings, guarding: AddressGuard) {
    self.settings = settings
    http = HTTPSender(authorityFile: settings.authorityFile, timeout: settings.timeout, guarding: guarding)
  }

  package func close() async { await http.close() }

  /// One attempt.
  /// - Returns: also where this kind of receiver cannot be told of such a thing: that counts as told.
  package func deliver(id: String, body: String, now: RecordTime) async -> DeliveryResult {
    guard let message = ReceivedMessage(id: id, body: body) else {
      return .impossible("what is stored is no message")
    }
    let texts = settings.texts.render(message)
    guard let format = settings.kind.format else {
      let text = MailText.message(message, texts, from: settings.mailFrom, to: settings.mailTo, now: now)
      return await MailSender(command: settings.sendmail, timeout: settings.timeout).send(text)
    }
    if settings.kind.needsSecret, settings.secrets.isEmpty { return .impossible("it has no secret") }
    guard
      let request = format.request(message, texts, url: settings.url, secrets: settings.secrets, now: now)
    else { return .answered(status: 204, retryAfter: nil) }
    return await http.send(request, now: now)
  }

  /// Tells an Alertmanager again of what goes on; nothing for other kinds.
  package func refresh(_ messages: [(id: String, body: String)], now: RecordTime) async -> DeliveryResult {
    guard settings.kind == .alertmanager else { return .answered(status: 204, retryAfter: nil) }
    let read = messages.compactMap { ReceivedMessage(id: $0.id, body: $0.body) }
    if read.isEmpty { return .answered(status: 204, retryAfter: nil) }
    let request = Alertmanager.request(
      read.map { ($0, settings.texts.render($0)) }, url: settings.url, secrets: settings.secrets, now: now)
    return await http.send(request, now: now)
  }

  /// Whether an answer says that the same message will never be taken.
  package func isFinal(_ status: Int) -> Bool { settings.kind.format?.isFinal(status: status) ?? false }
}
