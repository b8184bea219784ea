import AuditModel
import AuditStore
import Postgres
import TestCluster
import Testing

/// One database for this suite: there is one lock in each.
@Suite("The analyzers' leader", .serialized)
struct LeaderTests {
  private let store: Store

  init() async throws {
    store = Store(session: try await TestCluster.session("leader"))
    try await store.migrate()
  }

  private func lock(_ name: String) -> LeaderLock {
    LeaderLock(session: store.session.another(applicationName: name), holder: name)
  }

  @Test("is one; another one takes over when its session ends, under a higher number")
  func takesOver() async throws {
    let (first, second) = (lock("leader-first"), lock("leader-second"))
    let epoch = try #require(try await first.acquire())
    #expect(try await second.acquire() == nil)
    #expect(try await first.watch(for: .zero) == [])

    try await store.session.perform { connection in
      _ = try connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'leader-first'")
    }
    await #expect(throws: (any Error).self) { _ = try await first.watch(for: .milliseconds(200)) }
    var next: LeaderEpoch?
    for _ in 0..<200 where next == nil {
      next = try await second.acquire()
      if next == nil { try await Task.sleep(for: .milliseconds(10)) }
    }
    #expect(try #require(next) > epoch)
    // The first one has a connection again by now, and does not take it for the one with the lock.
    await #expect(throws: LeadershipLost.self) { _ = try await first.watch(for: .zero) }
    await second.release()
    await first.close()
  }

  @Test("hears who is called for")
  func wakes() async throws {
    let lock = lock("leader-wakes")
    _ = try #require(try await lock.acquire())
    try await store.wake("alerts")
    #expect(try await lock.watch(for: .seconds(10)) == ["alerts"])
    await lock.release()
  }

  @Test("commits nothing to a tenant that a newer one has touched")
  func fence() async throws {
    let tenant = try await StoredTenant("fence").tenant
    let (old, new) = (LeaderEpoch(7), LeaderEpoch(8))
    try await store.fenced(old, tenant) { _ in }
    try await store.fenced(new, tenant) { _ in }
    await #expect(throws: LeadershipLost.self) { try await store.fenced(old, tenant) { _ in } }
    // The new one is not kept out by the old one's trying.
    try await store.fenced(new, tenant) { _ in }
  }

  @Test("waits, at its first step in a tenant, for what the old one has under way there, and then shuts it out")
  func waitsForTheOldOne() async throws {
    let tenant = try await StoredTenant("fence").tenant
    let (inside, letGo) = (Barrier(), Barrier())
    let other = store.another("leader-new")
    try await store.fenced(LeaderEpoch(1), tenant) { _ in }
    async let slow: Void = store.fenced(LeaderEpoch(1), tenant) { _ in
      inside.open()
      #expect(letGo.wait(atMost: .seconds(10)))
    }
    while !inside.wait(atMost: .zero) { try await Task.sleep(for: .milliseconds(5)) }
    let began = ContinuousClock.now
    async let next: Void = other.fenced(LeaderEpoch(2), tenant) { _ in }
    try await Task.sleep(for: .milliseconds(100))
    letGo.open()
    try await slow
    try await next
    #expect(ContinuousClock.now - began >= .milliseconds(100))
    await #expect(throws: LeadershipLost.self) { try await store.fenced(LeaderEpoch(1), tenant) { _ in } }
    await other.close()
  }
}
