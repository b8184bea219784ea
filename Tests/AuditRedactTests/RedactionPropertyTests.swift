import Glibc
import JSON
import Testing

@testable import AuditRedact

/// Random documents, random damage: what must hold for all of them. Seeds print with a failure.
@Suite struct RedactionPropertyTests {
  private static let fragments: [String] = [
    #"\""#, #"\\"#, #"\u0022"#, "password=", #""token":"#, "%22", "&quot;", "[REDACTED:key.password]", "[REDACTED:",
    "Bearer ",
    "://a:b@c", "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.abcdefghijkl", "-----BEGIN PRIVATE KEY-----", "'", "=", ":", " -p",
    "mysql ",
    "]", "}", "{", "[", #"\n"#, "<password>", " values (", "(password) values ('", "4111111111111111", "a@b.example",
    "cGFzc3dvcmQ9aHVudGVyMjIyMg==", "user,password\n", "echo x | sudo -S ", ",", " ", "secret: |", "kind: Secret",
  ]
  private static let bases: [String] = [
    #"{"timestamp":"2026-01-02T03:04:05Z","tool":"t","args":{"note":"hello world","n":[1,2.5,{"k":"v"}]},"status":"ok"}"#,
    #"{"args":{"q":"SELECT * FROM t WHERE a = 'b'","env":[{"name":"A","value":"b"}],"body":"{\"x\":\"y\",\"z\":1}"}}"#,
    #"{"error":"failed: https://u:p@h/x?key=v&b=c","args":{"argv":["curl","-u","a:b","--token","c"]}}"#,
  ]

  @Test("Valid JSON stays valid JSON and redacting twice changes nothing", arguments: [1, 2, 3, 4] as [UInt64])
  func validAndIdempotent(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var redactor = Redactor()
    for _ in 0..<4_000 {
      var line = Array(Self.bases.randomElement(using: &generator)!.utf8)
      for _ in 0..<Int.random(in: 1...5, using: &generator) {
        let place = Int.random(in: 0..<line.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: line.insert(contentsOf: Self.fragments.randomElement(using: &generator)!.utf8, at: place)
        case 1: line[place] = UInt8.random(in: 32..<127, using: &generator)
        default: line.removeSubrange(place..<min(line.count, place + Int.random(in: 1...8, using: &generator)))
        }
        if line.isEmpty { line = [0x20] }
      }
      var once: [UInt8] = []
      redactor.redactLine(line.span, into: &once)
      var twice: [UInt8] = []
      redactor.redactLine(once.span, into: &twice)
      #expect(once == twice, "seed \(seed): \(String(decoding: line, as: UTF8.self))")
      if isJSON(line) { #expect(isJSON(once), "seed \(seed): \(String(decoding: line, as: UTF8.self))") }
    }
  }

  @Test("A token planted in any string of a record never survives", arguments: [5, 6] as [UInt64])
  func planted(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var redactor = Redactor()
    for _ in 0..<4_000 {
      let body = generator.text(36, from: alphanumeric)
      var line = Array(Self.bases.randomElement(using: &generator)!.utf8)
      // Inside a string: right behind a letter, where no escape or bracket is cut.
      let letters = line.indices.filter { line[$0] | 0x20 >= 97 && line[$0] | 0x20 <= 122 }
      let place = letters.randomElement(using: &generator)! + 1
      line.insert(contentsOf: "ghp_\(body)".utf8, at: place)
      var out: [UInt8] = []
      redactor.redactLine(line.span, into: &out)
      let text = String(decoding: out, as: UTF8.self)
      #expect(!text.contains(body), "seed \(seed): \(String(decoding: line, as: UTF8.self))")
    }
  }

  @Test("Any bytes at all are survived", arguments: [7])
  func anyBytes(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var redactor = Redactor()
    for _ in 0..<4_000 {
      let count = Int.random(in: 0...200, using: &generator)
      let line = (0..<count).map { _ in
        Bool.random(using: &generator)
          ? UInt8.random(in: 0...255, using: &generator) : UInt8.random(in: 32..<127, using: &generator)
      }
      var out: [UInt8] = []
      redactor.redactLine(line.span, into: &out)
      redactor.redactText(line.span, into: &out)
    }
  }

  @Test("Hostile input costs time in proportion to its length")
  func linear() {
    let patterns = [
      "eyJ", "password=\"", "password 'x ", "://", "a:b@", "1-2 3-4 ", "-----BEGIN ", "%41", #"\\u0041"#,
      "(password) values (",
      "<password", "mysql -p", "password,a\\n", "&quot;", "name=x value=y ", "[REDACTED:", #"{\"a\":"#, "echo a | ",
      "secret token ", "h:1234:xx:yy:(", ".login('a', ", "('password', '", " is your ", "creds a/b ", "login: a:b1 ",
      "password for a ", "<input type='password' ", "<password><![CDATA[", "recovery codes: ",
      "convertto-securestring -",
      "password|x|", "$ANSIBLE_VAULT;", "Password ... ", "password: !a ", "1-2 ", "4111 1111 ", "41%3D",
    ]
    func cost(_ pattern: String, _ bytes: Int) -> Duration {
      let line =
        Array(#"{"x":""#.utf8) + Array(String(repeating: pattern, count: bytes / pattern.utf8.count).utf8)
        + Array(#""}"#.utf8)
      var redactor = Redactor()
      var out: [UInt8] = []
      return (0..<3).map { _ in threadTime { redactor.redactLine(line.span, into: &out) } }.min()!
    }
    for pattern in patterns {
      let small = max(cost(pattern, 16_384), .microseconds(20))
      let large = cost(pattern, 16_384 * 16)
      #expect(large < small * 16 * 6, "\(pattern): \(small) for 16 KiB, \(large) for 256 KiB")
    }
  }

  @Test("Hostile structure costs time in proportion to its length")
  func linearStructure() {
    let members = [
      #""value":{"value":1},"#, #""rows":[["a"]],"#, #""params":["a"],"#, #""name":"a","value":"b","#, #""k":1,"#,
      #""selector":"a b c d e f","text":"x","#, #""secret":[1,"a"],"#, #""a":[[[["b"]]]],"#, #""x":{"password":"y"},"#,
    ]
    let heads = [
      "", #""columns":[\#(String(repeating: #""password","#, count: 900))"a"],"#,
      #""sql":"\#(String(repeating: "password = ? ", count: 400))","#,
    ]
    func cost(_ head: String, _ member: String, _ bytes: Int) -> Duration {
      let body = String(repeating: member, count: bytes / member.utf8.count)
      let line = Array(#"{"args":{\#(head)\#(body)"end":1}}"#.utf8)
      var redactor = Redactor()
      var out: [UInt8] = []
      return (0..<3).map { _ in threadTime { redactor.redactLine(line.span, into: &out) } }.min()!
    }
    for head in heads {
      for member in members {
        let small = max(cost(head, member, 32_768), .microseconds(50))
        let large = cost(head, member, 32_768 * 16)
        #expect(large < small * 16 * 6, "\(member): \(small) for 32 KiB, \(large) for 512 KiB")
      }
    }
  }
}

/// What a piece of work costs this thread in processor time: the machine may be busy with something else.
private func threadTime(_ work: () -> Void) -> Duration {
  func now() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
  let began = now()
  work()
  return now() - began
}
