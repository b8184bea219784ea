import AuditModel

/// Says that two submissions of one tenant are one. The peer's own words are not kept, because nobody has redacted them: 16 bytes of
/// their SHA-256 tell two keys apart as well.
package struct SubmissionKey: Hashable, Sendable {
  let high: UInt64
  let low: UInt64

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  package init(_ text: String) {
    (high, low) = Digest(of: Array(text.utf8)).withUnsafeBytes {
      (
        $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self).bigEndian,
        $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian
      )
    }
  }
}
