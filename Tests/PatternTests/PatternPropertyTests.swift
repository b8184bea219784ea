import Testing

@testable import Pattern

@Suite struct PatternPropertyTests {
  @Test(
    "The matcher agrees with backtracking on random patterns and texts",
    arguments: [UInt64.random(in: 0...UInt64.max), 1, 2, 3, 4])
  func agreesWithBacktracking(seed: UInt64) throws {
    var generator = PatternGenerator(seed: seed)
    var (compared, tooLong, matched) = (0, 0, 0)
    for _ in 0..<1500 {
      let text = generator.pattern(depth: 4)
      let pattern = try Pattern(text, capture: text.contains("(?P<s>") ? .named("s") : .whole)
      var parser = PatternParser(text)
      _ = try parser.parse()
      let number = parser.groups.firstIndex { $0.name == "s" }.map { $0 + 1 }
      var matcher = PatternMatcher(pattern)
      for _ in 0..<4 {
        let bytes = generator.bytes()
        do {
          var reference = try BacktrackingMatcher(text, capture: number, bytes)
          let expected = try reference.found()
          let actual = found(&matcher, bytes)
          compared += 1
          matched += expected.isEmpty ? 0 : 1
          if reference.node.repeatsNothing {
            #expect(
              actual.first?.range.lowerBound == expected.first?.range.lowerBound,
              "seed \(seed): \(text.debugDescription)")
            continue
          }
          #expect(actual == expected, "seed \(seed): \(text.debugDescription) in \(bytes)")
          if actual != expected { return }
          for match in expected {
            let part = bytes[match.range]
            #expect(match.range.count >= pattern.lengthMin, "seed \(seed): \(text.debugDescription)")
            #expect(
              pattern.literals.isEmpty || pattern.literals.contains { holds(part, $0) },
              "seed \(seed): \(text.debugDescription) matches \(part) without a literal")
          }
        } catch is BacktrackingMatcher.TooLong {
          tooLong += 1
        }
      }
    }
    #expect(
      compared > 4000 && matched > 1000, "seed \(seed): \(compared) compared, \(matched) matched, \(tooLong) too long")
  }

  private func holds(_ part: ArraySlice<UInt8>, _ literal: [UInt8]) -> Bool {
    let folded = part.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }
    return folded.count >= literal.count
      && (0...folded.count - literal.count).contains { Array(folded[$0..<$0 + literal.count]) == literal }
  }

  @Test("Blocks, parts and an emptied cache change nothing", arguments: [UInt64.random(in: 0...UInt64.max), 7])
  func blocks(seed: UInt64) throws {
    var generator = PatternGenerator(seed: seed)
    for pattern in ["a[ab]{9}b", "(?:a|ab)+?b", "\\bab*\\b", "a.{300}b", "[ab]*a[ab]{9,11}b|b{3}", "a[^\n]*$", "é+|b"] {
      var matcher = PatternMatcher(try Pattern(pattern))
      for _ in 0..<4 {
        var bytes: [UInt8] = []
        while bytes.count < 3000 { bytes += generator.bytes() }
        let whole = found(&matcher, bytes)
        // Reading the same as one block means a text of at most 256 bytes: cut around each match, with what is seen.
        for match in whole {
          let part = match.range
          var alone = PatternMatcher(try Pattern(pattern))
          alone.start(bytes.span, part: part, of: 0..<bytes.count)
          #expect(alone.next(bytes.span)?.range.lowerBound == part.lowerBound, "seed \(seed): \(pattern)")
        }
        var reference = PatternMatcher(try Pattern(pattern))
        #expect(found(&reference, bytes) == whole, "seed \(seed): \(pattern)")
      }
    }
  }

  @Test("The automaton is thrown away when it grows too large, and finds the same")
  func clearing() throws {
    // Reading backwards, what the last thirteen letters were makes a state of its own.
    var matcher = PatternMatcher(try Pattern("[ab]{13}a"))
    var generator = SplitMix(state: 5)
    let bytes = (0..<60_000).map { _ in UInt8.random(in: 97...98, using: &generator) }
    let matches = found(&matcher, bytes)
    #expect(matcher.clearings > 0)
    var expected: [Range<Int>] = []
    var place = 0
    while place + 14 <= bytes.count {
      let isMatch = bytes[place + 13] == 97
      if isMatch { expected.append(place..<place + 14) }
      place += isMatch ? 14 : 1
    }
    #expect(matches.map(\.range) == expected)
  }
}

extension PatternNode {
  /// Whether something is repeated without a limit that prefers to take nothing. Engines that simulate all alternatives
  /// at once differ there from those that go back, and this one from the textbook's.
  fileprivate var repeatsNothing: Bool {
    switch self {
    case .empty, .set, .assertion: false
    case .sequence(let nodes), .choice(let nodes): nodes.contains { $0.repeatsNothing }
    case .capture(let node, _): node.repeatsNothing
    case .repeated(let node, _, let max, _, _):
      node.repeatsNothing || max == nil && node.isNullable && node.prefersNothing
    }
  }

  private var prefersNothing: Bool {
    switch self {
    case .empty, .set, .assertion: false
    case .sequence(let nodes): nodes.contains { $0.prefersNothing }
    case .choice(let nodes): nodes.dropLast().contains { $0.isNullable } || nodes.contains { $0.prefersNothing }
    case .capture(let node, _): node.prefersNothing
    case .repeated(let node, _, _, let isLazy, _): isLazy || node.prefersNothing
    }
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Small patterns and texts over few letters, so that they meet.
struct PatternGenerator {
  private var random: SplitMix
  private var isCaptured = false

  init(seed: UInt64) { random = SplitMix(state: seed) }

  mutating func pattern(depth: Int) -> String {
    isCaptured = false
    return node(depth)
  }

  private mutating func node(_ depth: Int) -> String {
    switch Int.random(in: 0..<(depth > 0 ? 10 : 4), using: &random) {
    case 0...2: return ["a", "b", "é", "ab", "_", "\\n"].randomElement(using: &random)!
    case 3:
      return [
        ".", "[ab]", "[^a]", "[^aé]", "\\w", "\\b", "\\B", "^", "$", "(?i:A)", "[a-zü-ÿ]", "\\s", "(?m:^)", "(?m:$)",
        "(?s:.)",
        "(?:)", "\\D",
      ].randomElement(using: &random)!
    case 4...5: return node(depth - 1) + node(depth - 1)
    case 6: return "(?:" + node(depth - 1) + "|" + node(depth - 1) + ")"
    case 7...8:
      let times = ["*", "+", "?", "{2}", "{0,2}", "{1,3}", "{2,}", "*?", "+?", "??", "{1,2}?", "{0,}?"]
      return "(?:" + node(depth - 1) + ")" + times.randomElement(using: &random)!
    default:
      if isCaptured { return "(" + node(depth - 1) + ")" }
      isCaptured = true
      return "(?P<s>" + node(depth - 1) + ")"
    }
  }

  mutating func bytes() -> [UInt8] {
    let pieces: [[UInt8]] = [
      [97], [98], [97], [98], [0xC3, 0xA9], [95], [10], [32], [0xC3], [0x80], [0xE2, 0x82, 0xAC], [65],
    ]
    let count = Int.random(in: 0...10, using: &random)
    return (0..<count).flatMap { _ in pieces.randomElement(using: &random)! }
  }
}
