import AuditModel
import AuditParse
import AuditRedact
import AuditStore
import Postgres
import Synchronization
import TestCluster
import Testing

/// A tenant of its own for a test, in the one cluster of the run, and batches made of lines as a collector makes them.
struct StoredTenant {
  private static let counter = Mutex(0)

  let store: Store
  let tenant: TenantID
  let collector: Int32
  private let head: TenantHead

  init(_ name: String) async throws {
    store = Store(session: try await TestCluster.session("store"))
    try await store.migrate()
    let number = Self.counter.withLock { counter in
      counter += 1
      return counter
    }
    tenant = try #require(TenantID("\(name)-\(number)"))
    collector = try await store.register(collector: "collector-\(name)-\(number)")
    head = try await store.open(tenant: tenant, collector: collector)
  }

  /// A tenant that is there, as another collector of it.
  init(_ tenant: TenantID, collector name: String) async throws {
    store = Store(session: try await TestCluster.session("store"))
    self.tenant = tenant
    collector = try await store.register(collector: name)
    head = try await store.open(tenant: tenant, collector: collector)
  }

  /// A batch of audit lines, as far as they are records, and of rejected ones.
  func batch(
    _ sequence: Int64, _ lines: [String], from: Int64 = 0, to: Int64 = 100, received: RecordTime = .fixed,
    isFirst: Bool = false, path: String = "/t.log", spans: [SourceSpan]? = nil
  ) -> RecordBatch {
    var parser = RecordParser()
    var record = ParsedRecord()
    var redactor = Redactor()
    var clean = CleanTexts()
    var records = RecordRows()
    var rejected = RejectedRows(textBytesMax: 1000)
    let window = TimeWindow(
      earliest: received.advanced(by: .seconds(-90 * 86_400)), latest: received.advanced(by: .seconds(3600)))
    for (index, line) in lines.enumerated() {
      let bytes = Array(line.utf8)
      let origin = RowOrigin(
        collector: collector, sequence: sequence, source: SourceID(1), offset: from + Int64(index))
      switch parser.parse(bytes.span, window: window, into: &record) {
      case .record:
        records.append(
          record, tape: parser.tape, line: bytes.span, origin: origin, server: nil, redactor: &redactor, clean: &clean)
      case .rejected(let reason):
        rejected.append(
          bytes.span, byteCount: bytes.count, reason: reason, time: received, origin: origin, redactor: &redactor)
      case .blank: break
      }
    }
    let source = SourceRecord(id: SourceID(1), path: path, identity: nil, fingerprint: nil)
    return RecordBatch(
      tenant: tenant, collector: collector, sequence: sequence, received: received, records: records.finish(),
      rejected: rejected.finish(), sources: isFirst ? [source] : [],
      spans: spans ?? [
        SourceSpan(
          source: SourceID(1), from: SourcePosition(from), to: SourcePosition(to), lines: Int32(lines.count),
          pending: [])
      ])
  }

  static func line(
    _ number: Int, tool: String = "read_file", user: String = "u1", time: String = "2026-11-25T12:00:00Z",
    more: String = ""
  ) -> String {
    #"{"timestamp":"\#(time)","tool":"\#(tool)","userId":"\#(user)","sessionId":"s","args":{"n":\#(number)\#(more)},"status":"success","durationMs":\#(number)}"#
  }

  func faults() async throws -> (faults: [LedgerFault], summary: VerificationSummary) {
    let list = Faults()
    let summary = try await store.verify(tenant, since: nil, until: nil) { list.append($0) }
    return (list.all, summary)
  }

  /// As superuser, with the triggers off: what an intruder with the database's password could do.
  func tamper(_ sql: String) async throws {
    let schema = tenant.schemaName
    try await store.session.perform { connection in
      try connection.transaction { connection in
        try connection.executeScript("SET LOCAL session_replication_role = replica")
        try connection.executeScript(sql.replacing("@", with: "\"\(schema)\""))
      }
    }
  }
}

final class Faults: Sendable {
  private let faults = Mutex<[LedgerFault]>([])
  func append(_ fault: LedgerFault) { faults.withLock { $0.append(fault) } }
  var all: [LedgerFault] { faults.withLock { $0 } }
}

extension RecordTime {
  static let fixed = RecordTime(rfc3339: "2026-11-25T13:00:00Z") ?? RecordTime(nanoseconds: 0)
}
