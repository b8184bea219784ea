import AuditModel
import AuditQuery
import Testing

@Suite("The formats of an answer")
struct RecordFormatTests {
  private func record(_ texts: [TextColumn: String], args: String? = nil) throws -> StoredRecord {
    StoredRecord(
      position: RecordPosition(
        time: RecordTime(nanoseconds: 1_795_132_800_000_000_001), tenant: try #require(TenantID("acme")),
        id: RecordID(collector: 1, sequence: 2, index: 3)),
      texts: texts, duration: 12_345_000, resultBytes: 7, args: args, extra: nil, redactions: nil, marks: ["escaped"],
      dialect: 1, source: SourceID(4), offset: 5)
  }

  @Test("show a record as JSON with the glossary's words")
  func json() throws {
    let line = RecordFormat.ndjson.line(
      try record([.tool: "a\"b", .user: "u", .status: "success"], args: #"{"b":1,"a":1.10}"#))
    #expect(
      line
        == #"{"id":"1-2-3","tenant":"acme","time":"2026-11-20T00:00:00.000000001Z","tool":"a\"b","actor":"u","user":"u","#
        + #""status":"success","durationMs":12.345,"resultBytes":7,"args":{"b":1,"a":1.10},"marks":["escaped"],"#
        + #""dialect":"middleware","source":{"number":4,"offset":5}}"# + "\n")
  }

  @Test("quote what a spreadsheet would take apart or run")
  func csv() throws {
    let line = RecordFormat.csv.line(
      try record([.tool: "=cmd|' /C calc'!A0", .user: "a,b", .error: "say \"no\"\nplease"]))
    #expect(line.contains("'=cmd|"))
    #expect(line.contains("\"a,b\""))
    #expect(line.contains("\"say \"\"no\"\"\nplease\""))
    #expect(line.hasSuffix("\r\n"))
  }

  @Test("keep a terminal's control characters out of a table")
  func table() throws {
    let line = RecordFormat.table.line(try record([.tool: "a\u{1B}[2Jb", .error: "x\ny"]))
    #expect(!line.contains("\u{1B}"))
    #expect(line.filter(\.isNewline).count == 1)
  }

  @Test(
    "give milliseconds exactly",
    arguments: [(0, "0"), (1, "0.000001"), (1_000_000, "1"), (12_345_000, "12.345"), (999_999, "0.999999")])
  func milliseconds(nanoseconds: Int64, text: String) {
    #expect(RecordFormat.milliseconds(nanoseconds) == text)
  }
}
