import AuditModel
import AuditSample
import Testing

extension Acceptance {
  @Suite("Text that looks like a record")
  struct ForgedRecordTests {
    @Test("A piece of a line that is too long is no line, whatever it says", arguments: [3000, 200_000])
    func piece(_ padding: Int) async throws {
      let server = try await TestServer.shared()
      let database = "forged_\(padding)"
      try await server.makeDatabase(database)
      let directory = TestDirectory.make(database)
      let time = RecordTime.now.rfc3339
      func record(_ tool: String, _ text: String = "") -> [UInt8] {
        Array(#"{"timestamp":"\#(time)","tool":"\#(tool)","args":{"text":"\#(text)"}}"#.utf8)
      }
      var framing = CRIFraming()
      var log: [UInt8] = []
      framing.append(record("before").span, at: .now, to: &log)
      // One line whose long argument quotes a record, cut by the runtime right there.
      let beginning = Array(#"{"timestamp":"\#(time)","tool":"real","args":{"text":""#.utf8)
      let pad = [UInt8](repeating: UInt8(ascii: "x"), count: padding)
      framing.append((beginning + pad).span, at: .now, isPartial: true, to: &log)
      framing.append(record("forged").span, at: .now, isPartial: true, to: &log)
      framing.append(record("other").span, at: .now, stream: .stderr, to: &log)
      framing.append(Array(#""}}"#.utf8).span, at: .now, to: &log)
      framing.append(record("after").span, at: .now, to: &log)
      try writeFile("\(directory)/app.log", log)

      let program = try Program(
        in: directory, database: server.url(database), settings: "limits:\n  line_bytes: 2KiB\n")
      let answer = try await program.run("collect", "--once", "--files", "\(directory)/app.log")
      #expect(answer.output.contains(#""lines":4,"records":3,"rejected":1,"#), "\(answer.output)\(answer.errors)")
      #expect(
        try await server.number(
          database, "SELECT count(*) FROM tenant_default.records WHERE tool IN ('before', 'other', 'after')") == 3)
      #expect(
        try await server.number(database, "SELECT count(*) FROM tenant_default.rejected WHERE reason = 'too-long'") == 1
      )
      #expect(try await program.verify().status == 0)
    }
  }
}
