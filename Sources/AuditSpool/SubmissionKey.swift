package import AuditModel

/// What a submission came under and what it held, each as 16 bytes of a SHA-256. The peer's own words are not kept, because nobody has
/// redacted them, and 16 bytes tell two of them apart as well.
package struct SubmissionKey: Hashable, Sendable {
  let high: UInt64
  let low: UInt64

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  package init(_ digest: Digest) {
    (high, low) = digest.withUnsafeBytes {
      (
        $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self).bigEndian,
        $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian
      )
    }
  }

  package init(_ text: String) { self.init(Digest(of: Array(text.utf8))) }
}

/// A submission that came under a key: what a repetition of it has to be told apart from another one by, and what it is answered.
package struct KeyedSubmission: Hashable, Sendable {
  /// What the peer calls it, within its tenant.
  package let name: SubmissionKey
  package let content: SubmissionKey
  package let records: Int32
  package let rejected: Int32

  package init(name: SubmissionKey, content: SubmissionKey, records: Int, rejected: Int) {
    self.name = name
    self.content = content
    self.records = Int32(clamping: records)
    self.rejected = Int32(clamping: rejected)
  }
}
