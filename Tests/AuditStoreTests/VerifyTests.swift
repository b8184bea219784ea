import AuditModel
import AuditStore
import Postgres
import Testing

@Suite("The verification of the ledger")
struct VerifyTests {
  struct Tampering: CustomStringConvertible, Sendable {
    let description: String
    /// `@` stands for the tenant's schema.
    let sql: String
    let kind: LedgerFault.Kind
    let batch: Int64?
  }

  static let tamperings: [Tampering] = [
    .init(
      description: "a changed user", sql: "UPDATE @.records SET user_id = 'x' WHERE seq = 2 AND idx = 3",
      kind: .changed, batch: 2),
    .init(
      description: "changed arguments", sql: "UPDATE @.records SET args = '{\"n\":4 }' WHERE seq = 2 AND idx = 4",
      kind: .changed, batch: 2),
    .init(
      description: "a changed time", sql: "UPDATE @.records SET ts = ts + '1 us' WHERE seq = 1 AND idx = 0",
      kind: .changed, batch: 1),
    .init(
      description: "exchanged rows", sql: "UPDATE @.records SET idx = 9 - idx WHERE seq = 2 AND idx IN (4, 5)",
      kind: .changed, batch: 2),
    .init(
      description: "a deleted record", sql: "DELETE FROM @.records WHERE seq = 3 AND idx = 0", kind: .missing, batch: 3),
    .init(
      description: "a deleted batch of records", sql: "DELETE FROM @.records WHERE seq = 3", kind: .missing, batch: 3),
    .init(
      description: "an added record", sql: "INSERT INTO @.records SELECT * FROM @.records WHERE seq = 1 AND idx = 1",
      kind: .added, batch: 1),
    .init(
      description: "records of a batch that is not there",
      sql:
        "INSERT INTO @.records SELECT * FROM @.records WHERE seq = 1; UPDATE @.records SET seq = 77 WHERE ctid IN (SELECT max(ctid) FROM @.records WHERE seq = 1 GROUP BY idx)",
      kind: .added, batch: 77),
    .init(
      description: "a deleted rejected line", sql: "DELETE FROM @.rejected WHERE seq = 1", kind: .missing, batch: 1),
    .init(
      description: "a changed ledger row", sql: "UPDATE @.ledger SET received_at = received_at + '1 s' WHERE seq = 2",
      kind: .chainBroken, batch: 2),
    .init(description: "a deleted ledger row", sql: "DELETE FROM @.ledger WHERE seq = 2", kind: .chainBroken, batch: 3),
    .init(
      description: "a changed position", sql: "UPDATE @.positions SET pos_to = pos_to + 1 WHERE seq = 3",
      kind: .chainBroken, batch: 3),
    .init(description: "a deleted position", sql: "DELETE FROM @.positions WHERE seq = 2", kind: .gap, batch: 3),
    .init(
      description: "a position moved back", sql: "UPDATE @.positions SET pos_from = 50 WHERE seq = 2", kind: .overlap,
      batch: 2),
  ]

