import Crypto

/// The root of a Merkle tree over a growing list, after RFC 6962 section 2.1: a leaf is SHA-256(0x00 ‖ data), a node
/// SHA-256(0x01 ‖ left ‖ right), the empty tree SHA-256 of nothing. Only the roots of the full subtrees on the right edge
/// are held: one digest a binary digit of the count.
package struct MerkleTree: Sendable {
  package private(set) var count = 0
  private var edge: [Digest] = []
  /// A leaf behind its 0x00.
  private var prefixed: [UInt8] = []

  package init() { edge.reserveCapacity(24) }

  /// - Parameter leaf: the data of one leaf, in pieces that belong together.
  package mutating func append(_ leaf: UnsafeRawBufferPointer) {
    // In one piece: two updates cost more than the copy.
    prefixed.removeAll(keepingCapacity: true)
    prefixed.append(0)
    prefixed.append(contentsOf: leaf)
    var hasher = SHA256()
    prefixed.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    push(Digest(hasher.finalize()))
  }

  package mutating func append(_ leaf: [UInt8]) { leaf.withUnsafeBytes { append($0) } }

  /// The root over all leaves so far; more can be appended afterwards.
  package var root: Digest {
    guard var right = edge.last else { return Digest(of: []) }
    for left in edge.dropLast().reversed() { right = Self.node(left, right) }
    return right
  }

  private mutating func push(_ leaf: Digest) {
    var digest = leaf
    var full = count
    while full & 1 == 1 {
      digest = Self.node(edge.removeLast(), digest)
      full >>= 1
    }
    edge.append(digest)
    count += 1
  }

  private static func node(_ left: Digest, _ right: Digest) -> Digest {
    withUnsafeTemporaryAllocation(byteCount: 1 + 2 * Digest.byteCount, alignment: 8) { buffer in
      buffer[0] = 1
      left.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[1..<33]).copyMemory(from: $0) }
      right.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[33..<65]).copyMemory(from: $0) }
      var hasher = SHA256()
      hasher.update(bufferPointer: UnsafeRawBufferPointer(buffer))
      return Digest(hasher.finalize())
    }
  }
}
