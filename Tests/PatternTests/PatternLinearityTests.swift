import Testing

@testable import Pattern

/// Steps are counted, not seconds: eight times the text costs about eight times the steps.
@Suite struct PatternLinearityTests {
  private func steps(_ pattern: Pattern, _ bytes: [UInt8]) -> Int {
    var matcher = PatternMatcher(pattern)
    _ = found(&matcher, bytes)
    return matcher.steps
  }

  private static let a = UInt8(ascii: "a")

  @Test(
    "Eight times the text is at most nine times the work",
    arguments: [
      ("(a+)+$", "a", "b"), ("(a|a)*b", "a", ""), ("(.*)*x", "a", ""), (".*x", "a", ""), (".*x", "ax", ""),
      (".*[^A-Z]|[A-Z]", "A", ""), ("a.*?b|a", "a", ""), ("(x+x+)+y", "x", ""), ("(?:a?){30}a{30}", "a", ""),
      ("[ab]*a[ab]{12}c", "abbab", ""), ("a(?:.*b)?", "a", ""), ("(?:a*)*(?:a*)*b", "a", ""),
      ("\\b(?:\\w+\\s?)*$", "ab ", "!"),
      ("(?:[a-z]+)*\\d", "abcdefghij", ""), ("x*y|.", "x", ""), ("(?s)a.*z|a", "a\n", ""), ("^(?:a|ab|b)*c", "ab", ""),
      ("(?i)(?:é|è|ê)+x", "é", ""),
    ])
  func linear(pattern: String, unit: String, end: String) throws {
    let compiled = try Pattern(pattern, capture: .whole)
    func text(_ count: Int) -> [UInt8] { Array(String(repeating: unit, count: count).utf8) + Array(end.utf8) }
    let small = steps(compiled, text(4_000))
    let large = steps(compiled, text(32_000))
    #expect(large <= small * 9, "\(pattern): \(small) steps, then \(large)")
  }

  @Test("A byte never costs more than a few looks at each instruction, also without the cache")
  func bound() throws {
    var generator = SplitMix(state: 3)
    let bytes = (0..<40_000).map { _ in UInt8.random(in: 97...98, using: &generator) }
    for text in ["a[ab]{40}", "(?:a[ab]{1,30}|b[ab]{2,40})+c", "(?:a|b|ab|ba|aab){1,20}c"] {
      let pattern = try Pattern(text)
      #expect(steps(pattern, bytes) <= bytes.count * pattern.instructionCount * 5, "\(text)")
    }
  }

  @Test("A pattern of n questions is linear in n times the text", arguments: [10, 100, 400])
  func questions(count: Int) throws {
    let pattern = try Pattern("(?:a?){\(count)}a{\(count)}")
    let bytes = [UInt8](repeating: Self.a, count: count)
    #expect(try found(pattern, bytes).map(\.range) == [0..<count])
    #expect(steps(pattern, bytes) <= (count + 2) * pattern.instructionCount * 5)
  }

  @Test("Searching over and over after each match reads nothing twice")
  func overAndOver() throws {
    // Each match is one letter, and to know that a search has to see that no capital ends the text.
    let bytes = [UInt8](repeating: UInt8(ascii: "A"), count: 100_000)
    let pattern = try Pattern(".*[^A-Z]|[A-Z]")
    var matcher = PatternMatcher(pattern)
    #expect(found(&matcher, bytes).count == bytes.count)
    #expect(matcher.steps < bytes.count * 30)
  }

  @Test("A literal scanner says which groups have a literal", arguments: [UInt64.random(in: 0...UInt64.max), 1])
  func literals(seed: UInt64) {
    var random = SplitMix(state: seed)
    for length in [3, 4, 5, 7, 12] {
      let groups = (0..<100).map { _ in
        (0..<2).map { _ in
          (0..<length + Int.random(in: 0...3, using: &random)).map { _ in UInt8.random(in: 97...100, using: &random) }
        }
      }
      let scanner = LiteralScanner(groups)
      for _ in 0..<60 {
        let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
          ([97, 98, 99, 100, 65, 66, 10] as [UInt8]).randomElement(using: &random)!
        }
        let low = Int.random(in: 0...bytes.count, using: &random)
        let range = low..<Int.random(in: low...bytes.count, using: &random)
        let folded = bytes[range].map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }
        let found = scanner.groups(in: bytes.span, range)
        for (group, literals) in groups.enumerated() {
          let stands = literals.contains { literal in
            folded.count >= literal.count
              && (0...folded.count - literal.count).contains { Array(folded[$0..<$0 + literal.count]) == literal }
          }
          #expect(found.contains(group) == stands, "seed \(seed): \(literals) in \(folded)")
        }
      }
    }
  }
}
