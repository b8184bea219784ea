import Glibc
import NIOPosix

/// What a name resolves to, as texts (getaddrinfo(3)), on a thread that may wait.
enum HostAddresses {
  static func resolve(_ host: String) async throws(SendFailure) -> [String] {
    let addresses: [String]
    do {
      addresses = try await NIOThreadPool.singleton.runIfActive { lookUp(host) }
    } catch {
      throw SendFailure("its name could not be looked up")
    }
    guard !addresses.isEmpty else { throw SendFailure("its name leads to no address") }
    return addresses
  }

  private static func lookUp(_ host: String) -> [String] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var addresses: [String] = []
    var entry = list
    while let found = entry {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      if getnameinfo(
        found.pointee.ai_addr, found.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
      {
        let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if !addresses.contains(address) { addresses.append(address) }
      }
      entry = found.pointee.ai_next
    }
    return addresses
  }
}
