package import AuditAlert
package import AuditModel
import Postgres

extension Store {
  private static let duty = "walk"
  /// Its cursor is a number of `finding_feedback`, of no collector.
  private static let feedbackDuty = "feedback"
  /// Of one row of a snapshot.
  private static let partBytesMax = 1 << 20

  /// Where the walk of a tenant goes on; passes the fence, so that what is read is not changed by an older leader any more.
  package func beginWalk(of tenant: TenantID, _ epoch: LeaderEpoch) async throws -> WalkStart {
    try await fenced(epoch, tenant) { connection in
      let schema = tenant.sql
      var cursors: [Int32: Int64] = [:]
      for row in try connection.execute(
        "SELECT collector, seq FROM \(schema).analyzer_cursors WHERE duty = $1", [.text(Self.duty)])
      {
        cursors[try row[0].int32()] = try row[1].int64()
      }
      var state: [UInt8] = []
      var entry: Int64?
      try connection.fetch(
        "SELECT entry, bytes FROM \(schema).analyzer_state WHERE entry = (SELECT max(entry) FROM \(schema).analyzer_state) ORDER BY part",
        within: .seconds(300)
      ) { row in
        entry = try row[0].int64()
        state += try row[1].bytes()
      }
      let journal = try connection.execute(
        """
        SELECT entry, watermark_before, watermark_after, feedback, collectors, first_seqs, last_seqs FROM \(schema).analyzer_journal
        WHERE entry > $1 ORDER BY entry
        """, [.int64(entry ?? 0)], within: .seconds(300)
      ).map(Self.entry)
      return WalkStart(
        cursors: cursors, snapshot: entry.map { ($0, state) }, journal: journal,
        lastEntry: journal.last?.number ?? entry ?? 0, feedback: try Self.feedback(schema, connection))
    }
  }

  private static func feedback(_ schema: String, _ connection: PostgresConnection) throws -> Int64 {
    let rows = try connection.execute(
      "SELECT seq FROM \(schema).analyzer_cursors WHERE duty = $1", [.text(Self.feedbackDuty)])
    return try rows.first.map { try $0[0].int64() } ?? 0
  }

  private static func entry(_ row: PostgresRow) throws -> WalkEntry {
    let (collectors, firsts, lasts) = (try row[4].int32Array(), try row[5].int64Array(), try row[6].int64Array())
    let stretches = zip(collectors, zip(firsts, lasts)).map {
      LedgerStretch(collector: $0, sequences: min($1.0, $1.1)...$1.1)
    }
    return WalkEntry(
      number: try row[0].int64(), before: RecordTime(nanoseconds: try row[1].int64()),
      after: RecordTime(nanoseconds: try row[2].int64()), feedback: try row[3].int64(), stretches: stretches)
  }

  /// Commits a step of the walk: its findings, its place in the journal and the cursors, or nothing of it.
  ///
  /// Safe to call again when the answer was lost: an entry of this number that is there is this very one, because only one leader passes
  /// the fence.
  /// - Parameter found: the analyzer's clock.
  package func store(
    _ entry: WalkEntry, findings: [FindingRow], of tenant: TenantID, _ epoch: LeaderEpoch, found: RecordTime,
    alerting: (pipeline: AlertPipeline, watchingSince: RecordTime)? = nil
  ) async throws {
    try await fenced(epoch, tenant) { connection in
      let schema = tenant.sql
      let isNew = try connection.execute(
        """
        INSERT INTO \(schema).analyzer_journal (entry, watermark_before, watermark_after, feedback, collectors, first_seqs, last_seqs)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (entry) DO NOTHING
        """,
        [
          .int64(entry.number), .int64(entry.before.nanoseconds), .int64(entry.after.nanoseconds),
          .int64(entry.feedback), .int32Array(entry.stretches.map(\.collector)),
          .int64Array(entry.stretches.map(\.first)), .int64Array(entry.stretches.map(\.last)),
        ]
      ).affected
      if isNew == 0 { return }
      for finding in findings { try Self.insert(finding, schema, found, connection) }
      // A finding is never there without its alert; a flood of them is left to the duty of the alerts.
      if !findings.isEmpty, let alerting {
        _ = try Self.stepAlerts(
          of: .tenant(tenant), alerting.pipeline, now: found, watchingSince: alerting.watchingSince, connection)
      }
      for stretch in entry.stretches {
        try Self.move(Self.duty, stretch.collector, to: stretch.last, schema, connection)
      }
      if entry.feedback > 0 { try Self.move(Self.feedbackDuty, 0, to: entry.feedback, schema, connection) }
    }
  }

