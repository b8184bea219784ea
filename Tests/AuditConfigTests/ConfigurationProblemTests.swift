import AuditConfig
import Testing

@Suite struct ConfigurationProblemTests {
  @Test(
    "A wrong file is answered with the place, the key and what to do",
    arguments: [
      ("databse: x", "audittail.yaml:1:1: databse: is not a known key; did you mean database?"),
      (
        "\nlimits:\n  batchrows: 5",
        "audittail.yaml:3:3: limits.batchrows: is not a known key; "
          + "did you mean limits.batch_rows?"
      ),
      ("batch_rows: 5", "audittail.yaml:1:1: batch_rows: is not a known key; did you mean limits.batch_rows?"),
      ("limts: {batch_rows: 5}", "audittail.yaml:1:1: limts: is not a known key; did you mean limits?"),
      ("webhooks: [1]", "audittail.yaml:1:1: webhooks: is not a known key"),
      (
        "data_dir: x\nlimits:\n  batch_rows: many",
        "audittail.yaml:3:15: limits.batch_rows: \"many\" is not a whole number"
      ),
      (
        "limits: {batch_rows: 0}",
        "audittail.yaml:1:22: limits.batch_rows: \"0\" is out of range: "
          + "from 1 to 1000000 is allowed"
      ),
      (
        "limits: {batch_age: 30}",
        "audittail.yaml:1:21: limits.batch_age: \"30\" needs a unit: write a number and a "
          + "unit (d, h, m, s or ms), as in 90d, 12h, 30s, 500ms or 1h30m"
      ),
      (
        "limits: {batch_rows: [1, 2]}",
        "audittail.yaml:1:22: limits.batch_rows: takes one value "
          + "(whole number, 1 to 1000000), not a list"
      ),
      (
        "limits: {batch_rows: {a: 1}}",
        "audittail.yaml:1:22: limits.batch_rows: takes one value "
          + "(whole number, 1 to 1000000), not a section"
      ),
      (
        "limits: 5",
        "audittail.yaml:1:9: limits: must be a section: keys with their values, each on a line of its own "
          + "and indented alike"
      ),
      (
        "tenants: [acme]",
        "audittail.yaml:1:10: tenants: must be a section: keys with their values, each on a line of "
          + "its own and indented alike"
      ),
      (
        "tenants: {acme: 90d}",
        "audittail.yaml:1:17: tenants.acme: must be a section: keys with their values, each on "
          + "a line of its own and indented alike"
      ),
      (
        "just words",
        "audittail.yaml:1:1: the document: must be a section: keys with their values, each on a line of "
          + "its own and indented alike"
      ),
      (
        "collector: {files: /var/log/*}",
        "audittail.yaml:1:20: collector.files: is a list: write each value on a line "
          + "of its own, after `- `"
      ),
      ("collector: {files: [[a]]}", "audittail.yaml:1:21: collector.files: takes a list of single values"),
      ("collector: {files: [a, '']}", "audittail.yaml:1:13: collector.files: a value of the list is empty"),
      ("data_dir:", "audittail.yaml:1:1: data_dir: has no value: give it one or remove the key"),
      ("data_dir: ''", "audittail.yaml:1:11: data_dir: \"\" is empty"),
      (
        "retention: {confirm_shorter: yes}",
        "audittail.yaml:1:30: retention.confirm_shorter: \"yes\" is neither true nor false"
      ),
      (
        "log: {level: warn}",
        "audittail.yaml:1:14: log.level: \"warn\" is not a level: trace, debug, info, notice, "
          + "warning, error, critical"
      ),
      (
        "tenants: {acme: {retention: {keeps: 90d}}}",
        "audittail.yaml:1:30: tenants.acme.retention.keeps: is not a known "
          + "key; did you mean tenants.acme.retention.keep?"
      ),
      (
        "collector: {namespace_pattern: org}",
        "audittail.yaml:1:32: collector.namespace_pattern: \"org\" must contain "
          + "<tenant> exactly once, as in mcp-org-<tenant>"
      ),
      (
        "tenants: {a/b: {retention: {keep: 1d}}}",
        "audittail.yaml:1:11: tenants.a/b: is not a tenant's name: 1 to 128 letters, digits, `-`, `_` and `.`, "
          + "first a letter or a digit"
      ),
      (
        "collector: {tenant: a b}",
        "audittail.yaml:1:21: collector.tenant: \"a b\" is not a tenant's name: 1 to 128 letters, digits, `-`, `_` and "
          + "`.`, first a letter or a digit"
      ),
      ("? [a, b]\n: c", "audittail.yaml:1:3: the name of a key must be a single word"),
    ])
  func wrongFile(yaml: String, expected: String) {
    #expect(problems(yaml) == [expected])
  }

