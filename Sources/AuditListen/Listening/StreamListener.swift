import AuditModel
import Glibc
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// Listens on one address for connections, and serves each in a task of its own.
struct StreamListener: Sendable {
  /// A connection with its pipeline, by what it speaks.
  enum Connection: Sendable {
    case lines(NIOAsyncChannel<StreamBatch, ByteBuffer>)
    case forward(NIOAsyncChannel<ForwardBatch, ByteBuffer>)
    case http(NIOAsyncChannel<HTTPRequest, HTTPAnswer>)

    var channel: any Channel {
      switch self {
      case .lines(let connection): connection.channel
      case .forward(let connection): connection.channel
      case .http(let connection): connection.channel
      }
    }
  }

  let address: ListenAddress
  private let parts: ListenerParts
  private let server: NIOAsyncChannel<Connection, Never>

  static func bind(_ address: ListenAddress, _ parts: ListenerParts) async throws -> StreamListener {
    if address.transport.isUnix { try UnixSocketFile.clear(address.path, isDatagram: false) }
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 512)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.maxMessagesPerRead, value: 4)
    let pipeline = ConnectionPipeline(address: address, parts: parts)
    let initializer: @Sendable (any Channel) -> EventLoopFuture<Connection> = { channel in
      channel.eventLoop.makeCompletedFuture { try pipeline.build(channel) }
    }
    do {
      let server =
        if address.transport.isUnix {
          try await bootstrap.bind(unixDomainSocketPath: address.path, childChannelInitializer: initializer)
        } else {
          try await bootstrap.bind(host: address.host, port: address.port, childChannelInitializer: initializer)
        }
      if address.transport.isUnix { try UnixSocketFile.setMode(address.path, address.mode) }
      let bound = address.bound(to: server.channel.localAddress?.port ?? 0)
      return StreamListener(address: bound, parts: parts, server: server)
    } catch let error as IOError {
      throw ListenError.cannotListen(address, code: error.errnoCode)
    } catch is SocketAddressError {
      throw ListenError("The host of \(address) is not known.")
    }
  }

  func close() async {
    try? await server.channel.close()
    removeFile()
  }

  /// Serves until a graceful shutdown; returns when the last connection is done.
  func run() async throws {
    let service = ConnectionService(address: address, parts: parts)
    let budget = ConnectionBudget(connectionsMax: parts.limits.listenerConnectionsMax)
    try await withThrowingDiscardingTaskGroup { group in
      try await withGracefulShutdownHandler {
        try await server.executeThenClose { connections in
          for try await connection in connections {
            group.addTask { await admit(connection, budget, service) }
          }
        }
      } onGracefulShutdown: {
        server.channel.close(promise: nil)
      }
    }
    removeFile()
  }

  private func admit(_ connection: Connection, _ budget: ConnectionBudget, _ service: ConnectionService) async {
    guard budget.enter() else { return await refuse(connection) }
    defer { budget.leave() }
    guard parts.connections.enter() else { return await refuse(connection) }
    defer { parts.connections.leave() }
    parts.counters.count {
      $0.connections += 1
      $0.connectionsOpen += 1
    }
    defer { parts.counters.count { $0.connectionsOpen -= 1 } }
    await service.serve(connection)
  }

  private func refuse(_ connection: Connection) async {
    parts.counters.count { $0.connectionsRefused += 1 }
    parts.logger(address).debug("A connection beyond the limit was closed.")
    await ConnectionService.close(connection)
  }

  private func removeFile() {
    if address.transport.isUnix { unlink(address.path) }
  }
}

/// Puts a connection's handlers together.
struct ConnectionPipeline: Sendable {
  let address: ListenAddress
  let parts: ListenerParts

  /// HTTP connections wait for their next request only so long.
  private static let httpIdleMax = Duration.seconds(120)

  func build(_ channel: any Channel) throws -> StreamListener.Connection {
    let pipeline = channel.pipeline.syncOperations
    let transport = address.transport
    if transport.isTLS, let tls = parts.tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
    let handshake = transport.isForward ? parts.secrets.forward.map(greet) : nil
    let idle = transport.isHTTP ? min(parts.limits.idleTimeout, Self.httpIdleMax) : parts.limits.idleTimeout
    let watch = PeerWatch(
      limits: parts.limits, idleTimeout: idle, isHandshaking: transport.isTLS || handshake != nil,
      waitsForForward: handshake != nil, counters: parts.counters)
    try pipeline.addHandler(watch)
    switch transport {
    case .http, .https: return .http(try http(channel, watch))
    case .forward, .forwardTLS:
      try pipeline.addHandler(
        ForwardFraming(
          limits: parts.limits, watch: watch, identity: parts.identity(address), inFlight: parts.inFlight,
          handshake: handshake))
      return .forward(try NIOAsyncChannel(wrappingChannelSynchronously: channel, configuration: Self.configuration()))
    case .tcp, .tls, .unix, .udp, .unixDatagram:
      try pipeline.addHandler(
        StreamFraming(
          framer: StreamFramer(framing: address.framing, lineBytesMax: parts.limits.lineBytesMax), watch: watch,
          identity: parts.identity(address), pending: parts.inFlight.reservation(for: address.tenant),
          clock: parts.clock))
      return .lines(try NIOAsyncChannel(wrappingChannelSynchronously: channel, configuration: Self.configuration()))
    }
  }

  private func http(_ channel: any Channel, _ watch: PeerWatch) throws -> NIOAsyncChannel<HTTPRequest, HTTPAnswer> {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: false)
    try pipeline.addHandler(
      RequestAssembler(
        check: RequestCheck(
          keys: parts.secrets.apiKeys, limits: parts.limits, inFlight: parts.inFlight, takesLines: address.takesLines,
          showsMetrics: parts.metrics != nil),
        identity: parts.identity(address), watch: watch, counters: parts.counters))
    return try NIOAsyncChannel(wrappingChannelSynchronously: channel, configuration: Self.configuration())
  }

  private func greet(_ credentials: ForwardCredentials) -> ForwardHandshake {
    func random() -> [UInt8] { (0..<16).map { _ in UInt8.random(in: .min ... .max) } }
    return ForwardHandshake(credentials, nonce: random(), authSalt: random())
  }

  /// One batch is worked on and one more is ready; then reading stops.
  private static func configuration<In: Sendable, Out: Sendable>() -> NIOAsyncChannel<In, Out>.Configuration {
    .init(backPressureStrategy: .init(lowWatermark: 1, highWatermark: 2))
  }
}
