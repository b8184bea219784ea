import AuditConfig
import AuditModel
import AuditRedact
import Testing

@testable import audittail

@Suite("Redaction rules of the configuration")
struct RedactionRuleTests {
  private func configuration(_ yaml: String) throws -> Configuration {
    let loader = ConfigurationLoader(environment: [:]) { path throws(FileReadProblem) in yaml }
    return try loader.load(file: "x.yaml")
  }

  private func redacted(_ line: String, _ redaction: Configuration.Redaction) throws -> String {
    var redactor = Redactor(rules: RedactionRules(policy: try RedactionPolicy(redaction)))
    var out: [UInt8] = []
    redactor.redactLine(Array(line.utf8).span, into: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// What `check` says of a file's redaction: the status, and all words.
  private func failure(_ yaml: String) throws -> CommandFailure? {
    let configuration = try configuration(yaml)
    do {
      try CheckCommand.tryRedaction(configuration)
      return nil
    } catch {
      return CommandFailure(error)
    }
  }

  private static let rules = """
    redaction:
      rules:
        - {name: employee, pattern: '\\bEMP-(\\d{6})\\b'}
        - {name: room, keywords: [room], pattern: '(?P<floor>[A-Z])(\\d+)', capture: floor}
    """

  @Test("hold for the installation and for a tenant")
  func applied() throws {
    let configuration = try configuration(
      Self.rules + "\ntenants: {acme: {redaction: {rules: [{name: own, pattern: OWN-1}], mode: drop}}}")
    let line = #"{"args":{"q":"EMP-123456 in room A12, OWN-1"}}"#
    #expect(
      try redacted(line, configuration.redaction)
        == #"{"args":{"q":"EMP-[REDACTED:custom.employee] in room [REDACTED:custom.room]12, OWN-1"}}"#)
    let acme = configuration.redaction(for: try #require(TenantID("acme")))
    #expect(try redacted(line, acme) == #"{"args":{"q":"EMP- in room 12, "}}"#)
  }

  @Test("that cannot be kept are told all at once, with file, line and the pattern's column")
  func wrongRules() throws {
    let failure = try failure(
      """
      redaction:
        rules:
          - name: one
            pattern: 'abc(?=d)'
          - name: Two
            pattern: abcd
          - {name: three, pattern: '\\d+'}
          - {name: four, pattern: abcd, capture: 2}
      """)
    #expect(failure?.status == .configuration)
    let lines = (failure?.description ?? "").split(separator: "\n")
    #expect(lines.count == 4)
    #expect(
      lines.first
        == "x.yaml:4:16: redaction.rules.one.pattern: character 4 of the pattern: looking ahead or behind cannot be done in linear time; match the text around and capture the part that goes"
    )
    #expect(lines[1].hasPrefix("x.yaml:5:13: redaction.rules.Two.name: a rule's name is 1 to 24"))
    #expect(lines[2].hasPrefix("x.yaml:7:7: redaction.rules.three.keywords: the pattern has no literal text"))
    #expect(lines[3].hasPrefix("x.yaml:8:44: redaction.rules.four.capture: there is no group 2"))
  }

  @Test("have tests that pass")
  func passing() throws {
    let yaml =
      Self.rules + """

          tests:
            - {input: ask EMP-123456, expect: 'ask EMP-[REDACTED:custom.employee]'}
            - {input: '{"args":{"password":"hunter2hunter2","n":"EMP-123456"}}', rule: key.password, removes: hunter2}
            - {input: EMP-123456, rule: employee}
            - {input: A12, keeps: true}
        tenants:
          acme: {redaction: {mode: drop, tests: [{input: a EMP-123456, expect: 'a EMP-'}]}}
        """
    #expect(
      try failure(yaml.replacing("\n    tenants", with: "\ntenants").replacing("\n      acme", with: "\n  acme")) == nil
    )
  }

  @Test(
    "have tests that fail with what was expected and what came",
    arguments: [
      ("{input: ask EMP-12345, rule: employee}", "x.yaml:6:36: redaction.tests.1.rule: custom.employee did not fire"),
      (
        "{input: ask EMP-12345, rule: employe}",
        "x.yaml:6:36: redaction.tests.1.rule: there is no rule employe; did you mean custom.employee?"
      ),
      ("{input: EMP-123456, keeps: true}", "x.yaml:6:34: redaction.tests.1.keeps: something went"),
      ("{input: EMP-12345, removes: EMP}", "x.yaml:6:35: redaction.tests.1.removes: the text is still there"),
      ("{input: EMP-12345, removes: XYZ}", "x.yaml:6:35: redaction.tests.1.removes: the input does not hold this text"),
      ("{input: EMP-123456, expect: EMP}", "x.yaml:6:35: redaction.tests.1.expect: the output is another"),
    ])
  func failing(test: String, words: String) throws {
    let yaml = Self.rules + "\n  tests:\n    - \(test)"
    let configuration = try configuration(yaml)
    let run = RedactionTestRun(configuration.redaction.tests, policy: try RedactionPolicy(configuration.redaction))
    let lines = run.failures.first?.split(separator: "\n").map(String.init) ?? []
    #expect(lines.first == words)
    #expect(lines.contains { $0.hasPrefix("  input     ") } && lines.contains { $0.hasPrefix("  got       ") })
    #expect(lines.last?.hasPrefix("  fired     ") == true)
    let failure = try failure(yaml)
    #expect(failure?.status == .configuration && failure?.description == "1 of 1 redaction test failed.")
  }

  @Test("have tests that run under their tenant's policy too")
  func tenantTests() throws {
    let failure = try failure(
      "tenants: {acme: {redaction: {rules: [{name: own, pattern: OWN-1}], tests: [{input: OWN-1, keeps: true}, {input: x, keeps: true}]}}}"
    )
    #expect(failure?.description == "1 of 2 redaction tests failed.")
  }
}