  @Test(
    "What is no YAML is answered with the line",
    arguments: [
      ("data_dir: x\nlimits:\n\tbatch_rows: 5", "audittail.yaml:3:1: the line is indented with a tab, "),
      ("data_dir: x\nlimits: {batch_rows: 5", "audittail.yaml:2:9: is not valid YAML: while parsing a flow mapping"),
      ("a: b\n  c: d", "audittail.yaml:2:4: is not valid YAML: mapping values are not allowed in this context"),
      ("a: 'x", "audittail.yaml:1:6: is not valid YAML: while scanning a quoted scalar"),
      ("data_dir: x\n---\ndata_dir: y", "audittail.yaml:2:1: is not valid YAML: expected a single document"),
      ("data_dir: *x", "audittail.yaml:1:11: is not valid YAML: found undefined alias"),
      ("data_dir: x\nlog: \u{1}", "audittail.yaml:2: is not valid YAML: control characters are not allowed"),
      (
        "data_dir: x\nlog: {}\ndata_dir: y",
        "audittail.yaml:1:1: data_dir: stands more than once in its section, again on line 3; keep one of them"
      ),
      (
        "limits:\n  batch_rows: 1\n  batch_rows: 1",
        "audittail.yaml:2:3: batch_rows: stands more than once in its section, again on line 3; keep one of them"
      ),
    ])
  func invalidYAML(yaml: String, expected: String) {
    let found = problems(yaml)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix(expected) == true, "\(found)")
  }

  @Test("Every problem of all sources is told at once")
  func allAtOnce() {
    let found = problems(
      "databse: x\nlimits: {batch_rows: many, open_files: 1}\nlog: {level: loud}",
      environment: ["AUDITTAIL_TIME_SKEW": "5", "AUDITTAIL_TIME_SKEWED": "5m"])
    #expect(found.count == 6)
    #expect(found[4].hasPrefix("environment AUDITTAIL_TIME_SKEW: time.skew: \"5\" needs a unit"))
    #expect(
      found[5]
        == "environment AUDITTAIL_TIME_SKEWED: warning: is not a known variable; did you mean AUDITTAIL_TIME_SKEW?")
  }

  @Test(
    "An unknown variable is a warning",
    arguments: [
      ("AUDITTAIL_DATABSE", "is not a known variable; did you mean AUDITTAIL_DATABASE?"),
      ("AUDITTAIL_CONFG", "is not a known variable; did you mean AUDITTAIL_CONFIG?"),
      (
        "AUDITTAIL_TENANTS_ACME_RETENTION_KEEP",
        "has no effect: what tenants have of their own is read from the file only"
      ),
      ("AUDITTAIL_HTTP_PORT", "is not a known variable"),
    ])
  func unknownVariable(name: String, message: String) {
    let (_, problems) = loader(environment: [name: "x"]).examine(file: nil)
    #expect(problems.map(\.description) == ["environment \(name): warning: \(message)"])
    #expect(problems.first?.severity == .warning)
  }

  @Test(
    "Variables of tests, of others and of Kubernetes services are none of ours",
    arguments: [
      "AUDITTAIL_TEST_DATABASE", "PATH", "AUDITTAIL", "AUDITTAIL_SERVICE_HOST", "AUDITTAIL_SERVICE_PORT_HTTP",
      "AUDITTAIL_PORT", "AUDITTAIL_PORT_8686_TCP", "AUDITTAIL_CONSOLE_PORT_8686_TCP_ADDR",
    ])
  func foreignVariable(name: String) {
    let (_, problems) = loader(environment: [name: "tcp://10.0.0.1:8686"]).examine(file: nil)
    #expect(problems.isEmpty)
  }

  @Test(
    "An empty file, a file of comments and empty sections are nothing wrong",
    arguments: ["", "# nothing\n", "---\n", "limits:\n", "tenants:\n", "tenants: {acme: }", "~"])
  func emptyFile(yaml: String) {
    #expect(problems(yaml) == [])
  }

  @Test("Aliases that multiply cost nothing")
  func aliases() {
    var yaml = "a0: &a0 [x, x]\n"
    for level in 1...60 { yaml += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(problems(yaml).count == 61)
    #expect(problems(yaml + "collector: {files: *a60}").contains { $0.contains("takes a list of single values") })
  }
}
