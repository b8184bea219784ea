package import AuditModel
import Crypto

/// The keys that HTTP clients may come with. Only their digests are known here.
package struct APIKeys: Sendable {
  private struct Key: Sendable {
    let digest: [UInt8]
    let tenant: TenantID
  }

  private let keys: [Key]

  /// Reads lines of `name tenant sha256`, the last as 64 hex digits of the key's SHA-256; `#` begins a comment.
  package init(parsing text: String) throws(ListenError) {
    var keys: [Key] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }
      if words.isEmpty { continue }
      guard words.count == 3, let tenant = TenantID(String(words[1])), let digest = Self.digest(words[2]) else {
        throw ListenError("Line \(index + 1) of the API keys is not `name tenant sha256-of-the-key`.")
      }
      keys.append(Key(digest: digest, tenant: tenant))
    }
    self.keys = keys
  }

  /// The tenant of a key. Every digest is compared to its end, so the time tells nothing.
  package func tenant(of key: String) -> TenantID? {
    let digest = Array(SHA256.hash(data: Array(key.utf8)))
    var found: TenantID?
    for known in keys {
      var difference: UInt8 = 0
      for index in 0..<digest.count { difference |= digest[index] ^ known.digest[index] }
      if difference == 0 { found = known.tenant }
    }
    return found
  }

  private static func digest(_ hex: Substring) -> [UInt8]? {
    let digits = Array(hex.utf8)
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: 64, by: 2) {
      guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}
