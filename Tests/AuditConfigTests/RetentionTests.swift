import AuditConfig
import AuditModel
import Testing

@Suite struct RetentionTests {
  @Test("Less than 90 days is refused unless it is said twice")
  func saidTwice() throws {
    #expect(
      problems("retention: {keep: 30d}") == [
        "audittail.yaml:1:19: retention.keep: 30d is less than 90d; if records may really leave so early, "
          + "set retention.confirm_shorter to true as well"
      ])
    #expect(problems("retention: {keep: 89d23h59m59s999ms}").count == 1)
    #expect(problems("retention: {keep: 30d, confirm_shorter: false}").count == 1)
    let yaml = "retention: {keep: 30d, confirm_shorter: true}"
    #expect(try loader(yaml).load(file: "audittail.yaml").retention.keep == .seconds(30 * 86_400))
  }

  @Test("90 days and more need no confirmation", arguments: ["90d", "365d", "2160h"])
  func longEnough(keep: String) {
    #expect(problems("retention: {keep: \(keep)}") == [])
  }

  @Test("The blame is put where the value that holds was said")
  func blame() {
    let flags: [SettingKey: [String]] = [.retentionKeep: ["1d"]]
    let (_, problems) = loader("retention: {keep: 100d}").examine(file: "audittail.yaml", flags: flags)
    #expect(problems.map(\.origin) == [.flag(name: "--keep")])
    let environment = ["AUDITTAIL_RETENTION_CONFIRM_SHORTER": "true"]
    #expect(loader(environment: environment).examine(file: nil, flags: flags).problems.isEmpty)
  }

  @Test("A tenant may keep longer, or less with a confirmation of its own")
  func tenants() throws {
    let configuration = try loader(
      """
      retention: {keep: 100d}
      tenants:
        acme: {retention: {keep: 365d}}
        short: {retention: {keep: 7d, confirm_shorter: true}}
        same: {retention: }
      """
    ).load(file: "audittail.yaml")
    let names = ["acme", "short", "same", "other"]
    let days = try names.map { configuration.retention(for: try #require(TenantID($0))) / .seconds(86_400) }
    #expect(days == [365, 7, 100, 100])
  }

  @Test("The installation's confirmation does not speak for a tenant")
  func tenantUnconfirmed() {
    let found = problems(
      """
      retention: {keep: 30d, confirm_shorter: true}
      tenants:
        acme:
          retention:
            keep: 30d
      """)
    #expect(
      found == [
        "audittail.yaml:5:13: tenants.acme.retention.keep: 30d is less than 90d; if records may really leave so early, "
          + "set tenants.acme.retention.confirm_shorter to true as well"
      ])
  }

  @Test("A line that could not fit into a batch is refused")
  func lineInBatch() {
    let message = "a line of 8MiB would not fit into a batch of 4MiB; raise limits.batch_bytes"
    #expect(problems("limits: {line_bytes: 8MiB}") == ["audittail.yaml:1:22: limits.line_bytes: \(message)"])
    #expect(
      problems("limits: {batch_bytes: 512KiB}").first?.contains("1:23: limits.batch_bytes: a line of 1MiB") == true)
    #expect(problems("limits: {line_bytes: 8MiB, batch_bytes: 8MiB}") == [])
  }
}
