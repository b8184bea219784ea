import AuditConfig
import AuditModel
import Testing

@Suite("Rules and tests of the redaction")
struct RedactionListTests {
  private static let yaml = """
    redaction:
      rules:
        - name: employee
          keywords: [emp, staff]
          pattern: '\\bEMP-(\\d+)'
          capture: 1
          paths: [/args/note]
          min_length: 4
        - {name: badge, pattern: BADGE-}
      tests:
        - input: a
          expect: ''
        - {input: '{"a":1}', keeps: true}
        - {input: b, rule: employee, removes: x}
        - input: |
            two
            lines
          keeps: true
    tenants:
      acme:
        redaction:
          rules: [{name: badge, pattern: ACME-}, {name: own, pattern: OWN-}]
          tests: [{input: c, keeps: true}]
      globex: {redaction: {mode: drop}}
    """

  @Test("are read as they stand")
  func read() throws {
    let redaction = try loader(Self.yaml).load(file: "audittail.yaml").redaction
    let rule = try #require(redaction.rules.first)
    #expect(rule.name == "employee" && rule.keywords == ["emp", "staff"] && rule.pattern == #"\bEMP-(\d+)"#)
    #expect(rule.capture == "1" && rule.paths == ["/args/note"] && rule.minLength == 4)
    #expect(redaction.rules.map(\.name) == ["employee", "badge"] && redaction.rules[1].capture == nil)
    #expect(redaction.tests.map(\.input) == ["a", #"{"a":1}"#, "b", "two\nlines"])
    #expect(redaction.tests[0].expect == "" && redaction.tests[1].keeps && redaction.tests[2].rule == "employee")
    #expect(redaction.tests[2].removes == "x")
    #expect(
      rule.problem("pattern", "is wrong").description
        == "audittail.yaml:5:16: redaction.rules.employee.pattern: is wrong")
  }

  @Test("are the installation's and the tenant's own together; a rule of the same name takes the other's place")
  func merged() throws {
    let configuration = try loader(Self.yaml).load(file: "audittail.yaml")
    let acme = configuration.redaction(for: try #require(TenantID("acme")))
    #expect(acme.rules.map(\.pattern) == [#"\bEMP-(\d+)"#, "ACME-", "OWN-"] && acme.tests.map(\.input) == ["c"])
    let globex = configuration.redaction(for: try #require(TenantID("globex")))
    #expect(globex.rules.count == 2 && globex.tests.isEmpty)
    #expect(configuration.redaction(for: .unnamed).tests.count == 4)
  }

  @Test("are explained by name and number")
  func explained() throws {
    let lines = try loader(Self.yaml).load(file: "audittail.yaml").explain().map(\.description)
    #expect(lines.contains("redaction.rules = employee, badge   (from file audittail.yaml:2)"))
    #expect(lines.contains("redaction.tests = 4 tests   (from file audittail.yaml:10)"))
    #expect(lines.contains("tenants.acme.redaction.rules = badge, own   (from file audittail.yaml:22)"))
    #expect(try loader().load(file: nil).explain().allSatisfy { !$0.key.hasPrefix("redaction.rules") })
  }

  @Test(
    "that are wrong are answered with the place, the key and what to do",
    arguments: [
      (
        "redaction: {rules: {name: x}}",
        "audittail.yaml:1:20: redaction.rules: is a list of sections: begin each with `- name: `"
      ),
      ("redaction: {rules: }", "audittail.yaml:1:13: redaction.rules: has no value: give it one or remove the key"),
      ("redaction: {rules: [x]}", "audittail.yaml:1:21: redaction.rules.1: must be a section that begins with name"),
      ("redaction: {rules: [{name: x}]}", "audittail.yaml:1:21: redaction.rules.1: has no pattern"),
      (
        "redaction: {rules: [{name: x, patern: y, pattern: y}]}",
        "audittail.yaml:1:31: redaction.rules.1.patern: is not a known key; did you mean pattern?"
      ),
      (
        "redaction: {rules: [{name: x, pattern: y, keywords: abc}]}",
        "audittail.yaml:1:53: redaction.rules.1.keywords: is a list: write each value on a line of its own, after `- `"
      ),
      (
        "redaction: {rules: [{name: x, pattern: y, min_length: few}]}",
        "audittail.yaml:1:55: redaction.rules.1.min_length: \"few\" is not a whole number"
      ),
      (
        "redaction: {rules: [{name: x, pattern: y}, {name: x, pattern: z}]}",
        "audittail.yaml:1:51: redaction.rules.x.name: there is another rule of this name before"
      ),
      ("redaction: {rules: [{name: x, pattern: ''}]}", "audittail.yaml:1:40: redaction.rules.1.pattern: is empty"),
      (
        "redaction: {rule: []}",
        "audittail.yaml:1:13: redaction.rule: is not a known key; did you mean redaction.rules?"
      ),
      (
        "redaction: {tests: [{input: x}]}",
        "audittail.yaml:1:21: redaction.tests.1: says nothing of its input: write expect, keeps, rule or removes"
      ),
      (
        "redaction: {tests: [{input: x, keeps: true, rule: y}]}",
        "audittail.yaml:1:21: redaction.tests.1: keeps says that nothing goes, and the rest that something does"
      ),
      (
        "redaction: {tests: [{input: x, keeps: no}]}",
        "audittail.yaml:1:39: redaction.tests.1.keeps: is true or left out; for what goes, write expect, rule or removes"
      ),
      (
        "redaction: {tests: [{input: {a: 1}, keeps: true}]}",
        "audittail.yaml:1:29: redaction.tests.1.input: takes one value (text); write JSON between single quotes"
      ),
      (
        "tenants: {acme: {redaction: {tests: [{expect: x}]}}}",
        "audittail.yaml:1:38: tenants.acme.redaction.tests.1: has no input"
      ),
    ])
  func wrong(yaml: String, expected: String) {
    #expect(problems(yaml) == [expected])
  }
}
