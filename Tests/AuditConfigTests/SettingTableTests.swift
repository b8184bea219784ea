import Glibc
import Testing

@testable import AuditConfig
import AuditModel

@Suite struct SettingTableTests {
  @Test("Keys, variables and flags are each unique")
  func unique() {
    for scope in [SettingScope.installation, .tenant(.unnamed)] {
      let settings = scope.descriptions
      #expect(Set(settings.map(\.key)).count == settings.count)
      #expect(Set(settings.map(\.key.environmentName)).count == settings.count)
      let flags = settings.compactMap(\.flag)
      #expect(Set(flags).count == flags.count)
      #expect(flags.allSatisfy { $0.hasPrefix("--") })
    }
  }

  @Test("No setting is also a section, and no name is read as a Kubernetes service's variable")
  func names() {
    for setting in SettingScope.installation.descriptions {
      #expect(SettingScope.installation.settings(below: setting.key.path).isEmpty)
      #expect(!KubernetesServiceVariable.matches(setting.key.environmentName, value: "1"))
      #expect(setting.doc.hasSuffix("."))
    }
  }

  @Test("A default that is shown is accepted when it is given, and changes nothing")
  func defaultsAreValid() throws {
    for setting in SettingTable.installation {
      var configuration = Configuration()
      guard let text = setting.show(configuration) else { continue }
      try setting.apply([text], &configuration)
      #expect(setting.show(configuration) == text)
    }
  }

  @Test("Each setting has a property of its own")
  func properties() throws {
    let samples = [
      "postgresql://x/y", "off", "x-<tenant>", "true", "false", "error", "91d", "12h", "2m", "2s", "17", "2MiB", "drop",
      "pii=drop", "tcp://127.0.0.1:1", "127.0.0.1:1", "optional", "organization", "acme=1",
      "sample",
    ]
    for setting in SettingTable.installation {
      var changed = Configuration()
      let sample = samples.first { sample in
        (try? setting.apply([sample], &changed)) != nil && setting.show(changed) != setting.show(Configuration())
      }
      #expect(sample != nil)
      let others = SettingTable.installation.filter { $0.show(changed) != $0.show(Configuration()) }
      #expect(others.map(\.description.key) == [setting.description.key])
    }
  }

  @Test("on and off are understood where true and false are")
  func switches() throws {
    let setting = try #require(SettingTable.installation.first { $0.description.key == .discoveryWatch })
    var configuration = Configuration()
    try setting.apply(["off"], &configuration)
    #expect(!configuration.discovery.watch)
    try setting.apply(["on"], &configuration)
    #expect(configuration.discovery.watch)
  }

  @Test("Names in the environment are the upper case of the key")
  func environmentNames() {
    #expect(SettingKey.database.environmentName == "AUDITTAIL_DATABASE")
    #expect(SettingKey.limitsBatchRows.environmentName == "AUDITTAIL_LIMITS_BATCH_ROWS")
  }

  @Test("schemas/config.md is the reference of these settings; AUDITTAIL_TEST_WRITE_REFERENCE=1 writes it anew")
  func reference() throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "/\(root)/schemas/config.md"
    let text = ConfigurationReference.markdown
    if getenv("AUDITTAIL_TEST_WRITE_REFERENCE") != nil {
      let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
      #expect(write(descriptor, text, text.utf8.count) == text.utf8.count)
      close(descriptor)
    }
    #expect(try FileText.read(path) == text)
  }
}
