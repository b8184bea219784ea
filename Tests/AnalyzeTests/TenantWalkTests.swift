import AuditConfig
import AuditModel
import AuditSample
import AuditStore
import Logging
import Postgres
import Testing

@testable import audittail

@Suite("The walk of a tenant")
struct TenantWalkTests {
  private static func lead(_ epoch: Int64, _ place: WalkedTenant) throws -> Lead {
    let configuration = try ConfigurationLoader(environment: [:]).load(file: nil, flags: [:])
    return Lead(
      epoch: LeaderEpoch(epoch), since: .now, store: place.store.another("walk of \(place.tenant)"),
      configuration: configuration, alerting: Alerting(try AlertSetup(configuration)),
      wakes: DutyWakes([]), logger: Logger(label: "walk") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Lines around a moment, some of them late, by a few users.
  private static func lines(_ count: Int, around time: RecordTime, _ random: inout SplitMix64) -> [String] {
    (0..<count).map { _ in
      let off = Duration.milliseconds(Int64(random.next() % 30_000) - 15_000)
      let isError = random.next() % 5 == 0
      return WalkedTenant.line(
        "tool\(random.next() % 6)", user: "u\(random.next() % 8)", at: time.advanced(by: off),
        more: isError ? #","error":"denied""# : "")
    }
  }

  @Test(
    "knows after a crash what it knew before it, to the byte, and has walked every batch once",
    arguments: [11, 12, 13, 14] as [UInt64])
  func crashes(seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    let place = try await WalkedTenant("crash", collectors: 3)
    var epoch: Int64 = 1
    var walk = TenantWalk(place.tenant, try Self.lead(epoch, place), geo: nil)
    var time = RecordTime.now.advanced(by: .seconds(-7200))
    for _ in 0..<120 {
      switch random.next() % 10 {
      case 0..<4:
        time = time.advanced(by: .seconds(20))
        let lines = Self.lines(Int(random.next() % 7), around: time, &random)
        try await place.commit(lines, by: Int(random.next() % 3))
      case 4..<7: _ = try await Self.trying { [walk] in try await walk.pass() }
      case 7: try await Self.trying { [walk] in try await walk.keepNow() }
      case 8:
        epoch += 1
        walk = TenantWalk(place.tenant, try Self.lead(epoch, place), geo: nil)
      default: try await Self.passWhileBackendsDie(walk, place, &random)
      }
    }
    try await Self.catchUp(walk)
    let known = try await walk.learned()
    let fresh = TenantWalk(place.tenant, try Self.lead(epoch + 1, place), geo: nil)
    let again = try await fresh.learned(at: known.watermark)
    #expect(again.watermark == known.watermark)
    #expect(again.state == known.state)
    #expect(
      try await place.number(
        "SELECT count(*) FROM (SELECT max(seq) m, collector FROM @.ledger GROUP BY 2) l LEFT JOIN @.analyzer_cursors c"
          + " ON c.duty = 'walk' AND c.collector = l.collector WHERE c.seq IS DISTINCT FROM l.m") == 0)
    #expect(
      try await place.number("SELECT count(*) - count(DISTINCT (identity, at, detector)) FROM @.findings") == 0)
    // The old one is shut out.
    try await place.commit(Self.lines(3, around: time, &random), by: 0)
    await #expect(throws: LeadershipLost.self) { _ = try await walk.pass() }
  }

  @Test("learns anew from the retained records when what was learned cannot be read")
  func learnsAnew() async throws {
    var random = SplitMix64(seed: 5)
    let place = try await WalkedTenant("anew", collectors: 2)
    let walk = TenantWalk(place.tenant, try Self.lead(1, place), geo: nil)
    let time = RecordTime.now.advanced(by: .seconds(-7200))
    for index in 0..<20 {
      try await place.commit(
        Self.lines(6, around: time.advanced(by: .seconds(index * 60)), &random), by: index % 2)
    }
    try await Self.catchUp(walk)
    try await walk.keepNow()
    let schema = place.tenant.schemaName
    try await place.store.session.execute("UPDATE \"\(schema)\".analyzer_state SET bytes = '\\xffff00'")
    let fresh = TenantWalk(place.tenant, try Self.lead(2, place), geo: nil)
    let known = try await fresh.learned()
    #expect(known.state.count > 100)
    // It was written down, and there is nothing left to walk.
    #expect(try await place.number("SELECT sum(length(bytes)) FROM @.analyzer_state") == known.state.count)
    let before = try await place.count("analyzer_journal")
    try await Self.catchUp(fresh)
    #expect(try await place.count("analyzer_journal") == before)
  }

  private static func catchUp(_ walk: TenantWalk) async throws {
    while try await trying({ try await walk.pass() }) == .more {}
  }

  /// A session that somebody ended a moment ago fails once more.
  private static func trying<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
    for _ in 0..<10 {
      do {
        return try await body()
      } catch let error as PostgresError where error.isTransient {
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    return try await body()
  }

  /// One pass while somebody ends its sessions at some moment; what fails is tried again.
  private static func passWhileBackendsDie(
    _ walk: TenantWalk, _ place: WalkedTenant, _ random: inout SplitMix64
  ) async throws {
    let delay = Duration.microseconds(Int64(random.next() % 6000))
    async let killed: Void = place.store.session.perform { [tenant = place.tenant] connection in
      try connection.execute("SELECT pg_sleep(\(Double(delay.components.attoseconds) / 1e18))")
      try connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1",
        [.text("walk of \(tenant)")])
    }
    do {
      _ = try await walk.pass()
    } catch is PostgresError {
      // The next pass goes on.
    }
    try await killed
  }
}
