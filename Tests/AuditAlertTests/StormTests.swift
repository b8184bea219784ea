import AuditAlert
import AuditModel
import Testing

@Suite("A storm")
struct StormTests {
  /// What the digests of a receiver count, by event.
  private func counted(_ timeline: AlertTimeline, _ receiver: String) throws -> [String: Int64] {
    var counts: [String: Int64] = [:]
    for delivery in timeline.deliveries where delivery.receiver == receiver && delivery.event == .digest {
      let data = try #require(JSONValue(delivery.body)?["data"])
      guard case .array(let parts)? = data["counts"] else { continue }
      var sum: Int64 = 0
      for part in parts {
        let count = try #require(part["count"]?.int)
        sum += count
        counts[part["event"]?.string ?? "", default: 0] += count
      }
      #expect(data["total"]?.int == sum)
    }
    return counts
  }

  @Test(
    "Ten thousand findings in a minute: the configured number of messages leaves, one digest, and its counts add up")
  func tenThousand() throws {
    var timeline = AlertTimeline(AlertTimeline.rules())
    for batch in 0..<100 {
      var causes: [AlertCause] = []
      for number in 0..<100 { causes.append(timeline.cause(actor: "user-\(batch)-\(number)")) }
      timeline.step(causes)
      timeline.wait(.milliseconds(590))
    }
    #expect(timeline.told("chat").count == 20)
    timeline.wait(.seconds(1))
    timeline.step()
    #expect(timeline.told("chat").count == 21)
    #expect(timeline.told("chat").last == "- digest")
    #expect(try counted(timeline, "chat") == ["firing": 9980])
    // Nothing is dropped: each of them is an alert with its transition, and its folded delivery.
    #expect(timeline.board.alerts.count == 10_000)
    #expect(timeline.transitions.count == 10_000)
    #expect(timeline.deliveries.count { $0.receiver == "chat" && $0.isFolded } == 9980)
    #expect(timeline.board.windows.values.allSatisfy { $0.folded.count <= 1 })

    // Their ends: by name what was told by name, the rest in a digest.
    timeline.wait(.seconds(15 * 60))
    timeline.step()
    timeline.wait(.seconds(60))
    timeline.step()
    #expect(timeline.told("chat").count { $0.hasSuffix("resolved") } == 20)
    #expect(try counted(timeline, "chat") == ["firing": 9980, "resolved": 9980])
    #expect(timeline.nextDue == nil)
  }

  @Test("After the interval messages leave one by one again")
  func afterwards() {
    var timeline = AlertTimeline(AlertTimeline.rules { $0.stormMessagesMax = 2 })
    for name in ["a", "b", "c"] { _ = timeline.find(actor: name) }
    #expect(timeline.told("chat") == ["1 firing", "2 firing"])
    timeline.wait(.seconds(61))
    _ = timeline.find(actor: "d")
    #expect(timeline.told("chat") == ["1 firing", "2 firing", "- digest", "4 firing"])
  }

  @Test("Each message has an id of its own, the same for all receivers")
  func ids() {
    var timeline = AlertTimeline(AlertTimeline.rules { $0.stormMessagesMax = 2 })
    for name in ["a", "b", "c"] { _ = timeline.find(actor: name) }
    timeline.wait(.seconds(61))
    timeline.step()
    let chat = timeline.deliveries.filter { $0.receiver == "chat" }.map(\.messageID)
    let oncall = timeline.deliveries.filter { $0.receiver == "oncall" }.map(\.messageID)
    #expect(Set(chat).count == chat.count)
    #expect(chat.dropLast() == oncall.dropLast())
    #expect(chat.allSatisfy { !$0.contains(".") })
  }
}
