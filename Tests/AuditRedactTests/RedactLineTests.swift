import JSON
import Testing

@testable import AuditRedact

@Suite struct RedactLineTests {
  @Test(
    "What stays keeps its bytes: order, blanks, escapes, spelling of numbers",
    arguments: [
      (
        #" { "b" : 1.50e+3 , "password" : "hunter2" ,"a":"\u00e9\/" } "#,
        #" { "b" : 1.50e+3 , "password" : "[REDACTED:key.password]" ,"a":"\u00e9\/" } "#
      ),
      (#"{"args":{"pin":4821}}"#, #"{"args":{"pin":"[REDACTED:key.passcode]"}}"#),
      (#"{"args":{"secrets":{"a":1,"b":"x"}}}"#, #"{"args":{"secrets":"[REDACTED:key.secret]"}}"#),
      (#"{"args":{"tokens":["a1","b2"]}}"#, #"{"args":{"tokens":"[REDACTED:key.token]"}}"#),
      (#"{"\u0070assword":"x1"}"#, #"{"\u0070assword":"[REDACTED:key.password]"}"#),
      (#"{"a":"x \u0041 password=qwe123 \u0042"}"#, #"{"a":"x \u0041 password=[REDACTED:key.password] \u0042"}"#),
      (
        #"{"a":"{\"pin\":4821,\"n\":1.0}"}"#,
        #"{"a":"{\"pin\":\"[REDACTED:key.passcode]\",\"n\":1.0}"}"#
      ),
      (
        #"{"a":"{\"b\":\"{\\\"pin\\\":4821}\"}"}"#,
        #"{"a":"{\"b\":\"{\\\"pin\\\":\\\"[REDACTED:key.passcode]\\\"}\"}"}"#
      ),
    ])
  func keepsTheRest(_ line: String, _ expected: String) { #expect(redacted(line) == expected) }

  @Test(
    "Clean records come out byte for byte",
    arguments: [
      #"{"timestamp":"2026-01-02T03:04:05.678Z","tool":"read_file","userId":"u-1","args":{"max_tokens":4096}}"#,
      #"{"args":{"tokens":{"prompt":12,"completion":30}},"result":{"pass":12,"fail":0}}"#,
      #"{"args":{"schema":{"properties":{"password":{"type":"string","minLength":8}}}}}"#,
      #"{"args":{"secret":true,"token":null,"password":"","apiKey":"${API_KEY}","auth":"none"}}"#,
      #"{"args":{"columns":["password","email"],"labels":["token","review"]}}"#,
      #"{"userId":"ann@example.com","sessionId":"3f1e9c7a5b2d4f60"}"#, "[]", "null", "12", #""plain""#,
    ])
  func leavesCleanRecords(_ line: String) { #expect(redacted(line) == line) }

  @Test(
    "Secrets that only the structure tells are found",
    arguments: [
      #"{"env":[{"name":"API_KEY","value":"SECRETVAL"}]}"#, #"{"env":[{"value":"SECRETVAL","name":"API_KEY"}]}"#,
      #"{"v":[{"key":"DB_PASSWORD","value":"SECRETVAL"}]}"#, #"{"c":{"field":"password","from":"SECRETVAL","to":"x"}}"#,
      #"{"headers":[["Authorization","Bearer SECRETVAL"],["Accept","*/*"]]}"#,
      #"{"rawHeaders":["Host","h","X-Api-Key","SECRETVAL"]}"#, #"{"argv":["deploy","--password","SECRETVAL"]}"#,
      #"{"argv":["mysql","-u","root","-pSECRETVAL"]}"#, #"{"argv":["curl","-u","joe:SECRETVAL","https://h"]}"#,
      #"{"argv":["/usr/bin/sshpass","-p","SECRETVAL","ssh","h"]}"#, #"{"argv":["x","--token=SECRETVAL"]}"#,
      #"{"jwk":{"kty":"EC","d":"SECRETVAL"}}"#, #"{"o":{"kind":"Secret","data":{"any":"SECRETVAL"}}}"#,
      #"{"credentials":[{"u":"a","p":"SECRETVAL"}]}"#, #"{"a":[[[{"options":{"smtp_password":"SECRETVAL"}}]]]}"#,
      #"{"error":"login failed with password=SECRETVAL1"}"#, #"{"result":{"content":[{"text":"token: SECRETVAL9"}]}}"#,
    ])
  func findsByStructure(_ line: String) {
    let out = redacted(line)
    #expect(!out.contains("SECRETVAL"), "\(out)")
    #expect(isJSON(Array(out.utf8)))
  }

  @Test("A secret that is a key goes, and its path does not show it")
  func secretAsKey() {
    var redactor = Redactor()
    let key = "ghp_" + String(repeating: "a1B2", count: 9)
    let out = redacted(#"{"seen":{"\#(key)":{"password":"hunter2"}}}"#, &redactor)
    #expect(out == #"{"seen":{"[REDACTED:token.github]":{"password":"[REDACTED:key.password]"}}}"#)
    #expect(redactor.hits.map(\.path) == ["/seen/[REDACTED:key.name]", "/seen/[REDACTED:key.name]/password"])
    #expect(redactor.hits.map { redactor.ruleName($0.rule) } == ["token.github", "key.password"])
  }

  @Test("Hits name rule, path and count, and a clean record has none")
  func hits() {
    var redactor = Redactor()
    _ = redacted(#"{"a/b":[{"note":"x a@b.example y c@d.example"},{"pin":1234}]}"#, &redactor)
    #expect(redactor.hits.map(\.path) == ["/a~1b/0/note", "/a~1b/1/pin"])
    #expect(redactor.hits.map(\.count) == [2, 1])
    _ = redacted(#"{"a":1}"#, &redactor)
    #expect(redactor.hits.isEmpty)
  }

  @Test("A line that is no JSON is redacted as text")
  func text() {
    #expect(redacted("GET /?token=abc123xyz HTTP/1.1") == "GET /?token=[REDACTED:key.token] HTTP/1.1")
    #expect(redacted(#"{"password":"hunter2","#) == #"{"password":"[REDACTED:key.password]","#)
    #expect(redacted("") == "")
  }

  @Test("JSON nested beyond the limit is blanked, and what comes out is JSON")
  func tooDeep() {
    let deep = String(repeating: "[", count: 10_000) + "\"x\"" + String(repeating: "]", count: 10_000)
    #expect(redacted(deep) == #""[REDACTED:limit.depth]""#)
  }

  @Test("Values for columns come out as JSON or as text")
  func values() throws {
    let line = Array(#"{"args":{"n":1e200000,"pin":1234},"error":"caf\u00e9 a@b.example","user":"ann@b.example"}"#.utf8)
    var tape = JSONTape()
    try tape.scan(line.span)
    var redactor = Redactor()
    redactor.quotesHugeNumbers = true
    redactor.startRecord()
    var json: [UInt8] = []
    redactor.redactValue(2, key: 1, tape: tape, line: line.span, into: &json)
    #expect(String(decoding: json, as: UTF8.self) == #"{"n":"1e200000","pin":"[REDACTED:key.passcode]"}"#)
    var error: [UInt8] = []
    redactor.redactToText(8, key: 7, tape: tape, line: line.span, into: &error)
    #expect(String(decoding: error, as: UTF8.self) == "café [REDACTED:pii.email]")
    var user: [UInt8] = []
    redactor.redactToText(10, key: 9, tape: tape, line: line.span, into: &user)
    #expect(String(decoding: user, as: UTF8.self) == "ann@b.example")
    #expect(redactor.hits.map(\.path) == ["/args/pin", "/error"])
  }

  @Test("A container as text is its redacted JSON, and a number that goes leaves the bare marker")
  func containersAsText() throws {
    let line = Array(#"{"a":{"note":"mail a@b.example","pin":1},"pin":1234,"secrets":["x"]}"#.utf8)
    var tape = JSONTape()
    try tape.scan(line.span)
    var redactor = Redactor()
    func text(_ name: StaticString) throws -> String {
      let found = tape.member(of: 0, named: name, in: line.span)
      let value = try #require(found)
      var out: [UInt8] = []
      redactor.redactToText(value, key: value - 1, tape: tape, line: line.span, into: &out)
      return String(decoding: out, as: UTF8.self)
    }
    redactor.startRecord()
    #expect(try text("a") == #"{"note":"mail [REDACTED:pii.email]","pin":"[REDACTED:key.passcode]"}"#)
    #expect(try text("pin") == "[REDACTED:key.passcode]")
    #expect(try text("secrets") == "[REDACTED:key.secret]")
  }

  @Test("A marker inside a string of a container has no quotes of its own")
  func markersInContainers() throws {
    for (json, text) in [
      (
        #"{"message":"refused: ghp_0123456789abcdefghijABCDEFGHIJ012345"}"#,
        #"{"message":"refused: [REDACTED:token.github]"}"#
      ),
      (#"[{"pin":1234}]"#, #"[{"pin":"[REDACTED:key.passcode]"}]"#),
      (#""{\"pin\":1234,\"a\":\"b\"}""#, #"{"pin":"[REDACTED:key.passcode]","a":"b"}"#),
      (#""{\"pin\":1234,\"a\":\"x@b.example\"}""#, #"{"pin":"[REDACTED:key.passcode]","a":"[REDACTED:pii.email]"}"#),
    ] {
      let line = Array(#"{"error":\#(json)}"#.utf8)
      var tape = JSONTape()
      try tape.scan(line.span)
      var redactor = Redactor()
      redactor.startRecord()
      var out: [UInt8] = []
      redactor.redactToText(2, key: 1, tape: tape, line: line.span, into: &out)
      #expect(String(decoding: out, as: UTF8.self) == text)
    }
  }
}
