import AuditModel
import Glibc

/// A bound datagram socket, read by blocking calls on a thread that may block. NIO refuses datagrams whose sender has no address, which on
/// unix sockets is every usual one.
struct DatagramSocket: ~Copyable {
  private let descriptor: Int32
  private let address: ListenAddress
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private(set) var lost = 0

  /// Datagrams taken at once.
  private static let batchBytesMax = 1 << 20
  private static let pollMilliseconds: Int32 = 100
  /// `SO_MEMINFO`, and in its answer the number of drops: linux/sock_diag.h.
  private static let memoryInfo: Int32 = 55
  private static let dropsIndex = 8

  init(_ address: ListenAddress, limits: ListenLimits) throws(ListenError) {
    self.address = address
    descriptor = try address.transport == .udp ? Self.bindUDP(address) : Self.bindUnix(address)
    var size = Int32(clamping: limits.datagramBufferBytes)
    let length = socklen_t(MemoryLayout<Int32>.size)
    // Beyond net.core.rmem_max only root may go; what the kernel gives is what it is.
    if setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, length) != 0 {
      _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, length)
    }
  }

  deinit {
    close(descriptor)
    if address.transport == .unixDatagram { unlink(address.path) }
  }

  /// The port it stands on.
  var port: Int {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard status == 0 else { return 0 }
    // sin_port and sin6_port lie at the same place.
    return withUnsafeBytes(of: storage) { Int($0[2]) << 8 | Int($0[3]) }
  }

  /// Waits a moment for datagrams and takes what is there.
  mutating func receive(into batch: inout LineBatch, now: RecordTime, lineBytesMax: Int) {
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard Glibc.poll(&poll, 1, Self.pollMilliseconds) > 0 else { return }
    while batch.bytes.count < Self.batchBytesMax {
      let flags = Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC)
      let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, flags) }
      guard count >= 0 else { break }
      // With MSG_TRUNC it is the datagram's whole length.
      let kept = min(count, buffer.count)
      StreamFramer.datagram(
        buffer.span.extracting(0..<kept), framing: address.framing, lineBytesMax: lineBytesMax, isCut: kept < count,
        now: now, into: &batch)
    }
    countLost()
  }

  private mutating func countLost() {
    var info = [UInt32](repeating: 0, count: 16)
    var length = socklen_t(info.count * MemoryLayout<UInt32>.size)
    if getsockopt(descriptor, SOL_SOCKET, Self.memoryInfo, &info, &length) == 0, Int(length) > Self.dropsIndex * 4 {
      lost = Int(info[Self.dropsIndex])
    }
  }

  private static func bindUnix(_ address: ListenAddress) throws(ListenError) -> Int32 {
    try UnixSocketFile.clear(address.path, isDatagram: true)
    let descriptor = try make(AF_UNIX)
    var name = UnixAddress(address.path)
    guard name.with({ bind(descriptor, $0, $1) }) == 0 else { throw failure(address, descriptor) }
    do {
      try UnixSocketFile.setMode(address.path, address.mode)
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  private static func bindUDP(_ address: ListenAddress) throws(ListenError) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(address.host, "\(address.port)", &hints, &found) == 0, let first = found else {
      throw ListenError("The host of \(address) is not known.")
    }
    defer { freeaddrinfo(found) }
    let descriptor = try make(first.pointee.ai_family)
    guard bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
      throw failure(address, descriptor)
    }
    return descriptor
  }

  private static func make(_ family: Int32) throws(ListenError) -> Int32 {
    let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw ListenError("No socket is to be had: \(systemReason(errno)).") }
    return descriptor
  }

  private static func failure(_ address: ListenAddress, _ descriptor: Int32) -> ListenError {
    let code = errno
    close(descriptor)
    return ListenError.cannotListen(address, code: code)
  }
}

extension ListenError {
  static func cannotListen(_ address: ListenAddress, code: Int32) -> ListenError {
    switch code {
    case EADDRINUSE: ListenError("\(address) is in use already.")
    case EACCES: ListenError("\(address) is not permitted to this user.")
    case EADDRNOTAVAIL: ListenError("\(address) is no address of this machine.")
    default: ListenError("\(address) cannot be listened on: \(systemReason(code)).")
    }
  }
}
