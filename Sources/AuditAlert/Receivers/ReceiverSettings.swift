/// A receiver as it is reached: everything that the configuration, its files and the environment say of it.
package struct ReceiverSettings: Sendable {
  package let name: String
  package let kind: ReceiverKind
  /// Never printed: it may be the secret.
  package var url = ""
  /// The newest first; both sign while they are changed.
  package var secrets: [String] = []
  /// A PEM file of the authorities that may have signed its certificate; nil for the system's.
  package var authorityFile: String?
  package var texts: MessageTexts
  /// Messages a minute, and at a time.
  package var ratePerMinute = 60
  package var concurrency = 4
  /// For a whole attempt. The specification asks for 15 to 30 seconds.
  package var timeout = Duration.seconds(15)
  package var mailFrom = ""
  package var mailTo: [String] = []
  package var sendmail = "/usr/sbin/sendmail"
  /// Whether it gets the dead man's switch.
  package var getsHeartbeats = false

  package init(name: String, kind: ReceiverKind, texts: MessageTexts) {
    (self.name, self.kind, self.texts) = (name, kind, texts)
  }
}
