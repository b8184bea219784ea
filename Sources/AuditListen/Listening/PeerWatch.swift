import AuditModel
import NIOCore
import NIOTLS

/// What the watch tells the handlers behind it, and the listener tells the watch.
enum PeerEvent: Sendable {
  /// The peer is to be cut: flush what is there, and end the input.
  case cut(CutReason)
  /// The program shuts down: what the peer has under way may come to its end, for a while.
  case drain
}

/// Sees to it that a peer keeps moving: it finishes its handshake, brings something now and then, and what it has begun it finishes, with a
/// least number of bytes a second. While we do not read, because the sink is busy, the peer is not to blame and the clock stands still.
///
/// It stands behind TLS and before the framing, whose handler says when a message ended. One timer a connection, set anew only when it
/// fires. Bound to its event loop.
final class PeerWatch: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let limits: ListenLimits
  private let idleTimeout: Duration
  private let counters: ListenCounters
  private var isHandshaking: Bool
  /// TLS is not the last handshake.
  private let waitsForForward: Bool
  private var beganAt = NIODeadline.uptimeNanoseconds(0)
  private var lastBytesAt = NIODeadline.uptimeNanoseconds(0)
  private var messageSince: NIODeadline?
  private var messageBytes = 0
  private var isReading = false
  private var pausedAt: NIODeadline?
  private var timer: Scheduled<Void>?
  private var context: ChannelHandlerContext?
  private var drainsUntil: NIODeadline?
  private var isOver = false

  private static let drainStep = TimeAmount.milliseconds(50)

  /// - Parameters:
  ///   - isHandshaking: a handshake has to come before anything else; `handshakeEnded` or TLS itself says that it did.
  ///   - waitsForForward: Forward's own comes after that of TLS.
  init(
    limits: ListenLimits, idleTimeout: Duration, isHandshaking: Bool, waitsForForward: Bool = false,
    counters: ListenCounters
  ) {
    self.limits = limits
    self.idleTimeout = idleTimeout
    self.isHandshaking = isHandshaking
    self.waitsForForward = waitsForForward
    self.counters = counters
  }

  // MARK: What the handlers behind it say

  func handshakeEnded() { isHandshaking = false }

  /// A message was complete. `isInNext` when bytes of another one are there already.
  func messageEnded(isInNext: Bool, now: NIODeadline) {
    messageSince = isInNext ? now : nil
    messageBytes = 0
  }

  /// Sends bytes past the handlers behind it.
  func send(_ bytes: ByteBuffer) { context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }

  // MARK: Events

  func channelActive(context: ChannelHandlerContext) {
    let now = context.eventLoop.now
    (beganAt, lastBytesAt) = (now, now)
    schedule(
      context, at: now + TimeAmount(isHandshaking ? limits.handshakeTimeout : min(limits.slowGrace, idleTimeout)))
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    stop()
    context.fireChannelInactive()
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    stop()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let now = context.eventLoop.now
    lastBytesAt = now
    if messageSince == nil { messageSince = now }
    messageBytes += unwrapInboundIn(data).readableBytes
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    pausedAt = context.eventLoop.now
    context.fireChannelReadComplete()
  }

  func read(context: ChannelHandlerContext) {
    if let pausedAt {
      let pause = context.eventLoop.now - pausedAt
      lastBytesAt = lastBytesAt + pause
      if let since = messageSince { messageSince = since + pause }
      self.pausedAt = nil
    }
    isReading = true
    context.read()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case TLSUserEvent.handshakeCompleted:
      if !waitsForForward { handshakeEnded() }
      context.fireUserInboundEventTriggered(event)
    case PeerEvent.drain:
      guard drainsUntil == nil, !isOver else { return }
      let now = context.eventLoop.now
      drainsUntil = now + TimeAmount(limits.drainTimeout)
      // What lies in the kernel's buffer has not been seen yet: the quiet begins now.
      lastBytesAt = now
      context.fireUserInboundEventTriggered(event)
      check(context)
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  // MARK: The timer

  private func stop() {
    isOver = true
    timer?.cancel()
    timer = nil
  }

  private func schedule(_ context: ChannelHandlerContext, at deadline: NIODeadline) {
    timer?.cancel()
    timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
      self?.check(context)
    }
  }

  private func check(_ context: ChannelHandlerContext) {
    guard !isOver else { return }
    let now = context.eventLoop.now
    if let drainsUntil {
      // Quiet for two steps with nothing under way, or too long.
      let isQuiet = messageSince == nil && now - lastBytesAt >= Self.drainStep * 2
      if isQuiet || now >= drainsUntil { return cut(context, .shutdown) }
      return schedule(context, at: now + Self.drainStep)
    }
    let deadline: NIODeadline
    let reason: CutReason
    if isHandshaking {
      (deadline, reason) = (beganAt + TimeAmount(limits.handshakeTimeout), .handshake)
    } else if !isReading {
      return schedule(context, at: now + TimeAmount(limits.slowGrace))
    } else if let messageSince {
      let earned = Int64(messageBytes) * 1000 / Int64(max(1, limits.bytesPerSecondMin))
      (deadline, reason) = (messageSince + TimeAmount(limits.slowGrace) + .milliseconds(earned), .slow)
    } else {
      (deadline, reason) = (lastBytesAt + TimeAmount(idleTimeout), .idle)
    }
    if now >= deadline { return cut(context, reason) }
    // A message that begins soon has its own, nearer deadline.
    schedule(context, at: min(deadline, now + TimeAmount(limits.slowGrace)))
  }

  private func cut(_ context: ChannelHandlerContext, _ reason: CutReason) {
    stop()
    if reason != .shutdown { counters.countCut(reason) }
    if reason == .handshake {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(PeerEvent.cut(reason))
    }
  }
}

extension TimeAmount {
  static func * (amount: TimeAmount, factor: Int64) -> TimeAmount { .nanoseconds(amount.nanoseconds * factor) }
}
