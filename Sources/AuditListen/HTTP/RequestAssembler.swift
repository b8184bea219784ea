import AuditModel
import NIOCore
import NIOHTTP1

/// HTTP's parts → whole requests, and answers → HTTP's parts, in the event loop. What can be refused by its head is refused before its body
/// comes. It stands behind NIO's pipelining handler, so there is one request at a time.
final class RequestAssembler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPRequest
  typealias OutboundIn = HTTPAnswer
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case waiting
    case collecting(HTTPRequest)
    /// Somebody behind us works on it.
    case answering(HTTPRequest)
    /// Refused; the rest of the body is thrown away, so that the peer comes to read the answer.
    case discarding(bytes: Int)
    case over
  }

  private let check: RequestCheck
  private let identity: PeerIdentity
  private let watch: PeerWatch
  private let counters: ListenCounters
  private var state = State.waiting
  private var isDraining = false

  private static let discardedBytesMax = 4 << 20

  init(check: RequestCheck, identity: PeerIdentity, watch: PeerWatch, counters: ListenCounters) {
    self.check = check
    self.identity = identity
    self.watch = watch
    self.counters = counters
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): begin(context, head)
    case .body(let part): collect(context, part)
    case .end: end(context)
    }
  }

  private func begin(_ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
    guard case .waiting = state else { return }
    watch.messageEnded(isInNext: true, now: context.eventLoop.now)
    let peer = try? identity.peer(of: context)
    switch check.verdict(on: head, peer: peer) {
    case .answer(let answer):
      var answer = answer
      // Its length is told, its body is not sent (RFC 9110, 9.3.2); nothing follows on this connection.
      if head.method == .HEAD { answer.body = [] }
      refuse(context, answer)
    case .read(let request):
      state = .collecting(request)
      if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
        context.writeAndFlush(
          wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
      }
    }
  }

  private func collect(_ context: ChannelHandlerContext, _ part: ByteBuffer) {
    switch state {
    case .collecting(var request):
      state = .waiting
      guard request.body.readableBytes + part.readableBytes <= check.limits.requestBytesMax else {
        return refuse(context, check.tooLarge(request.problemForm))
      }
      do throws(InFlightBytes.Refusal) {
        try request.memory.grow(by: part.readableBytes)
      } catch {
        return refuse(context, error.answer(request.problemForm))
      }
      request.body.writeImmutableBuffer(part)
      state = .collecting(request)
    case .discarding(let bytes):
      guard bytes + part.readableBytes <= Self.discardedBytesMax else { return close(context) }
      state = .discarding(bytes: bytes + part.readableBytes)
    case .waiting, .answering, .over:
      return
    }
  }

  private func end(_ context: ChannelHandlerContext) {
    watch.messageEnded(isInNext: false, now: context.eventLoop.now)
    switch state {
    case .collecting(let request):
      state = .answering(request)
      context.fireChannelRead(wrapInboundOut(request))
    case .discarding:
      close(context)
    case .waiting, .answering, .over:
      return
    }
  }

  // MARK: Answers

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .answering(let request) = state else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    var answer = unwrapOutboundIn(data)
    answer.closes = answer.closes || !request.keepsAlive || isDraining
    if request.isHead { answer.body = [] }
    state = answer.closes ? .over : .waiting
    put(context, answer, promise)
    if answer.closes {
      context.flush()
      context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }
  }

  /// Answers before the request was read to its end; nothing more is taken from this connection.
  private func refuse(_ context: ChannelHandlerContext, _ answer: HTTPAnswer) {
    var answer = answer
    answer.closes = true
    state = .discarding(bytes: 0)
    put(context, answer, nil)
    context.flush()
  }

  /// Answers what was no request yet. NIO's pipelining handler knows of none and takes no answer, so the bytes go around it.
  private func answerUnasked(_ answer: HTTPAnswer) {
    counters.count { $0.answers[answer.status, default: 0] += 1 }
    let status = HTTPResponseStatus(statusCode: answer.status)
    let head =
      "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\nContent-Length: \(answer.body.count)\r\n"
      + "Content-Type: \(answer.contentType)\r\nConnection: close\r\n\r\n"
    watch.send(ByteBuffer(bytes: Array(head.utf8) + answer.body))
  }

  private func put(_ context: ChannelHandlerContext, _ answer: HTTPAnswer, _ promise: EventLoopPromise<Void>?) {
    counters.count { $0.answers[answer.status, default: 0] += 1 }
    var headers = HTTPHeaders([("Content-Length", "\(answer.body.count)"), ("Content-Type", answer.contentType)])
    if let seconds = answer.retryAfter { headers.add(name: "Retry-After", value: "\(seconds)") }
    for header in answer.headers { headers.add(name: header[0], value: header[1]) }
    if answer.closes { headers.add(name: "Connection", value: "close") }
    let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if !answer.body.isEmpty {
      context.write(
        wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: answer.body)))), promise: nil)
    }
    context.write(wrapOutboundOut(.end(nil)), promise: promise)
  }

  private func close(_ context: ChannelHandlerContext) {
    state = .over
    context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
  }

  // MARK: Ends

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case PeerEvent.drain:
      isDraining = true
    case PeerEvent.cut(let reason):
      cut(context, reason)
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  private func cut(_ context: ChannelHandlerContext, _ reason: CutReason) {
    let answer =
      reason == .shutdown
      ? HTTPAnswer.problem(503, "This collector is stopping; try again.", retryAfter: 1)
      : HTTPAnswer.problem(408, "The request did not come to its end in time.")
    switch state {
    case .waiting:
      if reason == .slow { answerUnasked(answer) }
      close(context)
    case .collecting:
      refuse(context, answer)
      close(context)
    case .answering, .over:
      // The answer under way is the last one.
      isDraining = true
    case .discarding:
      close(context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is HTTPParserError else { return context.fireErrorCaught(error) }
    counters.count { $0.malformed += 1 }
    let answer = HTTPAnswer.problem(400, "This is no HTTP/1.1 request that can be read.")
    switch state {
    case .waiting:
      answerUnasked(answer)
      close(context)
    case .collecting:
      refuse(context, answer)
      close(context)
    case .answering, .discarding, .over:
      close(context)
    }
  }
}
