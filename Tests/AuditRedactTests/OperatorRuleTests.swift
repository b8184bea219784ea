import JSON
import Pattern
import Testing

@testable import AuditRedact

@Suite struct OperatorRuleTests {
  /// Rules as an operator writes them.
  static func rules(_ own: [OperatorRule], _ change: (inout RedactionPolicy) -> Void = { _ in }) -> RedactionRules {
    var policy = RedactionPolicy()
    policy.operatorRules = own
    change(&policy)
    return RedactionRules(policy: policy)
  }

  private static func employee() throws -> OperatorRule {
    try OperatorRule(name: "employee", pattern: #"\bEMP-\d{6}\b"#)
  }

  private func base64(_ text: String) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var (out, word, bits) = ("", UInt32(0), 0)
    for byte in text.utf8 {
      (word, bits) = (word << 8 | UInt32(byte), bits + 8)
      while bits >= 6 {
        bits -= 6
        out.append(digits[Int(word >> UInt32(bits)) & 63])
      }
    }
    if bits > 0 { out.append(digits[Int(word << UInt32(6 - bits)) & 63]) }
    return out
  }

  @Test(
    "A rule's finding goes wherever it stands",
    arguments: [
      (
        #"{"tool":"t","args":{"note":"ask EMP-123456 now"}}"#,
        #"{"tool":"t","args":{"note":"ask [REDACTED:custom.employee] now"}}"#
      ),
      (#"{"tool":"t","error":"no EMP-123456"}"#, #"{"tool":"t","error":"no [REDACTED:custom.employee]"}"#),
      (#"{"tool":"EMP-123456"}"#, #"{"tool":"[REDACTED:custom.employee]"}"#),
      (#"{"args":{"EMP-123456":1}}"#, #"{"args":{"[REDACTED:custom.employee]":1}}"#),
      (#"{"args":{"the key EMP-123456":1}}"#, #"{"args":{"the key [REDACTED:custom.employee]":1}}"#),
      (#"{"args":["EMP-123456","EMP-12"]}"#, #"{"args":["[REDACTED:custom.employee]","EMP-12"]}"#),
      (#"{"args":{"j":"{\"who\":\"EMP-123456\"}"}}"#, #"{"args":{"j":"{\"who\":\"[REDACTED:custom.employee]\"}"}}"#),
      (#"{"args":{"q":"EM\u0050-123456"}}"#, #"{"args":{"q":"[REDACTED:custom.employee]"}}"#),
      (#"{"args":{"q":"a=EMP%2D123456&b"}}"#, #"{"args":{"q":"a=[REDACTED:custom.employee]&b"}}"#),
      (#"{"args":{"q":"EMP-123456EMP-654321"}}"#, #"{"args":{"q":"EMP-123456EMP-654321"}}"#),
      ("no json EMP-123456 {", "no json [REDACTED:custom.employee] {"),
      (#"{"args":{"q":"EMP-123456"#, #"{"args":{"q":"[REDACTED:custom.employee]"#),
    ])
  func everywhere(line: String, expected: String) throws {
    #expect(redacted(line, rules: Self.rules([try Self.employee()])) == expected)
  }

  @Test("A finding in an encoded run takes the run")
  func encoded() throws {
    let rules = Self.rules([try Self.employee()])
    let run = base64("the record of EMP-123456 is here")
    #expect(redacted(#"{"args":{"q":"\#(run)"}}"#, rules: rules) == #"{"args":{"q":"[REDACTED:custom.employee]"}}"#)
    let hex = "the record of EMP-123456".utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(redacted(#"{"args":{"q":"x \#(hex)"}}"#, rules: rules) == #"{"args":{"q":"x [REDACTED:custom.employee]"}}"#)
  }

  @Test("Keywords in any case make a rule due, and only in the same value")
  func keywords() throws {
    let rules = Self.rules([try OperatorRule(name: "badge", keywords: ["Badge", "ausweis"], pattern: #"\b\d{4}\b"#)])
    #expect(
      redacted(#"{"args":{"a":"BADGE 1234","b":"1234"}}"#, rules: rules)
        == #"{"args":{"a":"BADGE [REDACTED:custom.badge]","b":"1234"}}"#)
  }

  @Test("A capture is the part that goes; shorter than min_length it stays")
  func capture() throws {
    let rules = Self.rules([
      try OperatorRule(name: "case", pattern: #"case no\.? ?(\w+)"#, lengthMin: 4),
      try OperatorRule(name: "two", pattern: #"(first) of (second)"#, capture: .number(2)),
    ])
    #expect(
      redacted(#"{"q":"case no. A1234, case no 12, first of second"}"#, rules: rules)
        == #"{"q":"case no. [REDACTED:custom.case], case no 12, first of [REDACTED:custom.two]"}"#)
  }

  @Test(
    "A rule with paths holds below them only, whatever is there",
    arguments: [
      (#"{"args":{"dob":"1990","x":{"dob":"1990"}}}"#, #"{"args":{"dob":"[REDACTED:custom.dob]","x":{"dob":"1990"}}}"#),
      (
        #"{"args":{"dob":"2026-01-02T03:04:05Z","at":"2026-01-02T03:04:05Z"}}"#,
        #"{"args":{"dob":"[REDACTED:custom.dob]","at":"2026-01-02T03:04:05Z"}}"#
      ),
      (
        #"{"args":{"dob":[19900102,"x",{"y":"z"}],"n":19900102}}"#,
        #"{"args":{"dob":["[REDACTED:custom.dob]","[REDACTED:custom.dob]",{"y":"[REDACTED:custom.dob]"}],"n":19900102}}"#
      ),
      (
        #"{"dob":"1990","people":[{"dob":"1990"},{"DOB":"1990"}]}"#,
        #"{"dob":"1990","people":[{"dob":"[REDACTED:custom.dob]"},{"DOB":"1990"}]}"#
      ),
      (
        #"{"args":{"same":"value","dob":"value","again":"value"}}"#,
        #"{"args":{"same":"value","dob":"[REDACTED:custom.dob]","again":"value"}}"#
      ),
      (#"{"args":{"dob":"{\"a\":\"b\"}"}}"#, #"{"args":{"dob":"{\"a\":\"[REDACTED:custom.dob]\"}"}}"#),
      (#"{"args":{"dob":"","t":true}}"#, #"{"args":{"dob":"","t":true}}"#), ("dob: 1990", "dob: 1990"),
    ])
  func paths(line: String, expected: String) throws {
    let rules = Self.rules([
      try OperatorRule(name: "dob", pattern: ".+", paths: ["/args/dob", "/people/*/dob", "/people/1"])
    ])
    var redactor = Redactor(rules: rules)
    #expect(
      redacted(line, &redactor) == expected.replacing(#"{"DOB":"1990"}"#, with: #"{"DOB":"[REDACTED:custom.dob]"}"#))
    // Values that were remembered as clean elsewhere go below the path, and the other way round.
    _ = redacted(#"{"args":{"same":"value"}}"#, &redactor)
    #expect(
      redacted(#"{"args":{"dob":"value","same":"value"}}"#, &redactor)
        == #"{"args":{"dob":"[REDACTED:custom.dob]","same":"value"}}"#)
  }

  @Test("In a line that is no JSON, a rule with paths holds everywhere if it has a literal")
  func pathsInText() throws {
    let rules = Self.rules([try OperatorRule(name: "case", pattern: #"CASE-\d+"#, paths: ["/args/note"])])
    #expect(
      redacted(#"{"args":{"note":"CASE-1","x":"CASE-1"}}"#, rules: rules)
        == #"{"args":{"note":"[REDACTED:custom.case]","x":"CASE-1"}}"#)
    #expect(redacted(#"{"args":{"note":"CASE-1 and"#, rules: rules) == #"{"args":{"note":"[REDACTED:custom.case] and"#)
  }

  @Test("A rule has modes, pseudonyms, allow-lists, hits and a family like any other")
  func policy() throws {
    let line = #"{"args":{"a":"EMP-123456 x","b":["EMP-123456"]}}"#
    let own = [try Self.employee(), try OperatorRule(name: "long", pattern: "LONG-[a-z]+")]
    func out(_ change: (inout RedactionPolicy) -> Void) -> String { redacted(line, rules: Self.rules(own, change)) }
    #expect(out { $0.modes = ["custom": .drop] } == #"{"args":{"a":" x","b":[""]}}"#)
    #expect(out { $0.modes = ["custom.employee": .keep] } == line)
    #expect(out { $0.allowedValues = ["EMP-123456"] } == line)
    #expect(
      out { $0.allowedPaths = ["/args/a"] } == #"{"args":{"a":"EMP-123456 x","b":["[REDACTED:custom.employee]"]}}"#)
    var policy = RedactionPolicy()
    (policy.operatorRules, policy.mode) = (own, .pseudonym)
    policy.pseudonymKey = PseudonymKey(key: [UInt8](repeating: 1, count: 32), epoch: 1)
    #expect(policy.problems.isEmpty)
    var redactor = Redactor(rules: RedactionRules(policy: policy))
    let once = redacted(#"{"a":"EMP-123456","b":"LONG-abcdefgh","c":"LONG-abcdefgh"}"#, &redactor)
    #expect(redactor.hits.map { redactor.ruleName($0.rule) } == ["custom.employee", "custom.long", "custom.long"])
    #expect(redactor.hits.map(\.path) == ["/a", "/b", "/c"])
    let tags = once.split(separator: "custom.long:").dropFirst().map { $0.prefix(9) }
    #expect(tags.count == 2 && tags[0] == tags[1] && once.contains("[REDACTED:custom.employee]"), "\(once)")
    #expect(redacted(once, &redactor) == once)
  }

  @Test("A rule that is kept lets built-in rules take what it would have taken")
  func kept() throws {
    let own = [try OperatorRule(name: "all", keywords: ["ghp_"], pattern: ".+")]
    let line = #"{"args":{"q":"see ghp_0123456789abcdefghijABCDEFGHIJ012345 there"}}"#
    let out = redacted(line, rules: Self.rules(own) { $0.modes = ["custom.all": .keep] })
    #expect(out == #"{"args":{"q":"see [REDACTED:token.github] there"}}"#)
    #expect(redacted(line, rules: Self.rules(own)) == #"{"args":{"q":"[REDACTED:custom.all]"}}"#)
  }

  @Test("Nothing matches in a marker or across one, and half a character does not stay")
  func markers() throws {
    let rules = Self.rules([
      try OperatorRule(name: "word", keywords: ["redacted"], pattern: #"\w{4,}"#),
      try OperatorRule(name: "half", keywords: ["half"], pattern: #"f ."#),
    ])
    let line = #"{"a":"redacted [REDACTED:pii.email] [REDACTED:nonsense] end","b":"half é"}"#
    let once = redacted(line, rules: rules)
    #expect(
      once
        == #"{"a":"[REDACTED:custom.word] [REDACTED:pii.email] [[REDACTED:custom.word]:[REDACTED:custom.word]] end","b":"hal[REDACTED:custom.half]"}"#
    )
    #expect(redacted(once, rules: rules) == once)
  }

  @Test(
    "Redacting twice changes nothing, JSON stays JSON, and a planted value never survives",
    arguments: [UInt64.random(in: 0...UInt64.max), 1, 2])
  func properties(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let pieces = [
      "EMP-123456", "emp", "badge", " ", "=", ":", "\\\"", "\\u00e9", "é", "%45MP-123456", "[REDACTED:pii.email]",
      "[REDACTED:custom.badge]", "1234", "ghp_0123456789abcdefghijABCDEFGHIJ012345",
      "password", "a@b.example", "{", "}", ",", "\\\\", "x", "token", "&amp;", "EMP-12345",
    ]
    let own = [
      try Self.employee(), try OperatorRule(name: "badge", keywords: ["badge"], pattern: #"badge[ =:]*(\d+)"#),
      try OperatorRule(name: "path", pattern: #"x+"#, paths: ["/args/x"]),
      try OperatorRule(name: "lazy", keywords: ["emp"], pattern: #"emp.*?\d"#),
      try OperatorRule(name: "three", pattern: "x@="),
    ]
    var redactor = Redactor(rules: Self.rules(own))
    for _ in 0..<1500 {
      let text = (0..<Int.random(in: 0...8, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }
        .joined()
      let after = (0..<Int.random(in: 0...3, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }
        .joined()
      let short = generator.text(Int.random(in: 0...5, using: &generator), from: "x@=:-/&%<'a1{[é")
      let line =
        #"{"args":{"\#(["x", "y", "emp1234"].randomElement(using: &generator)!)":"\#(text) EMP-123456 \#(after)","n":[1234,"x","\#(short)"]}}"#
      let once = redacted(line, &redactor)
      #expect(redacted(once, &redactor) == once, "seed \(seed): \(line)")
      #expect(!isJSON(Array(line.utf8)) || isJSON(Array(once.utf8)), "seed \(seed): \(line)")
      #expect(!once.contains(" EMP-123456 "), "seed \(seed): \(line)")
    }
  }

  @Test("Hostile text costs a rule no more than its length")
  func hostile() throws {
    let rules = Self.rules([try OperatorRule(name: "slow", keywords: ["aaa"], pattern: #"(?:a+)+x|(?:a|aa)*y"#)])
    let text = String(repeating: "a", count: 300_000)
    var redactor = Redactor(rules: rules)
    #expect(redacted(#"{"q":"\#(text)"}"#, &redactor).count == text.count + 8)
    let steps = redactor.operators.matchers[0]?.steps ?? 0
    #expect(steps > 0 && steps < text.count * 3)
  }

  @Test(
    "A rule that cannot be kept says what is wrong",
    arguments: [
      Wrong(field: .name, name: "Employee"), Wrong(field: .name, name: String(repeating: "a", count: 25)),
      Wrong(field: .keywords, pattern: #"\d{9}"#), Wrong(field: .keywords, keywords: ["ab"]),
      Wrong(field: .pattern, pattern: "abc(?=d)"), Wrong(field: .pattern, keywords: ["abc"], pattern: "a*"),
      Wrong(field: .capture, capture: .number(1)), Wrong(field: .paths, pattern: ".+", paths: ["args"]),
    ])
  func refused(wrong: Wrong) {
    do {
      _ = try OperatorRule(
        name: wrong.name, keywords: wrong.keywords, pattern: wrong.pattern, capture: wrong.capture, paths: wrong.paths)
      Issue.record("the rule is taken: \(wrong)")
    } catch {
      #expect(error.field == wrong.field && (error.column != nil) == wrong.pattern.contains("(?="), "\(error)")
    }
  }

  struct Wrong: Sendable {
    var field: OperatorRule.Problem.Field
    var name = "a"
    var keywords: [String] = []
    var pattern = "abcd"
    var capture = Pattern.Capture.automatic
    var paths: [String] = []
  }

  @Test("Two rules of one name, and a mode for a rule that is not there, are problems of the policy")
  func policyProblems() throws {
    var policy = RedactionPolicy()
    policy.operatorRules = [try Self.employee(), try Self.employee()]
    policy.modes = ["custom.employee": .drop, "custom.employer": .drop]
    #expect(policy.problems.count == 2, "\(policy.problems)")
  }
}
