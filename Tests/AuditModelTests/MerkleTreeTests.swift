import AuditModel
import Testing

@Suite("A Merkle tree")
struct MerkleTreeTests {
  @Test("hashes leaves and nodes as RFC 6962 says")
  func publishedLeaves() {
    // The vectors of RFC 6962's reference implementations.
    #expect(root([[]]) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
    #expect(root([Array("L123456".utf8)]) == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56")
    #expect(MerkleTree().root.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test("agrees with the recursive definition for every size up to 70")
  func recursiveDefinition() {
    let leaves = (0..<70).map { Array("leaf \($0)".utf8) }
    var tree = MerkleTree()
    for count in 1...leaves.count {
      tree.append(leaves[count - 1])
      #expect(tree.count == count)
      #expect(tree.root == Self.definition(leaves.prefix(count)))
    }
  }

  @Test("changes its root when a leaf changes, leaves or moves")
  func sensitive() {
    let leaves = (0..<9).map { Array("leaf \($0)".utf8) }
    var changed = leaves
    changed[4][0] ^= 1
    var moved = leaves
    moved.swapAt(2, 3)
    let roots = [root(leaves), root(changed), root(moved), root(leaves.dropLast())]
    #expect(Set(roots).count == roots.count)
  }

  private func root(_ leaves: [[UInt8]]) -> String {
    var tree = MerkleTree()
    for leaf in leaves { tree.append(leaf) }
    return tree.root.hex
  }

  /// RFC 6962, 2.1: split at the largest power of two below the count.
  private static func definition(_ leaves: ArraySlice<[UInt8]>) -> Digest {
    if leaves.count == 1 { return Digest(of: [0] + leaves.first.unsafelyUnwrapped) }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    let left = definition(leaves.prefix(split))
    let right = definition(leaves.dropFirst(split))
    return Digest(of: [1] + left.bytes + right.bytes)
  }
}
