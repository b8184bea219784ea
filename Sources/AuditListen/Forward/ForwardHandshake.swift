import AuditModel
import Crypto

/// The shared-key handshake of Fluent Forward v1: we greet with HELO, the peer proves with PING that it knows the key (and who it is), we
/// prove the same with PONG. Digests are SHA-512 in lower-case hex.
struct ForwardHandshake: Sendable {
  let credentials: ForwardCredentials
  private let nonce: [UInt8]
  private let authSalt: [UInt8]

  init(_ credentials: ForwardCredentials, nonce: [UInt8], authSalt: [UInt8]) {
    self.credentials = credentials
    self.nonce = nonce
    self.authSalt = credentials.users.isEmpty ? [] : authSalt
  }

  /// `["HELO", {"nonce": …, "auth": …, "keepalive": true}]`
  var greeting: [UInt8] {
    MessagePackWriter.array(2) + MessagePackWriter.string("HELO") + MessagePackWriter.map(3)
      + MessagePackWriter.string("nonce") + MessagePackWriter.binary(nonce)
      + MessagePackWriter.string("auth") + MessagePackWriter.binary(authSalt)
      + MessagePackWriter.string("keepalive") + MessagePackWriter.bool(true)
  }

  /// Whether the peer may send, what it is answered, and whose its lines are.
  struct Verdict {
    var isAccepted: Bool
    var answer: [UInt8]
    var tenant: TenantID?
  }

  /// Reads `["PING", hostname, salt, digest, username, password digest]`.
  func verdict(
    on bytes: Span<UInt8>, _ range: Range<Int>, fallback: TenantID?
  ) throws(MessagePackReader.Problem) -> Verdict {
    var reader = MessagePackReader(at: range.lowerBound)
    guard case .array(6) = try reader.next(bytes) else { throw .unexpected }
    var parts: [[UInt8]] = []
    for _ in 0..<6 {
      switch try reader.next(bytes) {
      case .string(let range), .binary(let range):
        parts.append(bytes.extracting(range).withUnsafeBufferPointer { Array($0) })
      default: throw .unexpected
      }
    }
    guard parts[0] == Array("PING".utf8) else { throw .unexpected }
    let (host, salt, digest) = (parts[1], parts[2], parts[3])
    let key = credentials.sharedKey
    guard Self.isEqual(digest, Self.digest(salt + host + nonce + key)) else {
      return Verdict(isAccepted: false, answer: pong(nil, reason: "shared key mismatch"))
    }
    var tenant = fallback
    if !credentials.users.isEmpty {
      guard let user = credentials.users.first(where: { Array($0.name.utf8) == parts[4] }),
        Self.isEqual(parts[5], Self.digest(authSalt + parts[4] + Array(user.password.utf8)))
      else { return Verdict(isAccepted: false, answer: pong(nil, reason: "username or password mismatch")) }
      tenant = user.tenant ?? fallback
    }
    let proof = Self.digest(salt + Array(Self.hostName.utf8) + nonce + key)
    return Verdict(isAccepted: true, answer: pong(proof, reason: ""), tenant: tenant)
  }

  private static let hostName = "audittail"

  /// `["PONG", accepted, reason, hostname, digest]`
  private func pong(_ proof: [UInt8]?, reason: String) -> [UInt8] {
    MessagePackWriter.array(5) + MessagePackWriter.string("PONG") + MessagePackWriter.bool(proof != nil)
      + MessagePackWriter.string(reason) + MessagePackWriter.string(Self.hostName)
      + MessagePackWriter.string(proof ?? [])
  }

  static func digest(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return SHA512.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  /// In a time that tells nothing of where they differ.
  private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
  }
}

/// What Forward peers have to prove.
package struct ForwardCredentials: Sendable {
  struct User: Sendable {
    let name: String
    let tenant: TenantID?
    let password: String
  }

  let sharedKey: [UInt8]
  let users: [User]

  /// - Parameters:
  ///   - sharedKey: the key file's text; white space around it is not part of the key.
  ///   - users: lines of `user tenant password`, with `-` for no tenant of its own; `#` begins a comment line.
  package init(sharedKey: String, users: String?) throws(ListenError) {
    let key = sharedKey.split { $0.isWhitespace || $0.isNewline }
    guard key.count == 1 else { throw ListenError("The Forward key's file holds no key, or several words.") }
    self.sharedKey = Array(key[0].utf8)
    var all: [User] = []
    for (index, line) in (users ?? "").split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.split(maxSplits: 2) { $0 == " " || $0 == "\t" || $0 == "\r" }
      if words.isEmpty || words[0].hasPrefix("#") { continue }
      let tenant = words.count == 3 ? TenantID(String(words[1])) : nil
      guard words.count == 3, tenant != nil || words[1] == "-" else {
        throw ListenError("Line \(index + 1) of the Forward users is not `user tenant password`.")
      }
      all.append(User(name: String(words[0]), tenant: tenant, password: String(words[2])))
    }
    self.users = all
  }
}
