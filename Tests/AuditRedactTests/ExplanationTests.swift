import Testing

@testable import AuditRedact

@Suite("An explanation")
struct ExplanationTests {
  @Test("is one JSON object for each rule and place, with the line's number and never the value")
  func lines() {
    var redactor = Redactor()
    var output: [UInt8] = []
    var words: [UInt8] = []
    for (index, line) in [
      #"{"password":"hunter2","note":"mail ada@example.com and bob@example.com"}"#, #"{"a":1}"#, "password=hunter2",
    ].enumerated() {
      redactor.redactLine(Array(line.utf8).span, into: &output)
      redactor.writeExplanation(of: index + 1, into: &words)
    }
    #expect(
      String(decoding: words, as: UTF8.self).split(separator: "\n") == [
        #"{"line":1,"rule":"key.password","path":"/password","count":1}"#,
        #"{"line":1,"rule":"pii.email","path":"/note","count":2}"#,
        #"{"line":3,"rule":"key.password","path":"","count":1}"#,
      ])
  }
}
