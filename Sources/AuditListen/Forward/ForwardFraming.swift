import AuditModel
import Logging
import NIOCore

/// What a Forward message brought.
struct ForwardBatch: Sendable {
  var lines: LineBatch
  var tenant: TenantID?
  /// To be acknowledged when the lines are durable.
  var chunk: [UInt8]?
  /// Names the chunk and its content for the sink.
  var key: Submission.Key?
  /// Holds the memory that the message takes.
  var memory: Reservation
}

/// Bytes → Forward messages, in the event loop; the handshake first where a key is set.
final class ForwardFraming: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ForwardBatch
  typealias OutboundOut = ByteBuffer

  private let limits: ListenLimits
  private let watch: PeerWatch
  private let identity: PeerIdentity
  private let inFlight: InFlightBytes
  private var handshake: ForwardHandshake?
  private var tenant: TenantID?
  private var isIdentified = false
  private var buffer: [UInt8] = []
  private var boundary = MessagePackBoundary()
  private var memory: Reservation?
  private var isOver = false

  init(
    limits: ListenLimits, watch: PeerWatch, identity: PeerIdentity, inFlight: InFlightBytes,
    handshake: ForwardHandshake?
  ) {
    self.limits = limits
    self.watch = watch
    self.identity = identity
    self.inFlight = inFlight
    self.handshake = handshake
  }

  func channelActive(context: ChannelHandlerContext) {
    if let handshake { context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: handshake.greeting)), promise: nil) }
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOver else { return }
    do {
      try identify(context)
      buffer.append(contentsOf: unwrapInboundIn(data).readableBytesView)
      try takeMessages(context)
    } catch let problem as PeerIdentity.Problem {
      identity.note(problem)
      fail(context)
    } catch let refusal as InFlightBytes.Refusal {
      identity.counters.countCut(.memory)
      identity.logger.notice(
        "A Forward message finds no room; its peer is cut and sends it again.", metadata: ["why": "\(refusal.words)"])
      fail(context)
    } catch {
      identity.counters.count { $0.malformed += 1 }
      identity.logger.warning(
        "A Forward peer sent what cannot be read; its connection is closed, and nothing of the message is acknowledged.",
        metadata: ["why": "\(Self.words(error))"])
      fail(context)
    }
  }

  private static func words(_ error: any Error) -> String {
    switch error {
    case let problem as ForwardMessage.Problem: problem.words
    case let problem as MessagePackReader.Problem: problem.words
    default: ConnectionWords.of(error)
    }
  }

  private func identify(_ context: ChannelHandlerContext) throws {
    if isIdentified { return }
    tenant = try identity.tenant(of: context)
    isIdentified = true
  }

  private func takeMessages(_ context: ChannelHandlerContext) throws {
    var start = 0
    var boundary = self.boundary
    let bytes = buffer
    while let end = try boundary.end(bytes.span, bytesMax: limits.requestBytesMax) {
      if let handshake {
        try greet(context, handshake, bytes, start..<end)
      } else {
        try take(context, bytes, start..<end)
      }
      start = end
      boundary = MessagePackBoundary(at: start)
      if isOver { return }
    }
    if start > 0 {
      buffer.removeFirst(start)
      boundary = MessagePackBoundary()
      watch.messageEnded(isInNext: !buffer.isEmpty, now: context.eventLoop.now)
    }
    self.boundary = boundary
    // An idle connection holds no buffer, and a large unfinished message is counted.
    if buffer.isEmpty {
      buffer = []
      memory = nil
    } else if buffer.count > 64 << 10 {
      if memory == nil { memory = inFlight.reservation(for: tenant) }
      try memory?.hold(buffer.count)
    }
  }

  private func greet(
    _ context: ChannelHandlerContext, _ handshake: ForwardHandshake, _ bytes: [UInt8], _ range: Range<Int>
  ) throws {
    let verdict = try handshake.verdict(on: bytes.span, range, fallback: tenant)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: verdict.answer)), promise: nil)
    guard verdict.isAccepted else {
      identity.counters.countCut(.identity)
      identity.logger.warning("A Forward peer does not know the shared key or its password; its connection is closed.")
      return fail(context)
    }
    tenant = verdict.tenant
    self.handshake = nil
    watch.handshakeEnded()
  }

  private func take(_ context: ChannelHandlerContext, _ bytes: [UInt8], _ range: Range<Int>) throws {
    let memory = inFlight.reservation(for: tenant)
    try memory.grow(by: range.count)
    let message = try ForwardMessage(bytes.span, range, limits: limits) { count throws(InFlightBytes.Refusal) in
      try memory.grow(by: count)
    }
    let key = message.chunk.map { name in
      // A chunk cannot be refused, so one name with another content is another chunk.
      let content = message.lines.bytes
      return Submission.Key(
        kind: "forward", tenant: tenant, name: name + Digest(of: content).bytes, content: content)
    }
    let batch = ForwardBatch(
      lines: message.lines, tenant: tenant, chunk: message.chunk, key: key, memory: memory)
    if !batch.lines.isEmpty || batch.chunk != nil { context.fireChannelRead(wrapInboundOut(batch)) }
  }

  // MARK: Ends

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case PeerEvent.cut, ChannelEvent.inputClosed:
      end(context)
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(context)
    context.fireChannelInactive()
  }

  private func fail(_ context: ChannelHandlerContext) { end(context) }

  /// A message that is not all there is nothing: the peer has no acknowledgement and sends it again.
  private func end(_ context: ChannelHandlerContext) {
    guard !isOver else { return }
    isOver = true
    buffer = []
    memory = nil
    context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
  }
}
