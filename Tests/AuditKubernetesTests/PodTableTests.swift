import AuditModel
import Testing

@testable import AuditKubernetes

@Suite("The table of pods")
struct PodTableTests {
  private let now = ContinuousClock.now

  private static func pod(_ uid: String, version: String = "1", labels: [String: String] = [:]) -> PodMetadata {
    PodMetadata(uid: uid, namespace: "n", pod: "p", node: "node", labels: labels, resourceVersion: version)
  }

  @Test("A change of status is none")
  func status() {
    var table = PodTable()
    #expect(table.take(Self.pod("a"), now: now) == true)
    #expect(table.take(Self.pod("a", version: "2"), now: now) == false)
    #expect(table["a"]?.resourceVersion == "2")
    #expect(table.take(Self.pod("a", version: "3", labels: ["x": "y"]), now: now) == true)
  }

  @Test("What a new list does not name is remembered for a while, and comes back when it is named again")
  func relist() {
    var table = PodTable()
    table.beginList()
    _ = table.take(Self.pod("a"), now: now)
    _ = table.take(Self.pod("b"), now: now)
    table.endList(now: now)
    table.beginList()
    _ = table.take(Self.pod("b"), now: now)
    table.endList(now: now + .seconds(1))
    #expect(table["a"] != nil)
    table.forget(now: now + .seconds(600))
    #expect(table["a"] != nil)
    table.forget(now: now + .seconds(601))
    #expect(table["a"] == nil && table["b"] != nil)
    table.remove("b", now: now)
    #expect(table.take(Self.pod("b"), now: now) == false)
    table.forget(now: now + .seconds(10_000))
    #expect(table["b"] != nil)
  }

  @Test("It holds so many and no more: those that are gone make room, the others are counted")
  func bounded() {
    var limits = KubernetesLimits()
    limits.podsMax = 3
    var table = PodTable(limits: limits)
    for uid in ["a", "b", "c"] { #expect(table.take(Self.pod(uid), now: now) == true) }
    #expect(table.take(Self.pod("d"), now: now) == false)
    #expect(table.refused == 1 && table.count == 3)
    table.remove("b", now: now)
    table.remove("a", now: now + .seconds(1))
    #expect(table.take(Self.pod("e"), now: now + .seconds(2)) == true)
    #expect(table["b"] == nil && table["a"] != nil && table.count == 3)
  }
}
