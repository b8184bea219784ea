import AuditAlert
import AuditConfig
import Testing

@Suite("The settings of alerts")
struct AlertSettingsTests {
  private func load(_ text: String) -> (configuration: Configuration, problems: [ConfigurationProblem]) {
    loader(text).examine(file: "audittail.yaml")
  }

  @Test("Receivers, routes, inhibitions, maintenance and labels are read")
  func all() throws {
    let (configuration, problems) = load(
      """
      alerts:
        resolve_after: 30m
        storm_messages: 5
        console: https://audit.example/
        allow_addresses: [127.0.0.1, "fd00::/8"]
        receivers:
          - {name: oncall, type: alertmanager, url: "http://am:9093"}
          - {name: chat, type: slack, url_file: /run/slack, rate: 10, concurrency: 1, timeout: 20s, title: "{{summary}}"}
          - {name: pager, type: pagerduty, secret_env: [PAGER_KEY], heartbeat: true}
        routes:
          - {match: [severity>=critical], receivers: [oncall], continue: true, escalate_after: 15m, escalate_to: [pager]}
          - {receivers: [chat]}
        inhibitions:
          - {source: [detector=budget], target: [detector=rate-spike], equal: [actor]}
        maintenance:
          - {name: night, author: kim, reason: exports, weekly: Sat 22:00, length: 6h}
        labels:
          - {match: [tenant=acme], labels: [team=payments]}
      """)
    #expect(problems.isEmpty, "\(problems)")
    let alerts = configuration.alerts
    #expect(alerts.rules.receivers == ["oncall", "chat", "pager"])
    #expect(alerts.rules.resolveAfter == .seconds(1800))
    #expect(alerts.rules.console == "https://audit.example")
    #expect(alerts.rules.routes.first?.escalation == .init(after: .seconds(900), receivers: ["pager"]))
    #expect(alerts.rules.routes.first?.continues == true)
    #expect(alerts.rules.inhibitions.count == 1)
    #expect(alerts.rules.maintenance.first?.time == .weekly(minute: 5 * 1440 + 22 * 60, length: .seconds(6 * 3600)))
    #expect(alerts.rules.labels.first?.labels == ["team": "payments"])
    #expect(alerts.receivers[1].timeout == .seconds(20))
    #expect(alerts.receivers[2].getsHeartbeats)
  }

  @Test(
    "What is wrong is said at its place",
    arguments: [
      ("receivers: [{name: x, type: slak, url: 'http://a'}]", "did you mean slack"),
      ("receivers: [{name: X, type: slack, url: 'http://a'}]", "is no receiver's name"),
      ("receivers: [{name: x, type: slack}]", "is missing: give url, url_file or url_env"),
      ("receivers: [{name: x, type: slack, url: 'http://a', url_env: A}]", "is one of url, url_file and url_env"),
      ("receivers: [{name: x, type: pagerduty}]", "pagerduty needs its key"),
      ("receivers: [{name: x, type: mail}]", "a mail needs mail_from and mail_to"),
      ("receivers: [{name: x, type: slack, url: 'ftp://canary'}]", "is no http or https URL"),
      ("receivers: [{name: x, type: slack, url: 'http://a', title: '{{#open}}'}]", "is no Mustache template"),
      (
        "receivers: [{name: x, type: slack, url: 'http://a'}, {name: x, type: slack, url: 'http://a'}]",
        "another receiver"
      ),
      ("routes: [{receivers: [nobody]}]", "there is no receiver"),
      ("routes: [{receivers: [], match: [severity>=high]}]", "compares what is no severity"),
      ("routes: [{receivers: [], escalate_after: 5m}]", "go together"),
      ("maintenance: [{name: n, author: k, reason: r, weekly: Sat 25:00, length: 1h}]", "is no day and time"),
      ("maintenance: [{name: n, author: k, reason: r}]", "takes weekly and length, or from and until"),
      ("allow_addresses: [10.0.0.0/33]", "is no address or range"),
    ])
  func wrong(text: String, message: String) {
    let (_, problems) = load("alerts:\n  \(text)\n")
    #expect(problems.contains { $0.description.contains(message) }, "\(problems)")
    #expect(!problems.contains { $0.description.contains("canary") })
  }

  @Test("A tenant has no receivers of its own")
  func tenant() {
    let (_, problems) = load("tenants:\n  acme:\n    alerts:\n      receivers: []\n")
    #expect(problems.contains { $0.description.contains("is not a known key") })
  }
}
