import AuditModel
import Postgres
import Testing

@testable import AuditStore

@Suite("What a collector says of itself")
struct CollectorStateTests {
  @Test("is one row a collector, which its next words replace")
  func replaced() async throws {
    let place = try await StoredTenant("collector-states")
    let second = try await place.store.register(collector: "node-b")
    let time = try #require(RecordTime(rfc3339: "2026-11-25T14:41:54.5Z"))
    let later = time.advanced(by: .seconds(10))
    try await place.store.report(#"{"spool":{"bytes":1}}"#, ofCollector: place.collector, at: time)
    try await place.store.report(#"{"spool":{"bytes":2}}"#, ofCollector: second, at: time)
    try await place.store.report(#"{"spool":{"bytes":3}}"#, ofCollector: place.collector, at: later)
    let reports = try await place.store.collectorReports().reports.filter {
      $0.name == "node-b" || $0.name.hasPrefix("collector-collector-states")
    }
    #expect(reports.count == 2)
    #expect(reports.first { $0.name == "node-b" }?.state == #"{"spool":{"bytes":2}}"#)
    let own = try #require(reports.first { $0.name != "node-b" })
    #expect(own.state == #"{"spool":{"bytes":3}}"# && own.reportedAt == later)
  }

  @Test(
    "is the collector's to say and the reader's to see, and nobody changes it otherwise",
    arguments: [
      ("audittail_collector", "SELECT audittail.report_state(1, clock_timestamp(), '{}')", true),
      ("audittail_collector", "UPDATE audittail.collector_states SET state = '{}'", false),
      (
        "audittail_collector",
        "INSERT INTO audittail.collector_states VALUES (9, clock_timestamp(), clock_timestamp(), '{}')", false
      ),
      ("audittail_reader", "SELECT * FROM audittail.collector_states", true),
      ("audittail_reader", "SELECT audittail.report_state(1, clock_timestamp(), '{}')", false),
      ("audittail_retention", "DELETE FROM audittail.collector_states", false),
    ])
  func roles(role: String, statement: String, isAllowed: Bool) async throws {
    let place = try await StoredTenant("collector-state-roles")
    let outcome: PostgresError? = try await place.store.session.perform { connection in
      do {
        try connection.transaction { connection in
          try connection.executeScript("SET LOCAL SESSION AUTHORIZATION \(role)")
          try connection.execute(statement)
        }
        return nil
      } catch let error as PostgresError {
        return error
      }
    }
    #expect((outcome == nil) == isAllowed, "\(role): \(statement): \(outcome.map { "\($0)" } ?? "allowed")")
    if !isAllowed { #expect(outcome?.sqlState == .insufficientPrivilege) }
  }
}
