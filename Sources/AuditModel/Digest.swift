import Crypto

/// A SHA-256 digest: 32 bytes held inline, so that a tree of a million leaves needs no heap object a leaf.
package struct Digest: Hashable, Sendable, CustomStringConvertible {
  package static let byteCount = 32
  /// 32 zero bytes: what the first row of a chain names as its predecessor.
  package static let zero = Digest(words: (0, 0, 0, 0))

  private var words: (UInt64, UInt64, UInt64, UInt64)

  private init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  init(_ digest: SHA256Digest) {
    words = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { target in
      digest.withUnsafeBytes { target.copyMemory(from: $0) }
    }
  }

  package init(of bytes: [UInt8]) { self.init(SHA256.hash(data: bytes)) }

  /// - Returns: nil unless there are exactly 32 bytes.
  package init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    words = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
  }

  package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

  package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    Swift.withUnsafeBytes(of: words) { body($0) }
  }

  package var hex: String {
    var text: [UInt8] = []
    text.reserveCapacity(64)
    withUnsafeBytes { raw in
      for byte in raw {
        text.append(Self.digits[Int(byte >> 4)])
        text.append(Self.digits[Int(byte & 15)])
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static let digits = Array("0123456789abcdef".utf8)

  package var description: String { hex }

  package static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
  }
}
