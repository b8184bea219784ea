import AuditModel
import AuditQuery
import AuditStore
import Postgres
import Testing

@Suite("The store")
struct CommitTests {
  @Test("stores a batch once, however often it is handed in")
  func once() async throws {
    let place = try await StoredTenant("once")
    let batch = place.batch(1, (0..<50).map { StoredTenant.line($0) } + ["no json"], isFirst: true)
    let first = try await place.store.commit(batch, after: .zero, textBytesMax: 1000)
    let again = try await place.store.commit(batch, after: .zero, textBytesMax: 1000)
    #expect(first == again)
    #expect(first.records == 50 && first.rejected == 1)
    #expect(try await place.store.count(of: place.tenant, RecordFilter()) == 50)
    #expect(try await place.store.countRejected(of: place.tenant, RecordFilter()) == 1)
    let head = try await place.store.open(tenant: place.tenant, collector: place.collector)
    #expect(head.sequence == 1 && head.hash == first.hash && head.lastSource == SourceID(1))
  }

  @Test("does not take another batch under a number that is taken")
  func conflict() async throws {
    let place = try await StoredTenant("conflict")
    _ = try await place.store.commit(
      place.batch(1, [StoredTenant.line(1)], isFirst: true), after: .zero, textBytesMax: 1000)
    let other = place.batch(1, [StoredTenant.line(2)], received: .fixed.advanced(by: .milliseconds(1)), isFirst: true)
    await #expect(throws: StoreError.self) { try await place.store.commit(other, after: .zero, textBytesMax: 1000) }
    #expect(try await place.store.count(of: place.tenant, RecordFilter()) == 1)
  }

  @Test("turns the rows that PostgreSQL refuses into rejected lines, and stores the rest")
  func refused() async throws {
    let place = try await StoredTenant("refused")
    try await place.store.session.perform { connection in
      try connection.executeScript(
        "ALTER TABLE \"\(place.tenant.schemaName)\".records ADD CHECK (tool <> 'forbidden')")
    }
    let lines = (0..<40).map { StoredTenant.line($0, tool: $0 % 13 == 5 ? "forbidden" : "fine") }
    let batch = place.batch(1, lines, isFirst: true)
    let committed = try await place.store.commit(batch, after: .zero, textBytesMax: 1000)
    #expect(committed.records == 37 && committed.rejected == 3)
    // A repetition after a lost answer finds what became of it.
    #expect(try await place.store.commit(batch, after: .zero, textBytesMax: 1000) == committed)
    let (faults, summary) = try await place.faults()
    #expect(faults.isEmpty, "\(faults)")
    #expect(summary.records == 37 && summary.rejected == 3)
  }

