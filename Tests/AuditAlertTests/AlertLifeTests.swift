import AuditAlert
import AuditModel
import Testing

@Suite("An alert's life")
struct AlertLifeTests {
  @Test("A finding fires once, further ones of the same subject are the same alert, and quiet ends it")
  func life() {
    var timeline = AlertTimeline(AlertTimeline.rules())
    _ = timeline.find()
    timeline.wait(.seconds(60))
    _ = timeline.find(tool: "read_file", score: 3)
    #expect(timeline.told("chat") == ["1 firing"])
    #expect(timeline.board.alerts.values.first?.findings == 2)
    #expect(timeline.board.alerts.values.first?.score == 3)
    timeline.wait(.seconds(15 * 60 - 1))
    timeline.step()
    #expect(timeline.told("chat") == ["1 firing"])
    timeline.wait(.seconds(1))
    timeline.step()
    #expect(timeline.told("chat") == ["1 firing", "1 resolved"])
    #expect(timeline.told("oncall") == ["1 firing", "1 resolved"])
    #expect(timeline.transitions.map(\.number) == [1, 2])
  }

  @Test("Other detectors and other subjects are other alerts")
  func groups() {
    var timeline = AlertTimeline(AlertTimeline.rules())
    timeline.step([
      timeline.cause(), timeline.cause("geo"), timeline.cause(actor: "bob"),
      timeline.cause("latency", actor: nil, tool: "search"), timeline.cause(),
    ])
    #expect(timeline.told("chat") == ["1 firing", "2 firing", "3 firing", "4 firing"])
  }

  @Test("It says when it is due, so that nobody has to look in between")
  func due() {
    var timeline = AlertTimeline(AlertTimeline.rules())
    _ = timeline.find()
    #expect(timeline.nextDue == timeline.now.advanced(by: .seconds(15 * 60)))
  }

  @Test("What comes back soon is the same alert, and has to be quiet for longer each time, up to eight times")
  func hysteresis() {
    var timeline = AlertTimeline(AlertTimeline.rules())
    var quiet = Duration.seconds(15 * 60)
    for round in 0..<6 {
      _ = timeline.find()
      timeline.wait(quiet - .seconds(1))
      timeline.step()
      #expect(timeline.told("chat").count == 2 * round + 1, "round \(round)")
      timeline.wait(.seconds(1))
      timeline.step()
      #expect(timeline.told("chat").count == 2 * round + 2, "round \(round)")
      if round < 3 { quiet = quiet * 2 }
    }
    #expect(Set(timeline.deliveries.compactMap(\.alert)) == [1])
  }

  @Test("What comes back late is another alert")
  func later() {
    var timeline = AlertTimeline(AlertTimeline.rules())
    _ = timeline.find()
    timeline.wait(.seconds(15 * 60))
    timeline.step()
    timeline.wait(.seconds(3601))
    _ = timeline.find()
    #expect(timeline.told("chat") == ["1 firing", "1 resolved", "2 firing"])
  }

  @Test("An analyzer that was away does not take its absence for quiet")
  func absence() {
    var timeline = AlertTimeline(AlertTimeline.rules())
    _ = timeline.find()
    timeline.wait(.seconds(86_400))
    timeline.watchingSince = timeline.now
    timeline.step()
    #expect(timeline.told("chat") == ["1 firing"])
    timeline.wait(.seconds(15 * 60))
    timeline.step()
    #expect(timeline.told("chat") == ["1 firing", "1 resolved"])
  }

  @Test("Who looks after a warning hears that it has become critical, and of nothing less")
  func acknowledged() {
    var timeline = AlertTimeline(AlertTimeline.rules())
    _ = timeline.find()
    timeline.step(orders: [.acknowledge(alert: 1, by: "kim", note: "looking")])
    _ = timeline.find()
    #expect(timeline.told("chat") == ["1 firing", "1 acknowledged"])
    _ = timeline.find(severity: .critical)
    #expect(timeline.told("chat") == ["1 firing", "1 acknowledged", "1 firing"])
    #expect(timeline.board.alerts.values.first?.state == .firing)
  }

  @Test("Somebody can end it, and acknowledging what is over does nothing")
  func ended() {
    var timeline = AlertTimeline(AlertTimeline.rules())
    _ = timeline.find()
    timeline.step(orders: [.resolve(alert: 1, by: "kim", note: nil)])
    timeline.step(orders: [.acknowledge(alert: 1, by: "kim", note: nil), .resolve(alert: 9, by: "kim", note: nil)])
    #expect(timeline.told("chat") == ["1 firing", "1 resolved"])
    #expect(timeline.transitions.last?.by == "kim")
  }

