import Glibc

/// An address of IPv4 or IPv6, and networks of them.
struct NetworkAddress: Hashable, Sendable {
  /// Of IPv6; an address of IPv4 is the mapped one (`::ffff:a.b.c.d`).
  let bits: UInt128

  init(bits: UInt128) { self.bits = bits }

  /// Reads an address as records write it: with a port behind it, in brackets, with a zone, or the first of a forwarded list.
  init?(_ text: String) {
    var text = Substring(text)
    if let comma = text.firstIndex(of: ",") { text = text[..<comma] }
    while text.first == " " { text = text.dropFirst() }
    while text.last == " " { text = text.dropLast() }
    if text.first == "[" {
      guard let end = text.firstIndex(of: "]") else { return nil }
      text = text[text.index(after: text.startIndex)..<end]
    } else if text.contains("."), let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon {
      text = text[..<colon]
    }
    if let zone = text.firstIndex(of: "%") { text = text[..<zone] }
    guard text.utf8.count <= 45 else { return nil }
    var four = in_addr()
    if inet_pton(AF_INET, String(text), &four) == 1 {
      bits = 0xFFFF_0000_0000 | UInt128(UInt32(bigEndian: four.s_addr))
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, String(text), &six) == 1 else { return nil }
    bits = withUnsafeBytes(of: &six) { $0.reduce(0) { $0 << 8 | UInt128($1) } }
  }

  var version4: UInt32? { bits >> 32 == 0xFFFF ? UInt32(truncatingIfNeeded: bits) : nil }

  /// The network that an address counts to: its /24, or /48 of IPv6.
  var network: UInt64 { version4.map { UInt64($0 >> 8) } ?? UInt64(truncatingIfNeeded: bits >> 80) | 1 << 63 }

  /// The larger network of an operator: its /16, or /32 of IPv6.
  var largeNetwork: UInt64 { version4.map { UInt64($0 >> 16) } ?? UInt64(truncatingIfNeeded: bits >> 96) | 1 << 63 }

  /// Addresses that have no place on earth: private, shared, loopback, link-local, documentation, multicast (RFC 6890).
  var hasNoPlace: Bool { Self.placeless.contains { $0.contains(self) } }

  private static let placeless: [NetworkRange] = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "::/128",
    "::1/128", "fc00::/7", "fe80::/10", "ff00::/8", "2001:db8::/32",
  ].compactMap { NetworkRange($0) }
}

/// A network in CIDR notation, or a single address.
struct NetworkRange: Hashable, Sendable {
  private let base: UInt128
  private let mask: UInt128

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = NetworkAddress(String(parts[0])) else { return nil }
    let width = address.version4 == nil ? 128 : 32
    var length = width
    if parts.count == 2 {
      guard let given = Int(parts[1]), (0...width).contains(given) else { return nil }
      length = given
    }
    let ones = length + 128 - width
    mask = ones == 0 ? 0 : UInt128.max << UInt128(128 - ones)
    base = address.bits & mask
  }

  func contains(_ address: NetworkAddress) -> Bool { address.bits & mask == base }
}
