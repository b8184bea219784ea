import AuditModel
import Testing

extension Acceptance {
  /// `audittail detect` as a filter, as a newcomer pipes a log through it.
  @Suite("detect as a filter")
  struct DetectCommandTests {
    /// A week of ten calls an hour, and then five hundred in three minutes.
    private static func log() throws -> [String] {
      let begin = try #require(RecordTime(rfc3339: "2026-03-02T00:00:00Z"))
      var lines = (0..<7 * 24 * 10).map { line(begin.advanced(by: .seconds($0 * 360 + ($0 * 7919) % 300)), $0) }
      let burst = begin.advanced(by: .seconds(7 * 86_400))
      lines += (0..<500).map { line(burst.advanced(by: .milliseconds($0 * 360)), $0) }
      return lines
    }

    private static func line(_ time: RecordTime, _ number: Int) -> String {
      """
      {"timestamp":"\(time.rfc3339)","tool":"read_file","userId":"alice","sessionId":"s\(number / 50)",\
      "args":{"path":"/tmp/\(number)"},"status":"success","durationMs":\(10 + number % 7)}
      """
    }

    @Test("A burst is found, twice the same, and every finding validates against its schema by Python's jsonschema")
    func schema() async throws {
      let directory = TestDirectory.make("detect-filter")
      try writeFile("\(directory)/log", try Self.log().joined(separator: "\n") + "\n")
      let program = try BuiltProgram.path()
      let script =
        "cd \(directory) && \(program) detect < log > first && \(program) detect < log > second && cmp first second"
      let filter = try ChildProcess("/bin/sh", ["-c", script], in: directory, name: "detect")
      #expect(try await filter.wait(atMost: .seconds(120)) == .exited(0), "\(filter.errors)")
      let findings = String(decoding: readFile("\(directory)/first"), as: UTF8.self).split(separator: "\n")
      let spikes = findings.filter { $0.contains(#""detector":"rate-spike","at":"2026-03-09T00:0"#) }
      #expect(!spikes.isEmpty, "\(findings.count) findings")
      try writeFile("\(directory)/check.py", Self.check)
      let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
      let python = try ChildProcess(
        "/usr/bin/python3", ["\(directory)/check.py", "\(root)/schemas/finding.v1.json", "\(directory)/first"],
        in: directory, name: "python")
      #expect(try await python.wait() == .exited(0), "\(python.errors)")
      #expect(python.output == "\(findings.count) checked\n", "\(python.output)")
    }

    private static let check = """
      import json, sys
      import jsonschema
      schema, findings = json.load(open(sys.argv[1])), [json.loads(line) for line in open(sys.argv[2])]
      jsonschema.Draft202012Validator.check_schema(schema)
      validator = jsonschema.Draft202012Validator(schema)
      for finding in findings:
          validator.validate(finding)
      del findings[0]["score"]
      assert not validator.is_valid(findings[0])
      print(f"{len(findings)} checked")
      """
  }
}
