/// One JSON document as a flat list of tokens in document order, reused from line to line.
///
/// `tokens[0]` is the root. In an object the children alternate key, value; a key is a string token without
/// children of its own. Nothing is copied out of the input: every reader takes the same bytes again.
package struct JSONTape: Sendable {
  package internal(set) var tokens: [JSONToken] = []
  /// The union of all tokens' flags.
  package internal(set) var flags: JSONFlags = []
  /// How many containers were open at once at most.
  package internal(set) var depth = 0
  /// Containers that may be open at once.
  package let depthMax: Int
  /// Tokens a document may have; each costs 16 bytes.
  package let tokensMax: Int

  /// Open containers while scanning.
  var frames: [JSONFrame]
  /// Hash table for the keys of one large object; see `markDuplicates`.
  var keySlots: [UInt32] = []
  let hashSeed = UInt64.random(in: .min ... .max)

  /// Whether keys that an object has twice are flagged, which costs a little for each key.
  let findsDuplicates: Bool

  package init(depthMax: Int = 64, tokensMax: Int = 1 << 20, findsDuplicates: Bool = true) {
    self.findsDuplicates = findsDuplicates
    precondition(depthMax > 0 && tokensMax > 0)
    self.depthMax = depthMax
    self.tokensMax = tokensMax
    frames = Array(repeating: JSONFrame(), count: depthMax)
    tokens.reserveCapacity(256)
  }

  /// Index one past the last descendant of the value at `index`.
  @inlinable @inline(__always) package func end(of index: Int) -> Int { Int(tokens[index].next) }

  /// Calls `body` with the token indices of each key and its value, in document order.
  @inlinable package func forEachMember<Failure: Error>(
    of object: Int, _ body: (_ key: Int, _ value: Int) throws(Failure) -> Void
  ) throws(Failure) {
    var key = object + 1
    let end = Int(tokens[object].next)
    while key < end {
      try body(key, key + 1)
      key = Int(tokens[key + 1].next)
    }
  }

  /// Calls `body` with the token index of each element, in document order.
  @inlinable package func forEachElement<Failure: Error>(
    of array: Int, _ body: (_ value: Int) throws(Failure) -> Void
  ) throws(Failure) {
    var value = array + 1
    let end = Int(tokens[array].next)
    while value < end {
      try body(value)
      value = Int(tokens[value].next)
    }
  }

  /// Token index of the value under `name`; of several, the last, which is also what jsonb keeps.
  package func member(of object: Int, named name: StaticString, in bytes: Span<UInt8>) -> Int? {
    guard tokens[object].kind == .object else { return nil }
    var found: Int?
    forEachMember(of: object) { key, value in
      if self.key(at: key, in: bytes, equals: name) { found = value }
    }
    return found
  }
}

/// A container that is still open, and what is known of its keys.
struct JSONFrame: Sendable {
  var container: UInt32 = 0
  var isObject = false
  /// Set when two keys may be the same; then `markDuplicates` looks closely.
  var hasSuspectKeys = false
  /// A 64-bit Bloom filter over the keys so far.
  var keyFilter: UInt64 = 0
}
