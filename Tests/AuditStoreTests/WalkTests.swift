import AuditModel
import AuditStore
import Postgres
import Synchronization
import Testing

@Suite("The walk through a ledger")
struct WalkTests {
  private final class Times: Sendable {
    private let times = Mutex<[(RecordTime, RecordID)]>([])
    func note(_ tuple: Span<UInt8>, _ id: RecordID) {
      let time = RecordTime(postgresMicroseconds: tuple.int64(at: 6))
      times.withLock { $0.append((time, id)) }
    }
    var all: [(time: RecordTime, id: RecordID)] { times.withLock { $0.map { ($0.0, $0.1) } } }
  }

  private static func line(_ second: Int) -> String {
    StoredTenant.line(second, time: "2026-11-25T12:00:\(second < 10 ? "0" : "")\(second)Z")
  }

  /// Batches of some collectors, each of a few lines, committed in order.
  private static func commit(_ batches: [(StoredTenant, [Int])]) async throws {
    var heads: [Int32: (sequence: Int64, hash: Digest)] = [:]
    for (index, (stored, seconds)) in batches.enumerated() {
      let head = heads[stored.collector] ?? (0, .zero)
      let batch = stored.batch(
        head.sequence + 1, seconds.map(line), from: head.sequence * 100, to: head.sequence * 100 + 100,
        received: RecordTime.fixed.advanced(by: .seconds(index)), isFirst: head.sequence == 0)
      let committed = try await stored.store.commit(batch, after: head.hash, textBytesMax: 1000)
      heads[stored.collector] = (committed.sequence, committed.hash)
    }
  }

  @Test("hands over every batch once, oldest first, in bites, and all records in the order of time")
  func inOrder() async throws {
    let one = try await StoredTenant("walk")
    let two = try await StoredTenant(one.tenant, collector: "beside-\(one.tenant)")
    try await Self.commit([
      (one, [1, 5, 3]), (two, [2, 4]), (one, [10]), (two, [9, 8]), (two, []), (one, [20, 30, 25]),
    ])

    var cursors: [Int32: Int64] = [:]
    var seen: [RecordID] = []
    var bites = 0
    while true {
      let ahead = try await one.store.ahead(of: cursors, in: one.tenant, recordsMax: 12)
      if ahead.stretches.isEmpty { break }
      bites += 1
      let times = Times()
      try await one.store.records(of: ahead.stretches, in: one.tenant) { times.note($0, $1) }
      #expect(Int64(times.all.count) == ahead.records)
      #expect(times.all.map(\.time) == times.all.map(\.time).sorted())
      for stretch in ahead.stretches {
        #expect(stretch.first == cursors[stretch.collector, default: 0] + 1)
        cursors[stretch.collector] = stretch.last
      }
      seen += times.all.map(\.id)
    }
    #expect(bites >= 2)
    #expect(cursors == [one.collector: 3, two.collector: 3])
    #expect(seen.count == 11 && Set(seen).count == 11)
  }

  @Test("repeats a stretch of which only the numbers are known")
  func repeats() async throws {
    let one = try await StoredTenant("walk")
    try await Self.commit([(one, [1, 5, 3]), (one, [7]), (one, [])])
    let times = Times()
    let stretch = LedgerStretch(collector: one.collector, sequences: 1...3)
    try await one.store.records(of: [stretch], in: one.tenant) { times.note($0, $1) }
    #expect(times.all.count == 4)
    let none = Times()
    try await one.store.records(
      of: [LedgerStretch(collector: one.collector, sequences: 3...3)], in: one.tenant
    ) { none.note($0, $1) }
    #expect(none.all.isEmpty)
  }

  @Test("goes no further where somebody took a ledger row out, and never over a hole")
  func hole() async throws {
    let one = try await StoredTenant("walk")
    try await Self.commit([(one, [1]), (one, [2]), (one, [3])])
    try await one.tamper("DELETE FROM @.ledger WHERE seq = 2")
    let ahead = try await one.store.ahead(of: [:], in: one.tenant, recordsMax: 1000)
    #expect(ahead.stretches.map(\.last) == [1])
    #expect(try await one.store.ahead(of: [one.collector: 1], in: one.tenant, recordsMax: 1000).stretches.isEmpty)
  }

  @Test("passes over days that have left, which are no gap")
  func prunedDay() async throws {
    let one = try await StoredTenant("walk")
    try await Self.commit([(one, [1, 2]), (one, [3])])
    try await one.tamper("DROP TABLE @.records_20261125")
    let ahead = try await one.store.ahead(of: [:], in: one.tenant, recordsMax: 1000)
    #expect(ahead.stretches.map(\.last) == [2])
    let times = Times()
    try await one.store.records(of: ahead.stretches, in: one.tenant) { times.note($0, $1) }
    #expect(times.all.isEmpty)
  }

  @Test("keeps an entry and its findings once, however often it is handed in, and goes on from a snapshot")
  func entries() async throws {
    let one = try await StoredTenant("walk")
    let epoch = LeaderEpoch(1)
    let time = RecordTime.fixed
    let entry = WalkEntry(
      number: 1, before: RecordTime(nanoseconds: .min), after: time, feedback: 0,
      stretches: [LedgerStretch(collector: 3, sequences: 1...4)])
    var finding = FindingRow(
      detector: "first-use", at: time, window: time...time, score: 1.5, severity: "warning", isLate: false,
      isShadow: false, identity: -5, summary: "somebody did something", evidence: #"{"records":["3-1-1"]}"#)
    finding.user = "u"
    for _ in 0..<3 {
      try await one.store.store(entry, findings: [finding, finding], of: one.tenant, epoch, found: time)
    }
    #expect(try await one.store.analysis(of: one.tenant).findings.map(\.count) == [2])

    var start = try await one.store.beginWalk(of: one.tenant, epoch)
    #expect(start.cursors == [3: 4] && start.lastEntry == 1 && start.snapshot == nil)
    #expect(start.journal.map(\.after) == [time] && start.journal[0].stretches[0].last == 4)

    let state = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) }
    try await one.store.keep(state, upTo: 1, of: one.tenant, epoch)
    start = try await one.store.beginWalk(of: one.tenant, epoch)
    #expect(start.journal.isEmpty && start.lastEntry == 1 && start.snapshot?.entry == 1)
    #expect(start.snapshot?.state == state)
    await #expect(throws: LeadershipLost.self) {
      _ = try await one.store.beginWalk(of: one.tenant, LeaderEpoch(0))
    }
  }
}
