import AuditModel

/// A tenant's key for pseudonyms. With a new epoch every pseudonym is a new one, so that keys can rotate and what was
/// written before cannot be joined with what comes after.
package struct PseudonymKey: Sendable {
  /// Shortest key in bytes: that of the hash's security.
  package static let lengthMin = 32

  private let inner: [UInt8]
  private let outer: [UInt8]
  private let epoch: UInt32

  /// Nil for a key that is too short.
  package init?(key: [UInt8], epoch: UInt32) {
    guard key.count >= Self.lengthMin else { return nil }
    // RFC 2104: a key longer than a block is hashed first.
    let block = key.count > 64 ? Digest(of: key).bytes : key
    let padded = block + [UInt8](repeating: 0, count: 64 - block.count)
    inner = padded.map { $0 ^ 0x36 }
    outer = padded.map { $0 ^ 0x5C }
    self.epoch = epoch
  }

  /// HMAC-SHA256 of the epoch (four bytes, big-endian) and the value, of which the first four bytes are written.
  func pseudonym(of value: [UInt8]) -> [UInt8] {
    let message = (0..<4).map { UInt8(truncatingIfNeeded: epoch >> (24 - $0 * 8)) } + value
    return Array(Digest(of: outer + Digest(of: inner + message).bytes).hex.utf8.prefix(8))
  }
}
