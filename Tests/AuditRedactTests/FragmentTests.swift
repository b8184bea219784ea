import AuditModel
import Testing

@testable import AuditRedact

@Suite("A rejected line that was torn from a document")
struct FragmentTests {
  @Test(
    "goes as a whole where it is a single value, whose key nobody knows",
    arguments: [
      ("   \"PLANTED-hunter\",", true), ("\"PLANTED \\\"quoted\\\" value\"", true), ("  4929123", true), ("42,", true),
      ("\"note\": \"a value with its key\",", false), ("]", false), ("Listening on port 8080", false), ("", false),
    ])
  func values(line: String, goes: Bool) {
    var redactor = Redactor()
    var rows = RejectedRows(textBytesMax: 1000)
    rows.append(
      Array(line.utf8).span, byteCount: line.utf8.count, reason: .notJSON, time: RecordTime(nanoseconds: 0),
      origin: RowOrigin(collector: 1, sequence: 1, source: SourceID(1), offset: 0), redactor: &redactor)
    let stored = String(decoding: rows.finish().value.bytes, as: UTF8.self)
    #expect(stored.contains("[REDACTED:limit.fragment]") == goes)
    #expect(!stored.contains("PLANTED"))
  }
}