  @Test("names the batch that was tampered with", arguments: tamperings)
  func notices(tampering: Tampering) async throws {
    let place = try await StoredTenant("verify")
    try await store(place)
    let before = try await place.faults()
    #expect(before.faults.isEmpty)
    #expect(before.summary.batches == 3 && before.summary.records == 30 && before.summary.rejected == 1)
    try await place.tamper(tampering.sql)
    let after = try await place.faults()
    #expect(
      after.faults.contains { $0.kind == tampering.kind && $0.sequence == tampering.batch }, "\(after.faults)")
    #expect(after.summary.faults == after.faults.count)
  }

  @Test("names each gap, and notices when one is denied")
  func gaps() async throws {
    let place = try await StoredTenant("gaps")
    try await store(place)
    let head = try await place.store.open(tenant: place.tenant, collector: place.collector)
    var previous = head.hash
    let spans = [
      SourceSpan(
        source: SourceID(1), from: SourcePosition(300), to: SourcePosition(350), lines: 0, pending: [], lastBlock: 4,
        gap: SourceGap(byteCount: 20, isLeast: false)),
      SourceSpan(
        source: SourceID(1), from: SourcePosition(350), to: SourcePosition(351), lines: 0, pending: [],
        gap: SourceGap(byteCount: 1, isLeast: true)),
    ]
    for (index, span) in spans.enumerated() {
      let batch = place.batch(Int64(4 + index), [], spans: [span])
      previous = try await place.store.commit(batch, after: previous, textBytesMax: 1000).hash
    }
    let found = try await place.faults()
    #expect(found.faults.map(\.kind) == [.gap, .gap])
    #expect(
      found.faults.map(\.detail) == [
        "bytes 330–350 of source 1, /t.log, were lost before they could be read",
        "at least 1 byte from 350 on of source 1, /t.log, were lost before they could be read",
      ])
    #expect(try await place.store.status(of: place.tenant).collectors.first?.gapBytes == 21)
    try await place.tamper("UPDATE @.positions SET gap_bytes = NULL WHERE seq = 4")
    #expect(try await place.faults().faults.contains { $0.kind == .chainBroken && $0.sequence == 4 })
  }

  @Test("goes on after a day left by retention, and says so")
  func pruned() async throws {
    let place = try await StoredTenant("pruned")
    try await store(place)
    let old = place.batch(4, [StoredTenant.line(1, time: "2026-09-01T10:00:00Z")], from: 300, to: 400)
    let head = try await place.store.open(tenant: place.tenant, collector: place.collector)
    _ = try await place.store.commit(old, after: head.hash, textBytesMax: 1000)
    let outcomes = Outcomes()
    let keepFrom = try #require(Day(year: 2026, month: 11, day: 1))
    try await place.store.prune(place.tenant, keepFrom: keepFrom, isDryRun: true) { outcomes.append($0.outcome) }
    #expect(outcomes.all == [.wouldDrop])
    #expect(try await place.store.partitions(of: place.tenant).first?.day.description == "2026-09-01")
    try await place.store.prune(place.tenant, keepFrom: keepFrom, isDryRun: false) { outcomes.append($0.outcome) }
    #expect(outcomes.all == [.wouldDrop, .dropped])
    #expect(try await place.store.partitions(of: place.tenant).first?.day.description == "2026-11-25")
    let (faults, summary) = try await place.faults()
    #expect(faults.isEmpty, "\(faults)")
    #expect(summary.prunedDays == 1 && summary.records == 30)
  }

  @Test(
    "refuses the owner's own UPDATE, DELETE and TRUNCATE",
    arguments: [
      "UPDATE @.records SET tool = 'x'", "DELETE FROM @.records", "TRUNCATE @.records", "DELETE FROM @.ledger",
      "TRUNCATE @.positions",
      "UPDATE @.records_20261125 SET tool = 'x'", "TRUNCATE @.records_20261125", "UPDATE @.rejected SET text = ''",
    ])
  func refused(sql: String) async throws {
    let place = try await StoredTenant("refuse")
    try await store(place)
    let text = sql.replacing("@", with: "\"\(place.tenant.schemaName)\"")
    await #expect { try await place.store.session.execute(text) } throws: { "\($0)".contains("only added to") }
  }

  @Test("lets the retention role drop what is old, and neither what is kept nor the traces")
  func retentionRole() async throws {
    let place = try await StoredTenant("role")
    try await store(place)
    let old = place.batch(4, [StoredTenant.line(1, time: "2026-08-28T10:00:00Z")], from: 300, to: 400)
    let head = try await place.store.open(tenant: place.tenant, collector: place.collector)
    _ = try await place.store.commit(old, after: head.hash, textBytesMax: 1000)
    let schema = place.tenant.schemaName
    func asRetention(_ sql: String) async throws {
      try await place.store.session.perform { connection in
        try connection.transaction { connection in
          try connection.executeScript("SET LOCAL ROLE audittail_retention")
          try connection.executeScript(sql)
        }
      }
    }
    await #expect { try await asRetention("SELECT audittail.drop_day('\(schema)', '2099-01-01')") } throws: {
      "\($0)".contains("keeps")
    }
    for forbidden in [
      "INSERT INTO \"\(schema)\".prunings VALUES (now(), 3, '2026-11-25', 'dropped')",
      "SELECT FROM \"\(schema)\".records",
      "DELETE FROM \"\(schema)\".ledger", "UPDATE audittail.tenants SET keep_days = 1",
    ] {
      await #expect(throws: PostgresError.self, "\(forbidden)") { try await asRetention(forbidden) }
    }
    try await place.store.session.execute(
      "UPDATE audittail.tenants SET keep_days = 1 WHERE schema_name = $1", [.text(schema)])
    try await asRetention("SELECT audittail.drop_day('\(schema)', '2026-08-28')")
    let (faults, summary) = try await place.faults()
    #expect(faults.isEmpty, "\(faults)")
    #expect(summary.prunedDays == 1)
  }

  @Test("is not talked out of a fault by a pruning that did not happen")
  func forgedPruning() async throws {
    let place = try await StoredTenant("forged")
    try await store(place)
    try await place.tamper(
      "UPDATE @.records SET user_id = 'x' WHERE seq = 2; INSERT INTO @.prunings VALUES (now(), 30, '2026-11-25', 'dropped')"
    )
    #expect(try await place.faults().faults.contains { $0.kind == .added || $0.kind == .changed })
  }

  @Test("finds a position that no batch brought")
  func orphanedPosition() async throws {
    let place = try await StoredTenant("orphan")
    try await store(place)
    try await place.tamper(
      "INSERT INTO @.positions SELECT 99, 300, 9999, collector, source, 1, '{}', '{}', '{}' FROM @.positions WHERE seq = 1"
    )
    #expect(try await place.faults().faults.contains { $0.kind == .added && $0.sequence == 99 })
    // And a collector does not go on from it.
    #expect(try await place.store.open(tenant: place.tenant, collector: place.collector).sequence == 3)
  }

  private func store(_ place: StoredTenant) async throws {
    var previous = Digest.zero
    for sequence in 1...3 {
      let lines = (0..<10).map { StoredTenant.line($0) } + (sequence == 1 ? ["noise"] : [])
      let from = Int64(sequence - 1) * 100
      let batch = place.batch(Int64(sequence), lines, from: from, to: from + 100, isFirst: sequence == 1)
      previous = try await place.store.commit(batch, after: previous, textBytesMax: 1000).hash
    }
  }
}