  private static func move(
    _ duty: String, _ collector: Int32, to sequence: Int64, _ schema: String, _ connection: PostgresConnection
  ) throws {
    try connection.execute(
      """
      INSERT INTO \(schema).analyzer_cursors (duty, collector, seq) VALUES ($1, $2, $3)
      ON CONFLICT (duty, collector) DO UPDATE SET seq = excluded.seq
      """, [.text(duty), .int32(collector), .int64(sequence)])
  }

  private static func insert(
    _ finding: FindingRow, _ schema: String, _ found: RecordTime, _ connection: PostgresConnection
  ) throws {
    func time(_ time: RecordTime) -> PostgresValue { .timestamptz(microsecondsSince2000: time.postgresMicroseconds) }
    func text(_ text: String?) -> PostgresValue { text.map { .text($0) } ?? .null }
    try connection.execute(
      """
      INSERT INTO \(schema).findings (at, at_ns, found_at, window_start, window_end, score, identity, is_late, mode, severity,
        detector, actor, user_id, client_id, tool, server, session_id, team, address, summary, evidence)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21::text::json)
      """,
      [
        time(finding.at), .int16(finding.at.nanosecondRemainder), time(found), time(finding.window.lowerBound),
        time(finding.window.upperBound), .double(finding.score), .int64(finding.identity), .bool(finding.isLate),
        .text(finding.isShadow ? "shadow" : "on"), .text(finding.severity), .text(finding.detector),
        text(finding.actor), text(finding.user), text(finding.client), text(finding.tool), text(finding.server),
        text(finding.session), text(finding.team), text(finding.address), .text(finding.summary),
        .text(finding.evidence),
      ])
  }

  /// What was said about findings, by number, in the order in which it was said.
  package func feedback(on tenant: TenantID, _ numbers: ClosedRange<Int64>) async throws -> [FindingFeedback] {
    try await session.perform { connection in
      try connection.execute(
        """
        SELECT b.feedback, f.detector, f.at, f.at_ns, f.window_start, f.window_end, f.score, f.severity, f.is_late, f.mode, f.identity,
          f.summary, f.evidence::text, f.actor, f.user_id, f.client_id, f.tool, f.server, f.session_id, f.team, f.address
        FROM \(tenant.sql).finding_feedback b JOIN \(tenant.sql).findings f ON f.finding = b.finding
        WHERE b.feedback BETWEEN $1 AND $2 ORDER BY b.feedback LIMIT 10000
        """, [.int64(numbers.lowerBound), .int64(numbers.upperBound)]
      ).map { FindingFeedback(number: try $0[0].int64(), finding: try Self.finding($0, from: 1)) }
    }
  }

  /// The columns of a finding as `feedback` names them.
  private static func finding(_ row: PostgresRow, from first: Int) throws -> FindingRow {
    func time(_ column: Int) throws -> RecordTime {
      RecordTime(postgresMicroseconds: try row[first + column].timestamptz())
    }
    func text(_ column: Int) throws -> String? { try row[first + column].present?.string() }
    let (start, end) = (try time(3), try time(4))
    var finding = FindingRow(
      detector: try row[first].string(),
      at: RecordTime(
        postgresMicroseconds: try row[first + 1].timestamptz(), nanosecondRemainder: try row[first + 2].int16()),
      window: min(start, end)...end, score: try row[first + 5].double(), severity: try row[first + 6].string(),
      isLate: try row[first + 7].bool(), isShadow: try row[first + 8].string() == "shadow",
      identity: try row[first + 9].int64(), summary: try row[first + 10].string(),
      evidence: try row[first + 11].string())
    (finding.actor, finding.user, finding.client) = (try text(12), try text(13), try text(14))
    (finding.tool, finding.server, finding.session) = (try text(15), try text(16), try text(17))
    (finding.team, finding.address) = (try text(18), try text(19))
    return finding
  }

  /// Keeps what was learned up to an entry; the journal up to there, and older snapshots, are not needed any more.
  package func keep(
    _ state: [UInt8], upTo entry: Int64, of tenant: TenantID, _ epoch: LeaderEpoch
  ) async throws {
    try await fenced(epoch, tenant) { connection in
      let schema = tenant.sql
      try connection.execute("DELETE FROM \(schema).analyzer_state", within: .seconds(60))
      var part: Int32 = 0
      var at = 0
      repeat {
        let end = min(at + Self.partBytesMax, state.count)
        try connection.execute(
          "INSERT INTO \(schema).analyzer_state (entry, part, bytes) VALUES ($1, $2, $3)",
          [.int64(entry), .int32(part), .bytes(Array(state[at..<end]))])
        (at, part) = (end, part + 1)
      } while at < state.count
      try connection.execute("DELETE FROM \(schema).analyzer_journal WHERE entry <= $1", [.int64(entry)])
    }
  }
}
