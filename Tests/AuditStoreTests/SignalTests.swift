import AuditModel
import AuditSignal
import AuditStore
import Postgres
import Synchronization
import TestCluster
import Testing

@Suite("Golden signals in the store")
struct SignalTests {
  static let day = RecordTime.fixed.day

  /// Everything from the day before to the day after the fixed time.
  static func everything(step: Duration? = nil) throws -> SignalQuestion {
    try #require(
      SignalQuestion(
        since: .fixed.advanced(by: .seconds(-86_400)), until: .fixed.advanced(by: .seconds(86_400)), step: step))
  }

  static func lines(_ numbers: Range<Int>, minute: Int = 0) -> [String] {
    numbers.map { number in
      let failed = number % 7 == 3
      let status = failed ? #""error","error":"upstream timed out""# : #""success""#
      return
        #"{"timestamp":"2026-11-25T12:\#(10 + minute):\#(10 + number % 50)Z","tool":"t\#(number % 3)","status":\#(status),"durationMs":\#(number),"trace_id":"trace-\#(number)"}"#
    }
  }

  @Test("are the same before and after compaction, with records that come late, and what the records give")
  func compaction() async throws {
    let place = try await StoredTenant("compact")
    var head = try await place.store.commit(
      place.batch(1, Self.lines(0..<60), isFirst: true), after: .zero, textBytesMax: 1000
    ).hash
    let before = try await place.store.signals(of: place.tenant, Self.everything())
    #expect(before.rows.values.reduce(0) { $0 + $1.calls } == 60)
    #expect(before.rows.values.reduce(0) { $0 + $1[.timeout] } == 9)
    #expect(try await place.store.compactSignals(of: place.tenant, now: .fixed) > 0)
    #expect(try await place.store.compactSignals(of: place.tenant, now: .fixed) == 0, "nothing is left")
    #expect(try await place.store.signals(of: place.tenant, Self.everything()) == before)

    // The same minute again, another one, and a minute of the day before.
    let late =
      Self.lines(60..<90) + Self.lines(0..<30, minute: 5) + [StoredTenant.line(5, time: "2026-11-24T23:59:59Z")]
    head =
      try await place.store.commit(
        place.batch(2, late, from: 100, to: 200), after: head, textBytesMax: 1000
      ).hash
    let uncompacted = try await place.store.signals(of: place.tenant, Self.everything(step: .seconds(3600)))
    while try await place.store.compactSignals(of: place.tenant, deltasMax: 2, now: .fixed) == 2 {}
    #expect(try await place.store.signals(of: place.tenant, Self.everything(step: .seconds(3600))) == uncompacted)
    #expect(uncompacted.rows.values.reduce(0) { $0 + $1.calls } == 121)
    for day in [Self.day, Self.day.advanced(by: -1)] {
      #expect(try await place.store.signalDifferences(of: place.tenant, on: day) == [])
    }
    let totals = try await place.totals()
    #expect(totals.reduce(0) { $0 + $1.calls } == 121)
  }

  @Test("that were changed by hand are found")
  func tampered() async throws {
    let place = try await StoredTenant("signal-hand")
    _ = try await place.store.commit(
      place.batch(1, Self.lines(0..<20), isFirst: true), after: .zero, textBytesMax: 1000)
    _ = try await place.store.compactSignals(of: place.tenant, now: .fixed)
    try await place.tamper("UPDATE @.signal_minutes SET calls = calls + 1 WHERE tool = 't1' AND status = 'success'")
    let found = try await place.store.signalDifferences(of: place.tenant, on: Self.day)
    #expect(found.count == 1 && found[0].grain == .minutes && found[0].place.key.tool == "t1", "\(found)")
  }

  @Test(
    "are seen once by every reader while collectors add and two compactors move them, and agree to the bit at the end")
  func concurrent() async throws {
    let first = try await StoredTenant("concurrent")
    let others = [try await first.another("a"), try await first.another("b"), try await first.another("c")]
    let batches = 25
    let done = Barrier()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for collector in [first] + others {
        group.addTask {
          var head = Digest.zero
          for number in 1...batches {
            let batch = collector.batch(
              Int64(number), Self.lines(0..<40, minute: number % 4), from: Int64(number) * 100,
              to: Int64(number) * 100 + 100, isFirst: number == 1)
            head = try await collector.store.commit(batch, after: head, textBytesMax: 1000).hash
          }
        }
      }
      let working = Task {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<2 {
            group.addTask {
              let store = first.store.another("compactor")
              while !done.isPassed {
                _ = try await store.compactSignals(of: first.tenant, deltasMax: 17, now: .fixed)
              }
              await store.close()
            }
          }
          group.addTask {
            let store = first.store.another("reader")
            var last: Int64 = 0
            while !done.isPassed {
              let calls = try await store.signals(of: first.tenant, Self.everything()).rows.values.reduce(0) {
                $0 + $1.calls
              }
              #expect(
                calls >= last && calls % 40 == 0, "\(calls) after \(last): part of a batch, or one lost or repeated")
              last = calls
            }
            await store.close()
          }
          try await group.waitForAll()
        }
      }
      try await group.waitForAll()
      done.open()
      try await working.value
    }
    let calls = Int64(4 * batches * 40)
    #expect(try await first.store.signalDifferences(of: first.tenant, on: Self.day) == [])
    while try await first.store.compactSignals(of: first.tenant, now: .fixed) > 0 {}
    #expect(try await first.store.signalDifferences(of: first.tenant, on: Self.day) == [])
    #expect(
      try await first.store.signals(of: first.tenant, Self.everything()).rows.values.reduce(0) { $0 + $1.calls }
        == calls)
    for collector in [first] + others {
      #expect(try await collector.totals().reduce(0) { $0 + $1.calls } == calls / 4)
    }
  }

  @Test("of a compaction that is killed in the middle stay where they were")
  func killed() async throws {
    let place = try await StoredTenant("signal-kill")
    _ = try await place.store.commit(
      place.batch(1, Self.lines(0..<50), isFirst: true), after: .zero, textBytesMax: 1000)
    let before = try await place.store.signals(of: place.tenant, Self.everything())
    let schema = place.tenant.schemaName
    let blocker = place.store.another("blocker")
    let victim = place.store.another("victim")
    try await blocker.session.perform { connection in
      try connection.transaction { connection in
        // The deltas are taken and the minutes written when it comes to the days.
        try connection.executeScript("LOCK TABLE \"\(schema)\".signal_days IN EXCLUSIVE MODE")
        let ended = Barrier()
        Task {
          await #expect(throws: PostgresError.self) {
            try await victim.compactSignals(of: place.tenant, now: .fixed)
          }
          ended.open()
        }
        var killed = 0
        let end = ContinuousClock.now + .seconds(20)
        while killed == 0, ContinuousClock.now < end {
          // Within a transaction PostgreSQL shows the same picture again and again.
          try connection.execute("SELECT pg_stat_clear_snapshot()")
          killed = try connection.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'victim' AND wait_event_type = 'Lock' AND query LIKE $1
            """, [.text("%\(schema)%signal_days%")]
          ).count
        }
        #expect(killed == 1 && ended.wait(atMost: .seconds(10)))
      }
    }
    await blocker.close()
    await victim.close()
    #expect(try await place.store.signals(of: place.tenant, Self.everything()) == before)
    #expect(try await place.store.compactSignals(of: place.tenant, now: .fixed) > 0)
    #expect(try await place.store.signals(of: place.tenant, Self.everything()) == before)
    #expect(try await place.store.signalDifferences(of: place.tenant, on: Self.day) == [])
  }

  @Test("of one call with the largest numbers that a line can claim add up without an end")
  func huge() async throws {
    let place = try await StoredTenant("signal-huge")
    let line =
      #"{"timestamp":"2026-11-25T12:00:00Z","tool":"t","durationMs":9000000000000,"result_size_bytes":9223372036854775807}"#
    _ = try await place.store.commit(place.batch(1, [line, line], isFirst: true), after: .zero, textBytesMax: 1000)
    _ = try await place.store.compactSignals(of: place.tenant, now: .fixed)
    let second = place.batch(2, [line], from: 100, to: 200)
    let head = try await place.store.open(tenant: place.tenant, collector: place.collector).hash
    _ = try await place.store.commit(second, after: head, textBytesMax: 1000)
    let figures = try #require(
      try await place.store.signals(of: place.tenant, Self.everything()).rows.values.first)
    #expect(figures.calls == 3 && figures.durationSum == .max && figures.resultBytes == .max)
    _ = try await place.store.compactSignals(of: place.tenant, now: .fixed)
    #expect(try await place.store.signalDifferences(of: place.tenant, on: Self.day) == [])
  }

  @Test("have beside them who used what, once, from the same records and judged alike")
  func usage() async throws {
    let place = try await StoredTenant("usage")
    var head = try await place.store.commit(
      place.batch(1, Self.lines(0..<40) + [StoredTenant.line(1, user: "ann")], isFirst: true), after: .zero,
      textBytesMax: 1000
    ).hash
    #expect(try await place.store.addUsage(of: place.tenant) == 1)
    let statuses = ["\"denied\"", "\"OK\"", "\"204\"", "\"unknown\"", "\"unknown\",\"error\":\"gone\"", "null"]
    let others = statuses.map {
      #"{"timestamp":"2026-11-24T23:59:59Z","tool":"s","userId":"ann","status":\#($0),"durationMs":2}"#
    }
    head =
      try await place.store.commit(
        place.batch(2, Self.lines(40..<60) + others, from: 100, to: 200), after: head, textBytesMax: 1000
      ).hash
    #expect(try await place.store.addUsage(of: place.tenant) == 1)
    #expect(try await place.store.addUsage(of: place.tenant) == 0, "it is added up once")
    let rows = Mutex<[UsageRow]>([])
    try await place.store.usage(of: place.tenant, from: Self.day.advanced(by: -1), to: Self.day) { row in
      rows.withLock { $0.append(row) }
    }
    let all = rows.withLock { $0 }
    #expect(all.reduce(0) { $0 + $1.calls } == 67)
    #expect(all.filter { $0.actor == "ann" }.map(\.calls) == [6, 1])
    let signals = try await place.store.signals(of: place.tenant, Self.everything()).rows.values
    #expect(all.reduce(0) { $0 + $1.failed } == signals.reduce(0) { $0 + $1.errorCount })
    #expect(all.reduce(0) { $0 + $1.durationSum } == signals.reduce(0) { $0 + $1.durationSum })
  }

  @Test("leave after their own retention")
  func pruned() async throws {
    let place = try await StoredTenant("signal-old")
    let lines = Self.lines(0..<5) + [StoredTenant.line(1, time: "2026-11-20T10:00:00Z")]
    _ = try await place.store.commit(place.batch(1, lines, isFirst: true), after: .zero, textBytesMax: 1000)
    _ = try await place.store.compactSignals(of: place.tenant, now: .fixed)
    let keepFrom = RecordTime.fixed.advanced(by: .seconds(-3 * 86_400))
    #expect(try await place.store.pruneSignals(of: place.tenant, before: keepFrom) >= 3)
    let question = try #require(
      SignalQuestion(since: .fixed.advanced(by: .seconds(-10 * 86_400)), until: .fixed, step: nil))
    #expect(try await place.store.signals(of: place.tenant, question).rows.values.reduce(0) { $0 + $1.calls } == 5)
  }
}

extension StoredTenant {
  func totals() async throws -> [SignalTotal] {
    let totals = Mutex<[SignalTotal]>([])
    try await store.signalTotals(of: tenant, collector: collector) { total in totals.withLock { $0.append(total) } }
    return totals.withLock { $0 }
  }

  /// The same tenant, as another collector with a connection of its own.
  func another(_ name: String) async throws -> StoredTenant {
    try await StoredTenant(tenant, collector: "collector-\(name)-\(tenant.name)")
  }
}
