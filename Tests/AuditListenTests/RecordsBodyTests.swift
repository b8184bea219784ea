import Testing

@testable import AuditListen
@testable import AuditModel

@Suite("A body of records")
struct RecordsBodyTests {
  @Test(
    "is one line a value, however it was laid out",
    arguments: [
      ("[{\n  \"a\": 1\r\n}, {\"b\":2}]", ["{   \"a\": 1  }", "{\"b\":2}"]),
      ("{\n\"a\": [\n1]\n}", ["{ \"a\": [ 1] }"]),
      ("{\"a\":1}\n{\"b\":2}\n", ["{\"a\":1}", "{\"b\":2}"]),
    ])
  func lines(body: String, expected: [String]) throws {
    let batch = try HTTPIntake.lines(Array(body.utf8), isJSON: true, limits: ListenLimits())
    #expect(batch.lines.map { String(decoding: batch.bytes[$0.range], as: UTF8.self) } == expected)
  }

  @Test("that is none says why in words")
  func words() {
    let error = #expect(throws: RefusedRequest.self) {
      _ = try HTTPIntake.lines(Array("[1] 2".utf8), isJSON: true, limits: ListenLimits())
    }
    let answer = error.map { String(decoding: $0.answer.body, as: UTF8.self) }
    #expect(answer?.contains("something follows the value, at byte 4") == true, "\(answer ?? "")")
  }
}
