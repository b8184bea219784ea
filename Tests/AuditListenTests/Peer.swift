import AuditModel
import Glibc
import NIOPosix

/// A client on a plain socket, which does exactly what a test tells it to. Its calls block, and so run on threads that may.
final class Peer: Sendable {
  private let descriptor: Int32

  struct Failure: Error, CustomStringConvertible {
    let call: String
    let code: Int32
    var description: String { "\(call): error \(code)" }
  }

  private init(_ descriptor: Int32) { self.descriptor = descriptor }
  deinit { Glibc.close(descriptor) }

  static func tcp(_ port: Int) throws -> Peer {
    let peer = Peer(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
    try peer.connect(to: port)
    return peer
  }

  static func udp(_ port: Int) throws -> Peer {
    let peer = Peer(socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0))
    try peer.connect(to: port)
    return peer
  }

  static func unix(_ path: String, isDatagram: Bool = false) throws -> Peer {
    let peer = Peer(socket(AF_UNIX, Int32(isDatagram ? SOCK_DGRAM.rawValue : SOCK_STREAM.rawValue), 0))
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(peer.descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else { throw Failure(call: "connect", code: errno) }
    return peer
  }

  private func connect(to port: Int) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw Failure(call: "connect", code: errno) }
  }

  private func onThread<T: Sendable>(_ body: @escaping @Sendable (Int32) throws -> T) async throws -> T {
    let descriptor = descriptor
    return try await NIOThreadPool.singleton.runIfActive { try body(descriptor) }
  }

  func send(_ bytes: [UInt8]) async throws {
    try await onThread { descriptor in
      var sent = 0
      while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes {
          Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count >= 0 else { throw Failure(call: "send", code: errno) }
        sent += count
      }
    }
  }

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  /// No more comes from here; answers may still come back.
  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// What comes back until the other side closes.
  func receiveAll() async throws -> String { String(decoding: try await receive { _ in false }, as: UTF8.self) }

  /// What comes back until it is enough, or the other side closes.
  func receive(until isEnough: @escaping @Sendable ([UInt8]) -> Bool) async throws -> [UInt8] {
    try await onThread { descriptor in
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65536)
      while !isEnough(bytes) {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count == 0 || (count < 0 && errno == ECONNRESET) { break }
        guard count > 0 else { throw Failure(call: "recv", code: errno) }
        bytes += buffer[..<count]
      }
      return bytes
    }
  }

  /// What comes back until a text is in it.
  func receive(until text: String) async throws -> String {
    String(decoding: try await receive { String(decoding: $0, as: UTF8.self).contains(text) }, as: UTF8.self)
  }
}

/// A whole HTTP exchange on a connection of its own.
func post(
  _ path: String, _ body: [UInt8], to port: Int, type: String = "application/x-ndjson", headers: [String] = []
) async throws -> String {
  let peer = try Peer.tcp(port)
  let head =
    ["POST \(path) HTTP/1.1", "Host: localhost", "Content-Type: \(type)", "Content-Length: \(body.count)"] + headers
    + ["Connection: close", "", ""]
  try await peer.send(Array(head.joined(separator: "\r\n").utf8) + body)
  return try await peer.receiveAll()
}

func post(_ path: String, _ body: String, to port: Int, type: String = "application/x-ndjson", headers: [String] = [])
  async throws -> String
{
  try await post(path, Array(body.utf8), to: port, type: type, headers: headers)
}
