import AuditAlert
import AuditModel
import Testing

@Suite("Who is told")
struct RoutingTests {
  private func matcher(_ text: String) throws -> AlertMatcher { try AlertMatcher(parsing: text) }

  @Test("The first route that matches decides, and those behind it when it continues")
  func routes() throws {
    let critical = AlertRoute(matchers: [try matcher("severity>=critical")], receivers: ["oncall"], continues: true)
    let geo = AlertRoute(matchers: [try matcher("detector=geo")], receivers: ["security"])
    let rest = AlertRoute(matchers: [], receivers: ["chat"])
    var timeline = AlertTimeline(AlertTimeline.rules { $0.routes = [critical, geo, rest] })
    _ = timeline.find("geo", severity: .critical)
    _ = timeline.find("geo", actor: "bob")
    _ = timeline.find("latency", actor: nil, tool: "search", severity: .critical)
    #expect(timeline.told("oncall") == ["1 firing", "3 firing"])
    #expect(timeline.told("security") == ["1 firing", "2 firing"])
    #expect(timeline.told("chat") == ["3 firing"])
  }

  @Test("Labels of the operator's own are routed by")
  func labels() throws {
    var timeline = AlertTimeline(
      AlertTimeline.rules { rules in
        rules.labels = [LabelRule(matchers: [AlertMatcher("tenant", .equal, "acme")], labels: ["team": "payments"])]
        rules.routes = [AlertRoute(matchers: [AlertMatcher("team", .equal, "payments")], receivers: ["chat"])]
      })
    _ = timeline.find()
    #expect(timeline.told("chat") == ["1 firing"])
    #expect(timeline.told("oncall").isEmpty)
  }

  @Test("Nobody in time: others are told, once, and they hear the end as well")
  func escalation() throws {
    let route = AlertRoute(
      matchers: [], receivers: ["chat"], escalation: .init(after: .seconds(300), receivers: ["oncall"]))
    var timeline = AlertTimeline(AlertTimeline.rules { $0.routes = [route] })
    _ = timeline.find()
    #expect(timeline.nextDue == timeline.now.advanced(by: .seconds(300)))
    timeline.wait(.seconds(300))
    timeline.step()
    timeline.wait(.seconds(1))
    timeline.step()
    #expect(timeline.told("oncall") == ["1 escalated"])
    timeline.wait(.seconds(900))
    timeline.step()
    #expect(timeline.told("oncall") == ["1 escalated", "1 resolved"])
    #expect(timeline.told("chat") == ["1 firing", "1 resolved"])
  }

  @Test("Acknowledged in time, nobody else is woken")
  func acknowledgedInTime() throws {
    let route = AlertRoute(
      matchers: [], receivers: ["chat"], escalation: .init(after: .seconds(300), receivers: ["oncall"]))
    var timeline = AlertTimeline(AlertTimeline.rules { $0.routes = [route] })
    _ = timeline.find()
    timeline.step(orders: [.acknowledge(alert: 1, by: "kim", note: nil)])
    timeline.wait(.seconds(301))
    timeline.step()
    #expect(timeline.told("oncall").isEmpty)
  }

  @Test(
    "Conditions match labels",
    arguments: [
      ("detector=geo", true), ("detector!=geo", false), ("detector=g*", true), ("detector=*e*o", true),
      ("detector=*x*", false), ("severity>=info", true), ("severity>=critical", false), ("tool=", true),
      ("tool!=read_*", true), ("actor=alice*", true), ("actor=*a*l*i*c*f", false),
    ])
  func conditions(text: String, holds: Bool) throws {
    let labels = ["detector": "geo", "severity": "warning", "actor": "alice"]
    #expect(try AlertMatcher(parsing: text).matches(labels) == holds)
    #expect(try AlertMatcher(parsing: text).description == text)
  }

  @Test(
    "What is no condition is refused",
    arguments: ["", "detector", "=x", "severity>=high", "tool>=x", "a b=c", "severity=hgih"])
  func refused(text: String) {
    #expect(throws: AlertMatcher.Problem.self) { try AlertMatcher(parsing: text) }
  }
}
