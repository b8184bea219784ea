import AuditConfig
import AuditModel
import Testing

@Suite struct ConfigurationLoaderTests {
  @Test("Without any source the defaults hold")
  func defaults() throws {
    let configuration = try loader().load(file: nil)
    #expect(configuration.database == nil)
    #expect(configuration.dataDirectory == "./audittail-data")
    #expect(configuration.collector.namespacePattern.description == "mcp-org-<tenant>")
    #expect(configuration.limits.lineBytesMax == 1 << 20)
    #expect(configuration.limits.batchRowsMax == 5000)
    #expect(configuration.limits.batchBytesMax == 4 << 20)
    #expect(configuration.limits.batchAgeMax == .seconds(1))
    #expect(configuration.limits.openFilesMax == 1024)
    #expect(configuration.limits.timeSkewMax == .seconds(3600))
    #expect(configuration.retention.keep == .seconds(90 * 86_400))
    #expect(configuration.log.level == .info)
    #expect(configuration.postgres.statementTimeout == .seconds(30))
    #expect(configuration.postgres.connectTimeout == .seconds(5))
    #expect(configuration.discovery.interval == .milliseconds(500))
    #expect(configuration.explain().allSatisfy { $0.origin == .defaults })
  }

  @Test("A file sets every kind of value")
  func file() throws {
    let configuration = try loader(
      """
      database: postgresql://u:secret@h/db
      data_dir: /var/lib/audittail
      collector:
        name: node-1
        files: ["/var/log/a/*.log", '/var/log/b/*.log']
        tenant: "42"
      limits: {line_bytes: 64KiB, batch_rows: 100, batch_age: 1s500ms}
      retention:
        keep: 400d
      log:
        level: debug
      """
    ).load(file: "audittail.yaml")
    #expect(configuration.database?.secretText == "postgresql://u:secret@h/db")
    #expect(configuration.collector.files == ["/var/log/a/*.log", "/var/log/b/*.log"])
    #expect(configuration.collector.name == "node-1")
    #expect(configuration.collector.tenant?.name == "42")
    #expect(configuration.limits.lineBytesMax == 65_536)
    #expect(configuration.limits.batchRowsMax == 100)
    #expect(configuration.limits.batchAgeMax == .milliseconds(1500))
    #expect(configuration.retention.keep == .seconds(400 * 86_400))
    #expect(configuration.log.level == .debug)
  }

  @Test("Flags win over the environment, the environment over the file, the file over defaults")
  func precedence() throws {
    let yaml = "data_dir: from-file\nlog: {level: error}\nlimits: {batch_rows: 7}"
    let configuration = try loader(
      yaml, environment: ["AUDITTAIL_DATA_DIR": "from-environment", "AUDITTAIL_LOG_LEVEL": "debug"]
    ).load(file: "audittail.yaml", flags: [.dataDirectory: ["from-flag"]])
    #expect(configuration.dataDirectory == "from-flag")
    #expect(configuration.log.level == .debug)
    #expect(configuration.limits.batchRowsMax == 7)
    #expect(configuration.limits.openFilesMax == 1024)
    let origins = Dictionary(uniqueKeysWithValues: configuration.explain().map { ($0.key, $0.origin) })
    #expect(origins["data_dir"] == .flag(name: "--data-dir"))
    #expect(origins["log.level"] == .environment(name: "AUDITTAIL_LOG_LEVEL"))
    #expect(origins["limits.batch_rows"] == .file(path: "audittail.yaml", line: 3, column: 22))
    #expect(origins["limits.open_files"] == .defaults)
  }

  @Test("A wrong value is a problem even where another source wins")
  func losersAreChecked() {
    let problems = loader("log: {level: loud}").examine(file: "audittail.yaml", flags: [.logLevel: ["info"]]).problems
    #expect(problems.map(\.key) == ["log.level"])
  }

  @Test("A list is a repeated flag, or is written with commas in the environment; the winner replaces the others")
  func lists() throws {
    let environment = ["AUDITTAIL_COLLECTOR_FILES": "/a/*.{log,txt},/b/*"]
    let yaml = "collector: {files: [/c]}"
    let byEnvironment = try loader(yaml, environment: environment).load(file: "audittail.yaml")
    #expect(byEnvironment.collector.files == ["/a/*.{log,txt}", "/b/*"])
    let byFlag = try loader(yaml, environment: environment).load(
      file: "audittail.yaml", flags: [.collectorFiles: ["/d,e", "/f"]])
    #expect(byFlag.collector.files == ["/d,e", "/f"])
  }

  @Test("A flag that takes one value refuses two")
  func repeatedFlag() {
    let problems = loader().examine(file: nil, flags: [.dataDirectory: ["a", "b"]]).problems
    #expect(problems.map(\.description) == ["--data-dir: data_dir: the value takes one value, and 2 are given"])
  }

  @Test("AUDITTAIL_CONFIG names the file where --config does not")
  func fileFromEnvironment() throws {
    let environment = ["AUDITTAIL_CONFIG": "audittail.yaml"]
    #expect(try loader("data_dir: x", environment: environment).load(file: nil).dataDirectory == "x")
    #expect(loader("", environment: environment).examine(file: "other.yaml").problems.count == 1)
  }

  @Test("An empty variable is the same as none")
  func emptyVariable() throws {
    let environment = ["AUDITTAIL_DATABASE": "", "AUDITTAIL_CONFIG": "", "AUDITTAIL_NONSENSE": ""]
    let (configuration, problems) = loader(environment: environment).examine(file: nil)
    #expect(configuration.database == nil)
    #expect(problems.isEmpty)
  }

  @Test("Errors throw with everything that is wrong; warnings alone do not")
  func throwing() throws {
    let environment = ["AUDITTAIL_LOG_LEVL": "debug"]
    let good = loader(environment: environment)
    #expect(try good.load(file: nil).log.level == .info)
    let bad = loader("data_dri: x\nlimits: {batch_rows: many}", environment: environment)
    let thrown = #expect(throws: ConfigurationProblems.self) { try bad.load(file: "audittail.yaml") }
    #expect(thrown?.problems.map(\.severity) == [.error, .error, .warning])
  }

  @Test("The environment of the process is read as it is")
  func processEnvironment() {
    #expect(ProcessEnvironment.variables()["PATH"]?.isEmpty == false)
  }
}
