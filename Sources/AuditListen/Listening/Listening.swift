package import AuditModel
package import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// All listeners of a collector. `open` binds them, so that what cannot be bound is known before anything begins; `run` serves until a
/// graceful shutdown, and returns when what was received has been handed to the sink.
///
/// In a service group it stands behind the sink: the last one in is the first one to be shut down.
package struct Listening: Service {
  /// The addresses with the ports they really have.
  package let bound: [ListenAddress]
  package let counters: ListenCounters
  private let streams: [StreamListener]
  private let datagrams: [DatagramListener]

  /// What the secrets' files hold; reading them is not done here.
  package struct Secrets: Sendable {
    package var apiKeys: APIKeys?
    package var forward: ForwardCredentials?

    package init(apiKeys: APIKeys? = nil, forward: ForwardCredentials? = nil) {
      self.apiKeys = apiKeys
      self.forward = forward
    }
  }

  package static func open(
    _ settings: ListenSettings, limits: ListenLimits, secrets: Secrets = Secrets(), sink: any SubmissionSink,
    counters: ListenCounters = ListenCounters(), logger: Logger, clock: @escaping @Sendable () -> RecordTime,
    readiness: @escaping Readiness, metrics: MetricsText? = nil
  ) async throws -> Listening {
    try checkPlain(settings)
    let tls = settings.allAddresses.contains { $0.transport.isTLS } ? try settings.tlsContext() : nil
    let shared = ListenerParts(
      settings: settings, limits: limits, secrets: secrets, sink: sink, counters: counters,
      inFlight: InFlightBytes(bytesMax: limits.inFlightBytesMax, sharePercent: limits.tenantSharePercent),
      connections: ConnectionBudget(connectionsMax: limits.connectionsMax), tls: tls,
      logger: logger, clock: clock, readiness: readiness, metrics: metrics)
    var streams: [StreamListener] = []
    var datagrams: [DatagramListener] = []
    do {
      for address in settings.allAddresses {
        if address.transport.isDatagram {
          datagrams.append(try DatagramListener(address, shared))
        } else {
          streams.append(try await StreamListener.bind(address, shared))
        }
      }
    } catch {
      for listener in streams { await listener.close() }
      throw error
    }
    return Listening(
      bound: streams.map(\.address) + datagrams.map(\.address), counters: counters, streams: streams,
      datagrams: datagrams)
  }

  package func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for listener in streams { group.addTask { try await listener.run() } }
      for listener in datagrams { group.addTask { await listener.run() } }
      try await group.waitForAll()
    }
  }

  /// Whoever reads the wire must not read audit lines by an oversight of ours.
  private static func checkPlain(_ settings: ListenSettings) throws(ListenError) {
    guard !settings.allowsPlainRemote else { return }
    for address in settings.addresses where !address.transport.isTLS && !address.isLocal {
      throw ListenError(
        "\(address) would take audit lines unencrypted from other machines. Use TLS, listen on 127.0.0.1, or say so with "
          + "listen.allow_plain_remote.")
    }
  }
}

/// What all listeners share.
struct ListenerParts: Sendable {
  let settings: ListenSettings
  let limits: ListenLimits
  let secrets: Listening.Secrets
  let sink: any SubmissionSink
  let counters: ListenCounters
  let inFlight: InFlightBytes
  let connections: ConnectionBudget
  let tls: NIOSSLContext?
  let logger: Logger
  let clock: @Sendable () -> RecordTime
  let readiness: Readiness
  let metrics: MetricsText?

  func logger(_ address: ListenAddress) -> Logger {
    var logger = logger
    logger[metadataKey: "listener"] = "\(address)"
    return logger
  }

  func identity(_ address: ListenAddress) -> PeerIdentity {
    PeerIdentity(
      isTLS: address.transport.isTLS && settings.clientCertificates != .none, tenantFrom: settings.tenantFrom,
      fallback: address.tenant, counters: counters, logger: logger(address))
  }

  func pump(_ address: ListenAddress) -> SubmissionPump {
    SubmissionPump(
      listener: "\(address)", sink: sink, counters: counters, inFlight: inFlight, limits: limits,
      logger: logger(address))
  }
}

extension ListenAddress {
  /// The same address with the port that the system gave.
  func bound(to port: Int) -> ListenAddress {
    transport.isUnix || self.port != 0 ? self : ListenAddress(self, port: port)
  }
}
