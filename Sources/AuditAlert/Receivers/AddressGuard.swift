/// Which addresses a receiver may have, so that a name that leads to a metadata service cannot be used to get a machine's credentials
/// (Standard Webhooks, "SSRF"; RFC 3927, RFC 4291).
///
/// Refused unless the operator allows them: loopback, link-local, "this network", multicast, and the metadata services of clouds that stand
/// elsewhere. Private networks are allowed: that is where an Alertmanager stands, and who writes the configuration is no stranger.
package struct AddressGuard: Sendable, Hashable {
  /// A range of addresses as `10.0.0.0/8` or `fd00::/8`; a single address is one too.
  package struct Range: Sendable, Hashable, CustomStringConvertible {
    let bytes: [UInt8]
    let bits: Int
    package let description: String

    package init?(_ text: String) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard (1...2).contains(parts.count), let bytes = AddressGuard.bytes(of: String(parts[0])) else { return nil }
      let all = bytes.count * 8
      let bits = parts.count == 2 ? Int(parts[1]) : all
      guard let bits, (0...all).contains(bits) else { return nil }
      (self.bytes, self.bits, description) = (bytes, bits, text)
    }

    func contains(_ address: [UInt8]) -> Bool {
      guard address.count == bytes.count else { return false }
      for bit in 0..<bits where (address[bit / 8] ^ bytes[bit / 8]) >> UInt8(7 - bit % 8) & 1 != 0 { return false }
      return true
    }
  }

  private let allowed: [Range]
  private static let refused: [(Range?, String)] = [
    (Range("127.0.0.0/8"), "loopback"), (Range("::1"), "loopback"), (Range("169.254.0.0/16"), "link-local"),
    (Range("fe80::/10"), "link-local"), (Range("0.0.0.0/8"), "unspecified"), (Range("::"), "unspecified"),
    (Range("224.0.0.0/4"), "multicast"), (Range("ff00::/8"), "multicast"), (Range("240.0.0.0/4"), "reserved"),
    (Range("100.100.100.200"), "a metadata service"), (Range("168.63.129.16"), "a metadata service"),
    (Range("192.0.0.192"), "a metadata service"), (Range("fd00:ec2::254"), "a metadata service"),
    (Range("fd20:ce::254"), "a metadata service"),
  ]

  package init(allowing allowed: [Range] = []) { self.allowed = allowed }

  /// The same guard, with more that is allowed.
  package func allowing(_ more: [Range]) -> AddressGuard { AddressGuard(allowing: allowed + more) }

  /// What is wrong with an address; nil where it may be used. What is no address is refused.
  package func problem(with address: String) -> String? {
    guard let bytes = Self.bytes(of: address) else { return "no address" }
    if allowed.contains(where: { $0.contains(bytes) }) { return nil }
    return Self.refused.first { $0.0?.contains(bytes) ?? false }?.1
  }

  /// An IPv4 address within IPv6 (::ffff:a.b.c.d, 64:ff9b::a.b.c.d) is that IPv4 address.
  static func bytes(of address: String) -> [UInt8]? {
    if let four = four(address) { return four }
    guard let six = six(address) else { return nil }
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
    return six.starts(with: mapped) || six.starts(with: translated) ? Array(six[12...]) : six
  }

  private static func four(_ text: String) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    let bytes = parts.compactMap { part in
      part.utf8.count <= 3 && part.utf8.allSatisfy { $0 &- 0x30 < 10 } ? UInt8(part) : nil
    }
    return bytes.count == 4 ? bytes : nil
  }

  private static func six(_ text: String) -> [UInt8]? {
    // A zone (`%eth0`) says which link; the address is what counts.
    let text = text.prefix { $0 != "%" }
    let halves = text.split(separator: ":", omittingEmptySubsequences: false)
    guard halves.count >= 3 else { return nil }
    func words(_ part: Substring) -> [UInt8]? {
      var bytes: [UInt8] = []
      if part.isEmpty { return bytes }
      for word in part.split(separator: ":", omittingEmptySubsequences: false) {
        if word.contains(".") {
          guard let inner = four(String(word)) else { return nil }
          bytes += inner
        } else {
          guard (1...4).contains(word.utf8.count), let value = UInt16(word, radix: 16) else { return nil }
          bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
        }
      }
      return bytes
    }
    guard let gap = Self.gap(text) else { return words(text).flatMap { $0.count == 16 ? $0 : nil } }
    guard let front = words(text[..<gap]), let back = words(text[text.index(gap, offsetBy: 2)...]),
      front.count + back.count <= 14
    else { return nil }
    return front + [UInt8](repeating: 0, count: 16 - front.count - back.count) + back
  }

  private static func gap(_ text: Substring) -> Substring.Index? {
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(after: index)
      if text[index] == ":", next < text.endIndex, text[next] == ":" { return index }
      index = next
    }
    return nil
  }
}
