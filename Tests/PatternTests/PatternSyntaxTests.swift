import Testing

@testable import Pattern

@Suite struct PatternSyntaxTests {
  @Test(
    "What a pattern matches",
    arguments: [
      ("ab+", "xabbab", ["abb", "ab"]), ("a|ab", "ab", ["a"]), ("ab|a", "ab", ["ab"]),
      ("a{2,3}", "aaaaa", ["aaa", "aa"]),
      ("a{2,3}?", "aaaaa", ["aa", "aa"]), ("a{2}", "aaaaa", ["aa", "aa"]), ("a{2,}", "aaaaa", ["aaaaa"]),
      ("x{a}", "x{a}", ["x{a}"]), ("x{1", "x{1", ["x{1"]), ("[]a]+", "]a]", ["]a]"]), ("[^]a]", "]ab", ["b"]),
      ("[a-]+", "a-b", ["a-"]), ("[-a]+", "a-b", ["a-"]), ("[\\d-]+", "1-2 a", ["1-2"]), ("[a\\]b]+", "a]b", ["a]b"]),
      ("\\d{3}", "12345678", ["123", "456"]), ("\\D+", "12ab", ["ab"]), ("\\w+", "a_1-é", ["a_1"]),
      ("\\S+", "a b\tc", ["a", "b", "c"]),
      ("\\bcat\\b", "cat concat cat", ["cat", "cat"]), ("\\Bcat", "cat concat", ["cat"]), ("^a", "aa", ["a"]),
      ("a$", "aa\n", []),
      ("(?m)a$", "a\nba\n", ["a", "a"]), ("(?m)^.", "ab\ncd", ["a", "c"]), ("a.b", "a\nb axb", ["axb"]),
      ("(?s)a.b", "a\nb", ["a\nb"]),
      ("(?i)straße", "STRAßE straße", ["STRAßE", "straße"]), ("(?i)É", "éÉ", ["é", "É"]), ("(?i:a)b", "Ab AB", ["Ab"]),
      ("a(?i)b|c", "aB C", ["aB", "C"]), ("(?:(?i)a)b", "Ab AB", ["Ab"]), ("(?i)[a-c]+(?-i)d", "ABd ABD", ["ABd"]),
      (".", "é€😀", ["é", "€", "😀"]), ("[^a]{2}", "éa€😀", ["€😀"]), ("[à-ÿ]+", "aéüz", ["éü"]), ("[^é]", "éa", ["a"]),
      ("\\x41\\x{e9}", "Aé", ["Aé"]), ("\\.\\*\\[\\\\", ".*[\\", [".*[\\"]), ("\\t\\n", "\t\n", ["\t\n"]),
      ("}]", "}]", ["}]"]),
      ("(?:a|b)*c", "abac", ["abac"]), ("(?:)", "a", []), ("a*", "baac", ["aa"]), ("a*?", "aa", []),
      ("(a|)+b", "aab", ["aab"]),
      ("\\Aa|b\\z", "abab", ["a", "b"]), ("[a-c&&b]+", "a&b", ["a&b"]), ("(?i)k", "kK", ["k", "K"]),
      ("🔑=\\w+", "🔑=x1", ["🔑=x1"]),
    ])
  func matched(pattern: String, text: String, expected: [String]) throws {
    #expect(try matches(pattern, text, capture: .whole) == expected)
  }

  @Test(
    "What a capture takes",
    arguments: [
      ("id=(\\d+)", .automatic, "id=42;", "42"), ("(?:a|b)(?P<s>c+)(d)", .automatic, "accd", "cc"),
      ("(a)(b)", .number(2), "ab", "b"), ("(?<x>a)(?<y>b)", .named("y"), "ab", "b"), ("(a)b", .whole, "ab", nil),
      ("(a)|b", .automatic, "b", nil), ("(?:(a)|b)+", .automatic, "ab", "a"), ("(a|b)+", .automatic, "aba", "a"),
      ("x(a*?)", .automatic, "xaa", ""), ("key: *(\\S+?);?$", .automatic, "key:  s3c;", "s3c"),
    ] as [(String, Pattern.Capture, String, String?)])
  func captured(pattern: String, capture: Pattern.Capture, text: String, expected: String?) throws {
    let bytes = Array(text.utf8)
    let match = try #require(try found(try Pattern(pattern, capture: capture), bytes).first)
    #expect(match.captured.map { String(decoding: bytes[$0], as: UTF8.self) } == expected)
  }

