import NIOCore
import NIOPosix

/// A small HTTP server on a port of this machine that takes webhooks: the receiver of the demonstration, and of tests.
///
/// What it answers the caller decides, for each request.
package struct LocalReceiver: Sendable {
  /// A request as it came.
  package struct Arrival: Sendable {
    package let path: String
    package let headers: [(name: String, value: String)]
    package let body: String

    package func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }

  /// What it answers.
  package struct Answer: Sendable {
    package let status: Int
    package var headers: [(name: String, value: String)] = []
    /// No answer at all: the connection stays open.
    package var stalls = false
    /// These bytes in place of HTTP.
    package var garbage: String?

    package init(
      status: Int, headers: [(name: String, value: String)] = [], stalls: Bool = false, garbage: String? = nil
    ) {
      self.status = status
      self.headers = headers
      self.stalls = stalls
      self.garbage = garbage
    }
  }

  package static let bodyBytesMax = 1 << 20
  private let channel: any Channel
  package let port: Int

  package static func start(
    port: Int = 0, answering: @escaping @Sendable (Arrival) -> Answer
  ) async throws -> LocalReceiver {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ArrivalHandler(answering))
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    return LocalReceiver(channel: channel, port: channel.localAddress?.port ?? port)
  }

  package func stop() async { try? await channel.close() }
}

/// Reads requests with a Content-Length off a connection and writes answers, by hand: it has to be able to answer what is no HTTP.
private final class ArrivalHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let headBytesMax = 64 << 10
  private let answering: @Sendable (LocalReceiver.Arrival) -> LocalReceiver.Answer
  private var bytes: [UInt8] = []

  init(_ answering: @escaping @Sendable (LocalReceiver.Arrival) -> LocalReceiver.Answer) {
    self.answering = answering
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes += unwrapInboundIn(data).readableBytesView
    while let arrival = next(context) { write(answering(arrival), context) }
  }

  private func next(_ context: ChannelHandlerContext) -> LocalReceiver.Arrival? {
    let separator = Array("\r\n\r\n".utf8)
    guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: separator) }) else {
      if bytes.count > Self.headBytesMax { context.close(promise: nil) }
      return nil
    }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
    let headers = lines.dropFirst().map { line in
      let name = line.prefix { $0 != ":" }
      let value = line.dropFirst(name.count + 1).drop { $0 == " " }
      return (name: String(name), value: String(value))
    }
    let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
    guard (0...LocalReceiver.bodyBytesMax).contains(length) else {
      context.close(promise: nil)
      return nil
    }
    let body = end + separator.count
    guard bytes.count >= body + length else { return nil }
    let path = lines.first?.split(separator: " ").dropFirst().first.map(String.init) ?? "/"
    let arrival = LocalReceiver.Arrival(
      path: path, headers: headers, body: String(decoding: bytes[body..<(body + length)], as: UTF8.self))
    bytes.removeFirst(body + length)
    return arrival
  }

  private func write(_ answer: LocalReceiver.Answer, _ context: ChannelHandlerContext) {
    if answer.stalls { return }
    var text = answer.garbage ?? "HTTP/1.1 \(answer.status) Answer\r\nContent-Length: 0\r\n"
    if answer.garbage == nil {
      for header in answer.headers { text += "\(header.name): \(header.value)\r\n" }
      text += "\r\n"
    }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    if answer.garbage != nil { context.close(promise: nil) }
  }
}
