import AuditModel
import Crypto

/// The signature of the Standard Webhooks specification: HMAC-SHA256 over `id.timestamp.payload`, in base64, after `v1,`.
///
/// Source: standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Signature scheme".
package enum WebhookSignature {
  /// Why a secret is none: its text must not stand in the message.
  package struct BadSecret: Error, Hashable, CustomStringConvertible {
    package let description: String
  }

  /// A secret is 24 to 64 bytes, written as base64 behind `whsec_`.
  package static let secretBytes = 24...64

  /// - Parameter secret: `whsec_…`; the published test vector comes without the prefix, and so may others.
  package static func key(_ secret: String) throws(BadSecret) -> [UInt8] {
    let text = secret.hasPrefix("whsec_") ? String(secret.dropFirst(6)) : secret
    guard let bytes = Base64Text.decode(text) else {
      throw BadSecret(description: "a webhook's secret is whsec_ and base64")
    }
    guard secretBytes.contains(bytes.count) else {
      throw BadSecret(description: "a webhook's secret has 24 to 64 bytes, this one \(bytes.count)")
    }
    return bytes
  }

  package static func sign(id: String, timestamp: Int64, body: String, key: [UInt8]) -> String {
    let code = HMAC<SHA256>.authenticationCode(
      for: Array("\(id).\(timestamp).\(body)".utf8), using: SymmetricKey(data: key))
    return "v1,\(Base64Text.encode(Array(code)))"
  }

  /// Whether one of the signatures of a header is right, in a time that does not depend on how wrong they are.
  package static func verify(
    header: String, id: String, timestamp: Int64, body: String, key: [UInt8]
  ) -> Bool {
    header.split(separator: " ").contains { signature in
      guard signature.hasPrefix("v1,"), let code = Base64Text.decode(String(signature.dropFirst(3))) else {
        return false
      }
      return HMAC<SHA256>.isValidAuthenticationCode(
        code, authenticating: Array("\(id).\(timestamp).\(body)".utf8), using: SymmetricKey(data: key))
    }
  }
}

/// Base64 with padding (RFC 4648, section 4).
package enum Base64Text {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  package static func encode(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      var group = UInt32(bytes[start]) << 16
      if count > 1 { group |= UInt32(bytes[start + 1]) << 8 }
      if count > 2 { group |= UInt32(bytes[start + 2]) }
      for place in 0..<4 {
        out.append(place <= count ? alphabet[Int(group >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Nil for anything that `encode` would not have written, but for absent padding.
  static func decode(_ text: String) -> [UInt8]? {
    let digits = text.utf8.reversed().drop { $0 == UInt8(ascii: "=") }.reversed()
    guard digits.count % 4 != 1, text.utf8.count - digits.count <= 2 else { return nil }
    var out: [UInt8] = []
    var (group, bits): (UInt32, UInt32) = (0, 0)
    for digit in digits {
      guard let value = alphabet.firstIndex(of: digit) else { return nil }
      group = group << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        out.append(UInt8(group >> bits & 0xFF))
      }
    }
    return out
  }
}