  @Test("keeps exactly what PostgreSQL's jsonb would refuse, and everything casts to jsonb")
  func poison() async throws {
    let place = try await StoredTenant("poison")
    let lines = [
      StoredTenant.line(1, more: #","x":"a\u0000b\\c","y":"\ud800","z":"\ud83d\ude00""#),
      StoredTenant.line(2, more: #","x":1e200000"#),
      StoredTenant.line(3, more: #","x":12345678901234567890123.4500,"x":1"#),
    ]
    _ = try await place.store.commit(place.batch(1, lines, isFirst: true), after: .zero, textBytesMax: 1000)
    let schema = place.tenant.schemaName
    let stored = try await place.store.session.perform { connection in
      try connection.execute(
        "SELECT args::text, args #>> '{x}', marks, (args::jsonb)::text FROM \"\(schema)\".records ORDER BY idx"
      ).map { row in
        (try row[0].string(), try row[1].string(), try row[2].present?.textArray() ?? [], try row[3].string())
      }
    }
    #expect(stored[0].0 == #"{"n":1,"x":"a\\u0000b\\\\c","y":"\\ud800","z":"\ud83d\ude00"}"#)
    #expect(stored[0].1 == #"a\u0000b\\c"#)
    #expect(stored[0].2 == ["escaped"])
    #expect(stored[1].0 == #"{"n":2,"x":"1e200000"}"#)
    #expect(stored[1].2 == ["number-as-text"])
    #expect(stored[2].0 == #"{"n":3,"x":12345678901234567890123.4500,"x":1}"#)
    #expect(stored[2].2 == ["duplicate-keys"])
    #expect(try await place.faults().faults.isEmpty)
  }

  @Test("does not go on behind a batch that the database lost")
  func lostTail() async throws {
    let place = try await StoredTenant("lost")
    let first = try await place.store.commit(
      place.batch(1, [StoredTenant.line(1)], isFirst: true), after: .zero, textBytesMax: 1000)
    let second = try await place.store.commit(
      place.batch(2, [StoredTenant.line(2)], from: 100, to: 200), after: first.hash, textBytesMax: 1000)
    try await place.tamper(
      "DELETE FROM @.ledger WHERE seq = 2; DELETE FROM @.records WHERE seq = 2; DELETE FROM @.positions WHERE seq = 2")
    let third = place.batch(3, [StoredTenant.line(3)], from: 200, to: 300)
    await #expect(throws: StoreError.self) {
      try await place.store.commit(third, after: second.hash, textBytesMax: 1000)
    }
    #expect(try await place.store.count(of: place.tenant, RecordFilter()) == 1)
    #expect(try await place.store.open(tenant: place.tenant, collector: place.collector).sequence == 1)
  }

  @Test("takes any duration and size that a line claims")
  func hugeNumbers() async throws {
    let place = try await StoredTenant("huge")
    let line =
      #"{"timestamp":"2026-11-25T12:00:00Z","tool":"t","durationMs":9000000000000,"result_size_bytes":9223372036854775807}"#
    _ = try await place.store.commit(place.batch(1, [line, line], isFirst: true), after: .zero, textBytesMax: 1000)
    let schema = place.tenant.schemaName
    let sums = try await place.store.session.perform { connection in
      let row = try connection.execute("SELECT duration_ns_sum, result_bytes, calls FROM \"\(schema)\".signals").only()
      return [try row[0].int64(), try row[1].int64(), try row[2].int64()]
    }
    #expect(sums == [.max, .max, 2])
  }

  @Test("files late records under their own day, and keeps nanoseconds")
  func days() async throws {
    let place = try await StoredTenant("days")
    let times = ["2026-11-25T12:00:00.123456789Z", "2026-09-01T00:00:00.000000001Z", "2026-11-24T23:59:59.999999999Z"]
    let batch = place.batch(1, times.enumerated().map { StoredTenant.line($0, time: $1) }, isFirst: true)
    #expect(batch.entry.days.map(\.day.description) == ["2026-09-01", "2026-11-24", "2026-11-25"])
    _ = try await place.store.commit(batch, after: .zero, textBytesMax: 1000)
    let found = Records()
    try await place.store.records(of: place.tenant, RecordFilter(), isDescending: false, limit: nil) {
      found.append($0)
    }
    #expect(found.all.map(\.position.time.rfc3339) == times.sorted())
    let partitions = try await place.store.partitions(of: place.tenant).map(\.day.description)
    // Today's and tomorrow's are there ahead of time.
    #expect(partitions == ["2026-09-01", "2026-11-24", "2026-11-25", "2026-11-26"])
  }

  @Test("makes a day while a writer holds the table, without waiting for it")
  func partitionWithoutLock() async throws {
    let place = try await StoredTenant("ahead")
    _ = try await place.store.commit(
      place.batch(1, [StoredTenant.line(1)], isFirst: true), after: .zero, textBytesMax: 1000)
    let schema = place.tenant.schemaName
    let other = Store(session: PostgresSession(url: try await TestURL.url(), applicationName: "writer"))
    try await other.session.perform { connection in
      try connection.transaction { connection in
        // What COPY takes; held until the end of this transaction.
        try connection.executeScript("LOCK TABLE \"\(schema)\".records IN ROW EXCLUSIVE MODE")
        let began = ContinuousClock.now
        let done = Barrier()
        Task {
          try await place.store.session.execute(
            "SELECT audittail.ensure_day($1, $2)", [.text(schema), .date(daysSince2000: 9000)])
          done.open()
        }
        #expect(done.wait(atMost: .seconds(10)), "ensure_day waited for a writer for \(ContinuousClock.now - began)")
      }
    }
    await other.close()
  }
}