  @Test("A silence keeps quiet what matches until it ends, and what still goes on then fires")
  func silence() throws {
    var timeline = AlertTimeline(AlertTimeline.rules())
    timeline.silence([try AlertMatcher(parsing: "actor=al*")], for: .seconds(600))
    _ = timeline.find()
    _ = timeline.find(actor: "bob")
    #expect(timeline.told("chat") == ["2 firing"])
    #expect(timeline.nextDue == timeline.now.advanced(by: .seconds(600)))
    timeline.wait(.seconds(600))
    timeline.step()
    #expect(timeline.told("chat") == ["2 firing", "1 firing"])
  }

  @Test("A silence over what was told is told, with who and why; its end by itself is not")
  func silencedAfterwards() throws {
    var timeline = AlertTimeline(AlertTimeline.rules())
    _ = timeline.find()
    timeline.silence([try AlertMatcher(parsing: "detector=rate-spike")], for: .seconds(86_400))
    timeline.step()
    #expect(timeline.told("chat") == ["1 firing", "1 silenced"])
    #expect(timeline.transitions.last?.by == "kim")
    #expect(timeline.transitions.last?.note == "roll-out")
    timeline.wait(.seconds(15 * 60))
    timeline.step()
    #expect(timeline.told("chat") == ["1 firing", "1 silenced", "1 resolved"])
  }

  @Test("A silence of what is about the whole tenant keeps nobody's own alert quiet")
  func silencedTenant() throws {
    var timeline = AlertTimeline(AlertTimeline.rules())
    _ = timeline.find(actor: nil)
    let whole = try #require(timeline.board.alerts[AlertKey(detector: "rate-spike", group: "")])
    timeline.silence(whole.matchers, for: .seconds(86_400))
    timeline.step()
    _ = timeline.find(actor: "bob")
    #expect(timeline.told("chat") == ["1 firing", "1 silenced", "2 firing"])
  }

  @Test("Nobody is told of the end of what nobody was told of")
  func silentEnd() throws {
    var timeline = AlertTimeline(AlertTimeline.rules())
    timeline.silence([try AlertMatcher(parsing: "detector=rate-spike")], for: .seconds(86_400))
    _ = timeline.find()
    timeline.wait(.seconds(15 * 60))
    timeline.step()
    #expect(timeline.told("chat").isEmpty)
    #expect(timeline.transitions.map(\.event) == [.silenced, .resolved])
  }

  @Test("A maintenance window comes back every week", arguments: [(-1, false), (0, true), (359, true), (360, false)])
  func maintenance(minute: Int, isOpen: Bool) {
    let window = MaintenanceWindow(
      name: "night", author: "kim", reason: "exports", matchers: [],
      time: .weekly(minute: 5 * 1440 + 22 * 60, length: .seconds(6 * 3600)))
    // Saturday, 2026-11-28, 22:00 UTC.
    let saturday = RecordTime(rfc3339: "2026-11-28T22:00:00Z")!
    for week in [0, 1, 52] {
      let time = saturday.advanced(by: .seconds(week * 7 * 86_400 + minute * 60))
      #expect((window.end(at: time) != nil) == isOpen, "week \(week)")
    }
  }

  @Test("One alert keeps quiet those that it explains, of the same tenant's same labels, until it is over")
  func inhibition() throws {
    var timeline = AlertTimeline(
      AlertTimeline.rules { rules in
        rules.inhibitions = [
          Inhibition(
            source: [AlertMatcher("detector", .equal, "budget")],
            target: [AlertMatcher("detector", .equal, "rate-spike")],
            equal: ["actor"])
        ]
      })
    _ = timeline.find("budget")
    _ = timeline.find()
    _ = timeline.find(actor: "bob")
    #expect(timeline.told("chat") == ["1 firing", "3 firing"])
    timeline.step(orders: [.resolve(alert: 1, by: "kim", note: nil)])
    #expect(timeline.told("chat") == ["1 firing", "3 firing", "1 resolved", "2 firing"])
  }

  @Test("What a later record says is over ends the installation's alert, and quiet does not")
  func incident() {
    var timeline = AlertTimeline(AlertTimeline.rules(), scope: .installation)
    _ = timeline.find("collector-silent", actor: "node-1", severity: .critical, score: 0)
    timeline.wait(.seconds(86_400))
    timeline.step()
    #expect(timeline.told("chat") == ["1 firing"])
    _ = timeline.find("collector-silent", actor: "node-1", severity: .info, score: 0, isEnd: true)
    #expect(timeline.told("chat") == ["1 firing", "1 resolved"])
  }
  @Test("A name of any length is grouped by, within what an index holds, and two of them are told apart")
  func longNames() {
    let long = String(repeating: "ü", count: 5000)
    let groups = [AlertSubject(actor: long + "a"), AlertSubject(actor: long + "b"), AlertSubject(actor: "short")].map(
      \.group)
    #expect(Set(groups).count == 3)
    #expect(groups.allSatisfy { $0.utf8.count <= 260 })
    #expect(groups[2] == "actor=short")
  }
}
