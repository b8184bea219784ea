import AuditConfig
import Testing

@Suite struct ExplanationTests {
  @Test("Each setting is explained with its value and where it comes from")
  func lines() {
    let (configuration, _) = loader(
      """
      retention: {keep: 100d}
      collector:
        files:
          - /a/*
          - /b/*
      tenants: {acme: {retention: {keep: 365d}}, other: {}}
      """, environment: ["AUDITTAIL_LOG_LEVEL": "debug"]
    ).examine(file: "audittail.yaml", flags: [.database: ["postgresql://u:CANARY@h/db"]])
    let lines = configuration.explain().map(\.description)
    for line in [
      "database = postgresql://u:***@h/db   (from flag --database)",
      "data_dir = ./audittail-data   (default)",
      "collector.name = (the host's name)   (default)",
      "collector.files = /a/*, /b/*   (from file audittail.yaml:3)",
      "limits.line_bytes = 1MiB   (default)",
      "time.skew = 1h   (default)",
      "retention.keep = 100d   (from file audittail.yaml:1)",
      "retention.confirm_shorter = false   (default)",
      "log.level = debug   (from environment AUDITTAIL_LOG_LEVEL)",
      "tenants.acme.retention.keep = 365d   (from file audittail.yaml:6)",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    #expect(lines.count { $0.hasPrefix("tenants.") } == 1)
  }

  @Test(
    "A password is in no explanation, no problem and no dump, whatever is wrong around it",
    arguments: [
      "database: postgresql://u:CANARY@h/db", "database: postgresql://u:CANARY@x@h/db", "database: mysql://u:CANARY@h",
      "database: 'host=h password=CANARY'", "database: [postgresql://u:CANARY@h/db]",
      "database: {url: postgresql://u:CANARY@h/db}", "databse: postgresql://u:CANARY@h/db",
      "log: {level: postgresql://u:CANARY@h/db}", "postgresql://u:CANARY@h/db", "database: 'postgresql://u:CANARY@h",
      "database: postgresql://u:CANARY@h/db\n\tlog: x", "database: postgresql://u:CANARY@h\ndatabase: x",
      "? postgresql://u:CANARY@h/db\n: x", "tenants: {'postgresql://u:CANARY@h/db': {}}",
      "'postgresql://u:CANARY@h/db': 1\n'postgresql://u:CANARY@h/db': 1",
      "database: \"postgresql://u:CANARY\\q@h\"", "database: &CANARY1 a: CANARY",
    ])
  func canary(yaml: String) {
    let (configuration, problems) = loader(yaml).examine(file: "audittail.yaml")
    var dumped = ""
    dump(problems, to: &dumped)
    dump(configuration, to: &dumped)
    let words = configuration.explain().map(\.description) + problems.map(\.description) + [dumped, "\(configuration)"]
    for text in words { #expect(!text.contains("CANARY"), "\(text)") }
  }

  @Test("A password in a variable or a flag is not told either")
  func canaryElsewhere() {
    let (configuration, problems) = loader(environment: [
      "AUDITTAIL_DATABASE": "CANARY", "AUDITTAIL_DATABASES": "CANARY",
    ])
    .examine(file: nil, flags: [.database: ["CANARY"]])
    #expect(problems.count == 3)
    for text in configuration.explain().map(\.description) + problems.map(\.description) {
      #expect(!text.contains("CANARY"), "\(text)")
    }
  }
}
