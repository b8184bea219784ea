/// What an operator decides about listening: who may send, and as whom.
package struct ListenSettings: Sendable {
  package var addresses: [ListenAddress] = []
  /// Where `/health` and `/ready` are answered, and nothing is taken; nil: only where lines are taken by HTTP.
  package var answering: ListenAddress?
  /// Lets listeners without TLS stand on addresses that other machines reach.
  package var allowsPlainRemote = false
  /// PEM files of the server's own certificate chain and key.
  package var certificateFile: String?
  package var keyFile: String?
  /// PEM file of the authorities that sign clients' certificates.
  package var clientAuthorityFile: String?
  package var clientCertificates = ClientCertificates.none
  package var tenantFrom = TenantFromCertificate.none
  /// Lines of `name tenant sha256-of-the-key`; with it every HTTP request needs a key or a client certificate.
  package var apiKeysFile: String?
  /// The secret that Fluent Forward peers prove to know.
  package var forwardKeyFile: String?
  /// Lines of `user tenant password` for Fluent Forward; `-` for no tenant of its own.
  package var forwardUsersFile: String?

  package init() {}

  /// Everything that is bound.
  package var allAddresses: [ListenAddress] { addresses + (answering.map { [$0] } ?? []) }

  package enum ClientCertificates: String, Sendable, CaseIterable {
    case none, optional, required
  }

  /// Which part of a client's certificate names its tenant.
  package enum TenantFromCertificate: String, Sendable, CaseIterable {
    case none
    /// The subject's organisation (O).
    case organization
    /// The subject's common name (CN).
    case commonName = "common-name"
    /// The first DNS name among the subject alternative names, or the last part of the first URI's path (SPIFFE).
    case alternativeName = "alternative-name"
  }
}

/// What listeners never exceed. Each has a name in the configuration and a unit; reaching one is a counted outcome.
package struct ListenLimits: Sendable {
  /// Open connections over all listeners; further ones are closed at once.
  package var connectionsMax = 4096
  /// Open connections of one listener.
  package var listenerConnectionsMax = 4096
  /// A longer line is cut here and marked.
  package var lineBytesMax = 1 << 20
  /// A request's or a Forward message's body as it comes over the wire.
  package var requestBytesMax = 16 << 20
  /// The same after decompression.
  package var inflatedBytesMax = 64 << 20
  /// Bytes of all submissions that are not durable yet.
  package var inFlightBytesMax = 128 << 20
  /// How much of that one tenant may hold, in percent.
  package var tenantSharePercent = 50
  /// A connection that brings nothing for so long is closed.
  package var idleTimeout = Duration.seconds(3600)
  /// A request, line or message that has begun may take this long,
  package var slowGrace = Duration.seconds(15)
  /// and longer by a second for each of these that it has brought.
  package var bytesPerSecondMin = 1024
  /// From a connection's beginning to the end of its TLS or Forward handshake.
  package var handshakeTimeout = Duration.seconds(10)
  /// How long a shutdown waits for what peers have under way.
  package var drainTimeout = Duration.seconds(3)
  /// What a datagram socket may hold unread, in the kernel.
  package var datagramBufferBytes = 4 << 20

  package init() {}
}