  @Test(
    "What cannot be matched in linear time, and what has no meaning, is refused with its column",
    arguments: [
      ("a(?=b)", 2, "looking ahead or behind"), ("(?<!a)b", 1, "looking ahead or behind"),
      ("(a)\\1", 4, "a reference back"),
      ("(?P<x>a)(?P=x)", 9, "a reference back"), ("\\k<x>", 1, "a reference back"), ("(?>a)", 1, "atomic"),
      ("a*+", 3, "possessive"),
      ("a**", 3, "a repetition of a repetition"), ("a{2}{3}", 5, "a repetition of a repetition"),
      ("(?R)", 1, "recursion"), ("*a", 1, "nothing to repeat"),
      ("a|+", 3, "nothing to repeat"), ("{2}", 1, "nothing to repeat"), ("(a", 1, "never closed"),
      ("a)", 2, "closes nothing"),
      ("[a", 1, "never closed"), ("[b-a]", 2, "upside down"), ("[\\d-z]", 4, "a range begins"),
      ("[a-\\d]", 2, "a range ends"), ("[[:alpha:]]", 2, "[:…:]"),
      ("a{3,2}", 2, "the most is less"), ("a{1001}", 3, "at most 1000"), ("a{,3}", 2, "write {0,n}"),
      ("\\", 1, "ends with"), ("a\\y", 2, "no meaning"),
      ("\\pL", 1, "not supported"), ("\\Z", 1, "write \\z"), ("\\xg", 1, "hexadecimal"),
      ("\\x{110000}", 1, "hexadecimal"), ("\\x{d800}", 1, "hexadecimal"),
      ("(?x)a", 3, "no flag"), ("(?i", 1, "never closed"), ("(?#a)", 1, "comments"), ("(a)(b)", 4, "a second group"),
      ("(?P<a b>c)", 1, "group's name"),
      ("(?P<a>c)(?P<a>d)", 9, "two groups"), ("", 1, "empty"), ("x(?:a{1000}){1000}", 5, "too long"),
      ("[^\\x{0}-\\x{10ffff}]", 1, "nothing at all"),
      (String(repeating: "(?:", count: 40) + String(repeating: ")", count: 40), 97, "groups within groups"),
      (String(repeating: "a", count: 5000), 4097, "longer than"),
      ("[a\\b]", 3, "no character"), ("(*UTF8)a", 1, "not supported"), ("\\u0041", 1, "write \\x{"),
    ])
  func refused(pattern: String, column: Int, message: String) {
    do {
      _ = try Pattern(pattern)
      Issue.record("\(pattern) is taken")
    } catch {
      #expect(error.column == column && error.message.contains(message), "\(pattern): \(error)")
      #expect(!error.message.hasSuffix("."))
    }
  }

  @Test("A group is chosen by number or name, and a wrong one is told")
  func captureChoice() {
    #expect(throws: PatternError.self) { try Pattern("(a)", capture: .number(2)) }
    #expect(throws: PatternError.self) { try Pattern("a", capture: .number(1)) }
    #expect(throws: PatternError.self) { try Pattern("(?P<x>a)", capture: .named("y")) }
  }

  @Test(
    "A literal that every match holds is known",
    arguments: [
      ("EMP-\\d{6}", ["emp-"]), ("\\d+-abcd-x?", ["-abcd-"]), ("(?:foo|quux)=\\w", ["foo", "quux"]),
      ("(?:foo|)x", ["x"]), ("\\w+", []), ("a?b*", []),
      ("(?i)Token: (\\w+)", ["token: "]), ("x{4}\\d", ["xxxx"]), ("(?:ab)+c", ["ab"]), ("ab?cde", ["cde"]),
      ("(?i)é=\\d", ["="]), ("\\bkey\\b", ["key"]), ("ké=", ["ké="]),
    ])
  func literals(pattern: String, expected: [String]) throws {
    #expect(try Pattern(pattern, capture: .whole).literals.map { String(decoding: $0, as: UTF8.self) } == expected)
  }

  @Test(
    "The shortest match is known",
    arguments: [("a{3}b?", 3), ("a|bcd", 1), ("é+", 2), ("(?:ab){2,}", 4), ("a*", 0), ("[^a]", 1)])
  func shortest(pattern: String, length: Int) throws {
    #expect(try Pattern(pattern).lengthMin == length)
  }

  @Test("A part of a text is searched alone, but seen in its place")
  func part() throws {
    let bytes = Array("xab abx".utf8)
    var matcher = PatternMatcher(try Pattern("\\bab|ab$"))
    matcher.start(bytes.span, part: 1..<6, of: 0..<7)
    #expect(matcher.next(bytes.span)?.range == 4..<6)
    matcher.start(bytes.span, part: 1..<3, of: 0..<7)
    #expect(matcher.next(bytes.span) == nil)
    matcher.start(bytes.span, part: 1..<3, of: 1..<3)
    #expect(matcher.next(bytes.span)?.range == 1..<3)
  }
}
