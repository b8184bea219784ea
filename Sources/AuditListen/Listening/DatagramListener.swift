import AuditModel
import Logging
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Listens on a UDP or unix datagram socket. While the sink is busy nothing is read: a unix sender then waits, and of UDP the kernel drops
/// what its buffer does not hold, and counts it.
struct DatagramListener: Sendable {
  let address: ListenAddress
  private let parts: ListenerParts
  private let receiver: Receiver

  init(_ address: ListenAddress, _ parts: ListenerParts) throws(ListenError) {
    let socket = try DatagramSocket(address, limits: parts.limits)
    self.address = address.bound(to: address.transport == .udp ? socket.port : 0)
    self.parts = parts
    receiver = Receiver(socket)
  }

  func run() async {
    let pump = parts.pump(address)
    // Receiving blocks, and so has a thread of its own.
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    var lost = 0
    var isLast = false
    while true {
      // After the word to stop, what is in the kernel's buffer still counts.
      isLast = isLast || Task.isShuttingDownGracefully || Task.isCancelled
      guard let (batch, lostNow) = try? await threads.runIfActive({ receive() }) else { break }
      if lostNow > lost {
        parts.counters.count { $0.datagramsLost += lostNow - lost }
        pump.logger.error(
          "The kernel dropped datagrams that were not read in time.", metadata: ["datagrams": "\(lostNow - lost)"])
        lost = lostNow
      }
      if !batch.isEmpty, await !pump.bring(batch, tenant: address.tenant) { break }
      if batch.isEmpty, isLast { break }
    }
    receiver.close()
    try? await threads.shutdownGracefully()
  }

  private func receive() -> (LineBatch, lost: Int) {
    var batch = LineBatch()
    let lost = receiver.receive(into: &batch, now: parts.clock(), lineBytesMax: parts.limits.lineBytesMax)
    return (batch, lost)
  }
}

/// Shares the socket between the listener and its thread.
private final class Receiver: Sendable {
  private let socket: Mutex<DatagramSocket?>

  init(_ socket: consuming sending DatagramSocket) { self.socket = Mutex(socket) }

  func receive(into batch: inout LineBatch, now: RecordTime, lineBytesMax: Int) -> Int {
    socket.withLock { socket in
      socket?.receive(into: &batch, now: now, lineBytesMax: lineBytesMax)
      return socket?.lost ?? 0
    }
  }

  func close() { socket.withLock { $0 = nil } }
}
