import JSON

/// The shape of a call's arguments: which keys stand at which paths, whatever their order, their values, and how long lists are. Two calls
/// with the same shape ask the tool the same kind of question.
struct ArgumentShape: Sendable {
  private(set) var tape = JSONTape(findsDuplicates: false)

  /// Scans a text, so that `tape` is of it; false where it is no JSON.
  mutating func scan(_ text: Span<UInt8>) -> Bool {
    do {
      try tape.scan(text)
      return true
    } catch {
      return false
    }
  }

  /// - Parameter text: a JSON value.
  /// - Returns: 0 for no arguments at all (`{}`, `[]`, `null`), and where the text is no JSON.
  mutating func hash(ofText text: Span<UInt8>) -> UInt64 {
    if text.count <= 2 { return 0 }
    guard scan(text) else { return 0 }
    return hash(of: 0, in: text)
  }

  /// The shape of one value of the text that was scanned last. Paths are summed, so their order does not matter; the paths of a list's
  /// elements are counted once each.
  func hash(of token: Int, in text: Span<UInt8>) -> UInt64 {
    var paths: [UInt64] = []
    collect(token, path: 0x51_7C_C1B7_2722_0A95, text, &paths)
    if paths.isEmpty { return 0 }
    paths.sort()
    var hash: UInt64 = 0x2545_F491_4F6C_DD1D
    var last: UInt64 = 0
    for path in paths where path != last {
      hash = Name.mix(hash ^ path, 0x9E37_79B9_7F4A_7C15)
      last = path
    }
    return hash == 0 ? 1 : hash
  }

  private func collect(_ token: Int, path: UInt64, _ text: Span<UInt8>, _ paths: inout [UInt64]) {
    switch tape.tokens[token].kind {
    case .object:
      tape.forEachMember(of: token) { key, value in
        let name = Name(text.extracting(tape.tokens[key].range))
        let below = Name.mix(path ^ name.hash, 0xE703_7ED1_A0B4_28DB)
        paths.append(below)
        collect(value, path: below, text, &paths)
      }
    case .array:
      let below = Name.mix(path ^ 0x5B, 0xE703_7ED1_A0B4_28DB)
      tape.forEachElement(of: token) { collect($0, path: below, text, &paths) }
    case .string, .number, .true, .false, .null:
      return
    }
  }
}
