import AuditModel
import NIOCore

/// What a stream's framing hands to its connection.
struct StreamBatch: Sendable {
  var lines: LineBatch
  var tenant: TenantID?
}

/// Bytes → lines, in the event loop: what one turn of reading brought goes on as one batch.
final class StreamFraming: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = StreamBatch

  private var framer: StreamFramer
  private let watch: PeerWatch
  private let identity: PeerIdentity
  private let pending: Reservation
  private let clock: @Sendable () -> RecordTime
  private var batch = LineBatch()
  private var tenant: TenantID?
  private var isIdentified = false
  private var isOver = false

  /// A batch goes on in the middle of a turn when it holds so much.
  private static let batchBytesMax = 256 << 10
  /// An unfinished line up to here is not worth counting.
  private static let pendingBytesFree = 16 << 10

  init(
    framer: StreamFramer, watch: PeerWatch, identity: PeerIdentity, pending: Reservation,
    clock: @escaping @Sendable () -> RecordTime
  ) {
    self.framer = framer
    self.watch = watch
    self.identity = identity
    self.pending = pending
    self.clock = clock
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOver, identify(context) else { return }
    let before = batch.lines.count
    unwrapInboundIn(data).withUnsafeReadableBytes { raw in
      framer.feed(Span(_unsafeBytes: raw), now: clock(), into: &batch)
    }
    if batch.lines.count > before || !framer.isInLine {
      watch.messageEnded(isInNext: framer.isInLine, now: context.eventLoop.now)
    }
    if batch.bytes.count >= Self.batchBytesMax { flush(context) }
    let open = framer.pendingBytes
    do throws(InFlightBytes.Refusal) {
      try pending.hold(open > Self.pendingBytesFree ? open : 0)
    } catch {
      identity.counters.countCut(.memory)
      end(context, isCut: true)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    flush(context)
    context.fireChannelReadComplete()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case PeerEvent.cut:
      end(context, isCut: true)
    case ChannelEvent.inputClosed:
      end(context, isCut: false)
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(context, isCut: false)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // The peer is gone in the middle: what it brought stays.
    end(context, isCut: true)
    context.fireErrorCaught(error)
  }

  private func identify(_ context: ChannelHandlerContext) -> Bool {
    if isIdentified { return true }
    do throws(PeerIdentity.Problem) {
      tenant = try identity.tenant(of: context)
      isIdentified = true
      return true
    } catch {
      identity.note(error)
      end(context, isCut: true)
      context.close(promise: nil)
      return false
    }
  }

  private func flush(_ context: ChannelHandlerContext) {
    guard !batch.isEmpty else { return }
    context.fireChannelRead(wrapInboundOut(StreamBatch(lines: batch.take(), tenant: tenant)))
  }

  private func end(_ context: ChannelHandlerContext, isCut: Bool) {
    guard !isOver else { return }
    isOver = true
    framer.finish(isCut: isCut, now: clock(), into: &batch)
    flush(context)
    context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
  }
}
