import Testing

@testable import AuditRedact

@Suite struct RedactionPolicyTests {
  private static let token = "ghp_0123456789abcdefghijABCDEFGHIJ012345"

  private func key(_ byte: UInt8, epoch: UInt32 = 1) -> PseudonymKey? {
    PseudonymKey(key: [UInt8](repeating: byte, count: 32), epoch: epoch)
  }

  private func line(_ json: String, _ change: (inout RedactionPolicy) -> Void) -> String {
    var policy = RedactionPolicy()
    change(&policy)
    return redacted(json, rules: RedactionRules(policy: policy))
  }

  @Test("A pseudonym is HMAC-SHA256 of the epoch and the value")
  func knownPseudonym() throws {
    // python3 -c 'import hmac; print(hmac.new(b"\7"*32, b"\0\0\0\1hello world!", "sha256").hexdigest()[:8])'
    let short = try #require(key(7))
    #expect(String(decoding: short.pseudonym(of: Array("hello world!".utf8)), as: UTF8.self) == "461c1f38")
    let long = try #require(PseudonymKey(key: [UInt8](repeating: 7, count: 100), epoch: 1))
    #expect(String(decoding: long.pseudonym(of: Array("hello world!".utf8)), as: UTF8.self) == "6ea8c147")
    #expect(PseudonymKey(key: [1, 2, 3], epoch: 1) == nil)
  }

  @Test("Equal values have equal pseudonyms however they are spelled, until the key or the epoch changes")
  func joins() {
    let spelled = #"{"args":{"a":"\#(Self.token)","b":"see gh\u0070_\#(Self.token.dropFirst(4)) there"}}"#
    func tags(_ key: PseudonymKey?) -> [Substring] {
      let out = line(spelled) {
        $0.mode = .pseudonym
        $0.pseudonymKey = key
      }
      #expect(!out.contains(Self.token.dropFirst(4)))
      return out.split(separator: "[REDACTED:token.github:").dropFirst().map { $0.prefix(9) }
    }
    let first = tags(key(1))
    #expect(first.count == 2 && first[0] == first[1] && first[0].hasSuffix("]"), "\(first)")
    #expect(tags(key(2)).first != first.first)
    #expect(tags(key(1, epoch: 2)).first != first.first)
  }

  @Test(
    "What can be guessed back gets no pseudonym, and of a card the last four digits stay",
    arguments: [
      (#"{"args":{"password":"correct horse battery"}}"#, #"{"args":{"password":"[REDACTED:key.password]"}}"#),
      (#"{"args":{"pin":"123456789012345"}}"#, #"{"args":{"pin":"[REDACTED:key.passcode]"}}"#),
      (#"{"args":{"q":"ssn 536-22-1234"}}"#, #"{"args":{"q":"ssn [REDACTED:pii.ssn]"}}"#),
      (#"{"args":{"token":"short"}}"#, #"{"args":{"token":"[REDACTED:key.token]"}}"#),
      (#"{"args":{"q":"card 4111 1111 1111 1111"}}"#, #"{"args":{"q":"card [REDACTED:pii.card:1111]"}}"#),
    ])
  func lowEntropy(_ json: String, _ expected: String) {
    let out = line(json) {
      $0.mode = .pseudonym
      $0.pseudonymKey = key(1)
    }
    #expect(out == expected)
  }

  @Test("A pseudonym is redacted only once, and is no marker where none are written")
  func idempotent() {
    var policy = RedactionPolicy()
    policy.mode = .pseudonym
    policy.pseudonymKey = key(1)
    let rules = RedactionRules(policy: policy)
    let once = redacted(#"{"args":{"token":"\#(Self.token)","q":"pay 4111111111111111"}}"#, rules: rules)
    #expect(redacted(once, rules: rules) == once && once.contains("[REDACTED:pii.card:1111]"))
    #expect(redacted(once).contains(#""token":"[REDACTED:key.token]""#))
    let forged = #"{"args":{"token":"[REDACTED:key.token:zzzzzzzz]"}}"#
    #expect(redacted(forged, rules: rules) != forged)
  }

  @Test("Rules and families have modes of their own; dropping leaves valid JSON")
  func modes() {
    let json = #"{"args":{"pin":1234,"mail":"to a@b.example","token":"\#(Self.token)","secrets":["x"]}}"#
    let out = line(json) {
      $0.modes = ["pii": .keep, "key": .drop]
    }
    #expect(out == #"{"args":{"pin":null,"mail":"to a@b.example","token":"","secrets":null}}"#)
    let mixed = line(json) {
      $0.mode = .drop
      $0.modes = ["pii": .drop, "pii.email": .mask, "key": .keep]
    }
    #expect(
      mixed == #"{"args":{"pin":1234,"mail":"to [REDACTED:pii.email]","token":"","secrets":["x"]}}"#)
  }

  @Test("Allowed paths and values stay and count as nothing")
  func allowLists() {
    var policy = RedactionPolicy()
    policy.allowedPaths = ["/args/build/*/token"]
    policy.allowedValues = ["support@b.example", "changeit"]
    var redactor = Redactor(rules: RedactionRules(policy: policy))
    let json =
      #"{"args":{"build":[{"token":"abc123def456"},{"key":{"token":"abc123def456"}}],"#
      + #""token":"abc123def456","storepass":"changeit","q":"ask support@b.example or x@b.example"}}"#
    let out = redacted(json, &redactor)
    #expect(
      out == #"{"args":{"build":[{"token":"abc123def456"},{"key":{"token":"[REDACTED:key.token]"}}],"#
        + #""token":"[REDACTED:key.token]","storepass":"changeit","q":"ask support@b.example or [REDACTED:pii.email]"}}"#
    )
    #expect(redactor.hits.map(\.path) == ["/args/build/1/key/token", "/args/token", "/args/q"])
  }

  @Test("A policy says what is wrong with it")
  func problems() {
    var policy = RedactionPolicy()
    #expect(policy.problems.isEmpty)
    policy.modes = ["pii": .pseudonym, "token.github": .keep, "token.gitbub": .keep]
    policy.allowedPaths = ["args/x"]
    #expect(policy.problems.count == 3, "\(policy.problems)")
  }
}
