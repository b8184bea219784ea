import AuditModel
import Glibc
import Testing

extension Acceptance {
  @Suite("A collector that is killed while something is open")
  struct OpenEventTests {
    private static let settings = """
      limits:
        batch_age: 20ms
      discovery:
        interval: 50ms
      """

    private static func request(_ id: Int) -> String {
      #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"read-\#(id)","arguments":{"n":\#(id)}}}"#
        + "\n"
    }

    private static func response(_ id: Int) -> String {
      #"{"jsonrpc":"2.0","id":\#(id),"result":{"content":[]}}"# + "\n"
    }

    @Test("has each call and each document once, with both halves", .timeLimit(.minutes(3)))
    func halves() async throws {
      let directory = TestDirectory.make("open-work")
      let server = try await TestServer.shared()
      try await server.makeDatabase("open")
      let program = try Program(in: directory, database: server.url("open"), settings: Self.settings)
      let log = "\(directory)/app.log"
      let collect = ["collect", "--files", "\(directory)/*.log", "--tenant", "acme"]
      func count(_ table: String, _ condition: String = "true") async throws -> Int {
        try await server.number("open", "SELECT count(*) FROM tenant_acme.\(table) WHERE \(condition)")
      }
      /// Runs a collector until a source was read to a place, then kills it.
      func killed(atSource source: Int, place: Int) async throws {
        let child = try program.start(collect)
        let sql = "SELECT count(*) FROM tenant_acme.positions WHERE source = \(source) AND pos_to = \(place)"
        while child.ended() == nil {
          if let found = try? await server.number("open", sql), found > 0 { break }
          try await Task.sleep(for: .milliseconds(20))
        }
        child.signal(SIGKILL)
        #expect(try await child.wait() == .signalled(SIGKILL), "\(child.errors)")
      }

      let document = [
        "{", #"  "timestamp": "\#(RecordTime.now.rfc3339)","#, #"  "tool": "pretty","#, #"  "args": {"#, "    \"a\": 1",
        "  }",
        "}",
      ].map { $0 + "\n" }
      var text = Self.request(1) + Self.request(2) + Self.request(3) + Self.response(3) + document[..<4].joined()
      try writeFile(log, text)
      try await killed(atSource: 1, place: text.utf8.count)
      #expect(try await count("records") == 1)
      // Killed once more with nothing new: what was read again is still to be read again.
      try writeFile(log, Array(document[4].utf8), appending: true)
      text += document[4]
      try await killed(atSource: 1, place: text.utf8.count)
      // The other half of the document, and the response in the file after a rotation.
      try writeFile(log, Array(document[5...].joined().utf8), appending: true)
      rename(log, "\(log).1")
      text = Self.response(1)
      try writeFile(log, text)
      try await killed(atSource: 2, place: text.utf8.count)
      #expect(try await count("records", "tool IN ('read-1', 'read-3') AND status = 'success'") == 2)
      #expect(try await count("records", "tool = 'pretty' AND args->>'a' = '1'") == 1)
      #expect(try await count("records") == 3)

      for _ in 0..<2 {
        let answer = try await program.run(collect + ["--once"])
        #expect(answer.status == 0, "\(answer.errors)")
        #expect(try await count("records", "tool = 'read-2' AND status = 'unknown'") == 1)
      }
      #expect(try await count("records") == 4)
      #expect(try await count("rejected") == 0)
      let verified = try await program.verify()
      #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    }
  }
}
