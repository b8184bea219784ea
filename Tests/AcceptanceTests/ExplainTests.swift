import AuditModel
import Glibc
import Testing

extension Acceptance {
  @Suite("explain FILE:LINE")
  struct ExplainTests {
    @Test("answers for every kind of line, over a rotation, and writes down that it was asked", .timeLimit(.minutes(2)))
    func lines() async throws {
      let directory = TestDirectory.make("explain-work")
      let server = try await TestServer.shared()
      try await server.makeDatabase("explain")
      let program = try Program(in: directory, database: server.url("explain"))
      let time = RecordTime.now.rfc3339
      func cri(_ tag: String, _ text: String, _ stream: String = "stdout") -> String {
        "\(time) \(stream) \(tag) \(text)\n"
      }
      func call(_ tool: String) -> String { #"{"timestamp":"\#(time)","tool":"\#(tool)","args":{}}"# }
      let log = "\(directory)/0.log"
      try writeFile(
        log,
        cri("F", call("one")) + "\n" + "password=hunter2hunter2\n" + cri("P", #"{"timestamp":"\#(time)","#)
          + cri("F", call("other"), "stderr") + cri("F", #""tool":"joined"}"#) + cri("P", #"{"timestamp":"\#(time)","#))
      let collect = ["collect", "--files", "\(directory)/*.log", "--tenant", "acme"]
      let child = try program.start(collect)
      func stored(_ count: Int) async throws {
        while child.ended() == nil {
          let now = try? await server.number("explain", "SELECT count(*) FROM tenant_acme.records")
          if now == count { return }
          try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("The collector ended: \(child.errors)")
      }
      try await stored(3)
      func explain(_ place: String) async throws -> Program.Answer { try await program.run("explain", place) }
      #expect(try await explain("\(log):7").output.contains(#""outcome":"open""#))

      rename(log, "\(log).20261125-101500")
      try writeFile(log, cri("F", #""tool":"cut-by-rotation"}"#) + cri("F", call("last")))
      try await stored(5)
      child.signal(SIGTERM)
      #expect(try await child.wait() == .exited(0), "\(child.errors)")

      let old = "\(log).20261125-101500"
      for (place, wanted) in [
        ("\(old):1", #""tool":"one""#), ("\(old):2", #""outcome":"blank""#), ("\(old):3", #""reason":"not-json""#),
        ("\(old):4", #""tool":"joined""#), ("\(old):5", #""tool":"other""#),
        ("\(old):6", #""beginsAtLine":4,"outcome":"record""#), ("\(old):7", #""tool":"cut-by-rotation""#),
        ("\(log):1", #""beginsInFileBefore":true,"outcome":"record""#), ("\(log):1", #""tool":"cut-by-rotation""#),
        ("\(log):2", #""tool":"last""#),
      ] {
        let answer = try await explain(place)
        #expect(answer.status == 0 && answer.output.contains(wanted), "\(place): \(answer.output)\(answer.errors)")
        #expect(!answer.output.contains("hunter2"))
      }
      // The record that it names is the one that query shows.
      let id = try #require(
        try await explain("\(old):6").output.split(separator: #""id":""#).last?.prefix { $0 != "\"" })
      let record = try await program.run("query", "--tool", "joined")
      #expect(record.output.contains(#""id":"\#(id)""#), "\(record.output)")

      try writeFile(log, Array(call("unread").utf8) + [10], appending: true)
      let unread = try await explain("\(log):3")
      #expect(unread.status == 1 && unread.output.contains(#""outcome":"unread""#), "\(unread.output)\(unread.errors)")
      try writeFile("\(directory)/foreign.txt", call("foreign") + "\n")
      let unknown = try await program.run("explain", "\(directory)/foreign.txt:1", "--format", "table")
      #expect(unknown.status == 1 && unknown.output.contains("no collector has stored anything"), "\(unknown.output)")
      // A copy elsewhere is known by its beginning, and so is one that was compressed.
      try writeFile("\(directory)/copy.txt", readFile(old))
      #expect(try await explain("\(directory)/copy.txt:6").output.contains(#""tool":"joined""#))
      let gzip = try ChildProcess("/bin/sh", ["-c", "gzip -c '\(old)' > '\(old).gz'"], in: directory, name: "gzip")
      #expect(try await gzip.wait() == .exited(0))
      let compressed = try await explain("\(old).gz:4")
      #expect(compressed.output.contains(#""tool":"joined""#), "\(compressed.output)\(compressed.errors)")
      #expect(try await explain("\(log):99").status == 65)
      #expect(try await explain(log).status == 64)
      let asked = "SELECT count(*) FROM tenant_acme.access_log WHERE action = 'explain'"
      #expect(try await server.number("explain", asked) == 16)
    }

    @Test("says that a record left with its day", .timeLimit(.minutes(2)))
    func pruned() async throws {
      let directory = TestDirectory.make("explain-pruned")
      let server = try await TestServer.shared()
      try await server.makeDatabase("explain_pruned")
      let settings = "retention:\n  confirm_shorter: true\n"
      let program = try Program(in: directory, database: server.url("explain_pruned"), settings: settings)
      let time = RecordTime.now.advanced(by: .seconds(-86_400 * 80)).rfc3339
      try writeFile("\(directory)/a.log", #"{"timestamp":"\#(time)","tool":"old"}"# + "\n")
      _ = try await program.run("collect", "--once", "--files", "\(directory)/a.log", "--tenant", "acme")
      let before = try await program.run("explain", "\(directory)/a.log:1")
      #expect(before.status == 0 && before.output.contains(#""outcome":"record""#), "\(before.output)\(before.errors)")
      let prune = try await program.run("prune", "--keep", "60d")
      #expect(prune.status == 0, "\(prune.errors)")
      let after = try await program.run("explain", "\(directory)/a.log:1")
      #expect(after.status == 0 && after.output.contains(#""outcome":"pruned""#), "\(after.output)\(after.errors)")
    }
  }
}
