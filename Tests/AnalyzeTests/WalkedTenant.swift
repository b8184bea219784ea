import AuditModel
import AuditParse
import AuditRedact
import AuditStore
import Postgres
import Synchronization
import TestCluster
import Testing

@testable import audittail

/// A tenant of its own for a test, with collectors that commit batches of audit lines.
actor WalkedTenant {
  private static let counter = Mutex(0)

  nonisolated let store: Store
  nonisolated let tenant: TenantID
  private var collectors: [(number: Int32, sequence: Int64, hash: Digest)] = []

  init(_ name: String, collectors count: Int) async throws {
    store = Store(session: try await TestCluster.session("walked"))
    try await store.migrate()
    let number = Self.counter.withLock { counter in
      counter += 1
      return counter
    }
    tenant = try #require(TenantID("\(name)-\(number)"))
    for index in 0..<count {
      let collector = try await store.register(collector: "\(name)-\(number)-\(index)")
      _ = try await store.open(tenant: tenant, collector: collector)
      collectors.append((collector, 0, .zero))
    }
  }

  /// Commits a batch of one of the collectors.
  func commit(_ lines: [String], by index: Int, received: RecordTime = .now) async throws {
    let collector = collectors[index]
    var parser = RecordParser()
    var record = ParsedRecord()
    var redactor = Redactor()
    var clean = CleanTexts()
    var records = RecordRows()
    let window = TimeWindow(
      earliest: RecordTime(nanoseconds: .min), latest: RecordTime(nanoseconds: .max))
    for (row, line) in lines.enumerated() {
      let bytes = Array(line.utf8)
      guard case .record = parser.parse(bytes.span, window: window, into: &record) else {
        Issue.record("no record: \(line)")
        continue
      }
      let origin = RowOrigin(
        collector: collector.number, sequence: collector.sequence + 1, source: SourceID(1),
        offset: collector.sequence * 10_000 + Int64(row))
      records.append(
        record, tape: parser.tape, line: bytes.span, origin: origin, server: nil, redactor: &redactor, clean: &clean)
    }
    let isFirst = collector.sequence == 0
    let source = SourceRecord(id: SourceID(1), path: "/walked.log", identity: nil, fingerprint: nil)
    let span = SourceSpan(
      source: SourceID(1), from: SourcePosition(collector.sequence * 10_000),
      to: SourcePosition(collector.sequence * 10_000 + 10_000), lines: Int32(lines.count), pending: [])
    let batch = RecordBatch(
      tenant: tenant, collector: collector.number, sequence: collector.sequence + 1, received: received,
      records: records.finish(), rejected: RejectedRows(textBytesMax: 1000).finish(),
      sources: isFirst ? [source] : [], spans: [span])
    let committed = try await store.commit(batch, after: collector.hash, textBytesMax: 1000)
    collectors[index] = (collector.number, committed.sequence, committed.hash)
  }

  func count(_ table: String) async throws -> Int {
    try await number("SELECT count(*) FROM @.\(table)")
  }

  /// One whole number; `@` is the tenant's schema.
  func number(_ sql: String) async throws -> Int {
    let sql = sql.replacing("@", with: "\"\(tenant.schemaName)\"")
    return try await store.session.perform { Int(try $0.execute(sql).only()[0].int64()) }
  }

  static func line(_ tool: String, user: String, at time: RecordTime, more: String = "") -> String {
    #"{"timestamp":"\#(time.rfc3339)","tool":"\#(tool)","userId":"\#(user)","sessionId":"s-\#(user)","args":{"n":1},"status":"success","durationMs":5\#(more)}"#
  }
}
