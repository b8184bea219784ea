import AuditModel
import Testing

@testable import audittail

@Suite("What a run did")
struct CollectorTotalsTests {
  @Test("is one JSON object with the promised names")
  func summary() throws {
    let totals = CollectorTotals()
    let part = IntakeTotals(lines: 3, records: 2, rejected: 1, redactions: 4, batches: 1, bytes: 900)
    totals.add(part, of: .unnamed)
    totals.add(part, of: .quarantine)
    #expect(
      totals.summary(seconds: .milliseconds(1042))
        == #"{"lines":6,"records":4,"rejected":2,"redactions":8,"batches":2,"bytes":1800,"seconds":1.042}"#)
  }
}
