import AuditModel
import AuditSample

/// Lines to redact: what is measured, and the pace that is asked for.
struct RedactionLoad {
  let name: String
  /// Each without a line feed.
  let lines: [[UInt8]]
  /// Decimal megabytes a second of one thread's user time.
  let floor: Double

  static let ordinaryFloor = 250.0
  static let hostileFloor = 80.0

  /// Bytes of one hostile line.
  private static let hostileBytes = 1 << 20

  /// Bytes of a load at least.
  private static let repeatedBytes = 1 << 17

  /// Bytes of all lines.
  var byteCount: Int { lines.reduce(0) { $0 + $1.count } }

  static var all: [RedactionLoad] { [sample, prose] + hostile }

  /// Lines that hold nothing to redact, for counting allocations.
  static var clean: RedactionLoad {
    RedactionLoad(name: "clean lines", lines: sampleLines(secretShare: 0), floor: ordinaryFloor)
  }

  /// The sample traffic, two in a hundred with a secret.
  private static var sample: RedactionLoad {
    RedactionLoad(name: "ordinary: sample traffic", lines: sampleLines(secretShare: 0.02), floor: ordinaryFloor)
  }

  private static func sampleLines(secretShare: Double) -> [[UInt8]] {
    var options = SampleTraffic.Options()
    options.secretShare = secretShare
    var traffic = SampleTraffic(seed: 3, options: options)
    let start = RecordTime(nanoseconds: 1_770_000_000_000_000_000)
    return (0..<20_000).map { number in
      var line: [UInt8] = []
      traffic.append(at: start.advanced(by: .milliseconds(number * 7)), to: &line)
      return line
    }
  }

  /// Longer texts, so that little of a line was seen before: prose, SQL, paths, URLs, identifiers, in both dialects.
  private static var prose: RedactionLoad {
    var random = SplitMix64(seed: 5)
    let lines = (0..<20_000).map { number in
      var text = RedactionText(random: random)
      let line = text.line(number, hasSecret: number % 50 == 0)
      random = text.random
      return line
    }
    return RedactionLoad(name: "ordinary: texts", lines: lines, floor: ordinaryFloor)
  }

  /// What is made to be slow, as one string of a line or as its structure.
  private static var hostile: [RedactionLoad] {
    var random = SplitMix64(seed: 9)
    func digits(_ count: Int) -> String { (0..<count).map { _ in String(random.next(below: 10)) }.joined() }
    let phones = (0..<4096).map { _ in "+\(digits(2)) \(digits(3)) \(digits(7)) " }.joined()
    let cards = (0..<4096).map { _ in "4\(digits(3)) \(digits(4)) \(digits(4)) \(digits(4)), " }.joined()
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/")
    let wall = String((0..<8192).map { _ in letters[random.next(below: letters.count)] })
    let members = (0..<30_000).map { #""k\#($0)_\#(digits(4))":\#($0)"# }.joined(separator: ",")
    let secretMembers = (0..<20_000).map { #""x\#($0)_password":"v\#(digits(6))""# }.joined(separator: ",")
    return [
      string("dense keywords", "password secret token api_key bearer "),
      string("dense prefixes", "ghp_ sk- AKIA xoxb- glpat- eyJ "), string("eyJ", "eyJ"),
      string("digits", "1234567890 12-34 "), string("digits: phones", phones), string("digits: cards", cards),
      string("digits: 1-2 3-4", "1-2 3-4 "), string(#"password="…""#, #"password=\"x1\" "#),
      string(#"password=""#, #"password=\""#), string("password 'x", "password 'x "),
      string("mysql -p", "mysql -pS3cret -u root "), string("mysql -p, unquoted", "mysql -p"),
      string("base64 wall", wall), string("base64 of text", "cGxhaW4gdGV4dCB0aGF0IGlzIG5vIHNlY3JldA== "),
      string("percent", "%41%42%3D%25"), string("hex", "68656c6c6f20776f726c6420 "), string("entities", "&quot;a&amp;"),
      string(#"\u escapes"#, #"\\u0041"#), string("URLs", "https://u:p@h/x?a=b&c=d "),
      string("e-mail", "a.b@c.example "),
      string("markers", "[REDACTED:key.password] "), string("colons", "a: b= c: d= "),
      raw("JSON in JSON", nestedJSON()), raw("10,000 arrays deep", deep(10_000)), raw("500 arrays deep", deep(500)),
      raw("many keys", "{\(members)}"), raw("many secret keys", "{\(secretMembers)}"),
      raw("many elements", "[\(Array(repeating: #""--a","b","C-d""#, count: 40_000).joined(separator: ","))]"),
    ]
  }

  /// A line whose argument is one long string of a pattern, given in JSON's spelling.
  private static func string(_ name: String, _ pattern: String) -> RedactionLoad {
    raw(name, "\"\(String(repeating: pattern, count: max(1, hostileBytes / pattern.utf8.count)))\"")
  }

  private static func raw(_ name: String, _ json: String) -> RedactionLoad {
    let line =
      #"{"timestamp":"2026-02-03T04:05:06.789Z","tool":"t","userId":"u","args":{"x":\#(json)},"status":"success"}"#
    // A short line as often as it takes for reading the clock not to count.
    let count = max(1, repeatedBytes / line.utf8.count)
    return RedactionLoad(name: name, lines: Array(repeating: Array(line.utf8), count: count), floor: hostileFloor)
  }

  private static func deep(_ depth: Int) -> String {
    String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
  }

  /// JSON in a string of JSON, six times, with as many members as the length leaves room for.
  private static func nestedJSON() -> String {
    var json = #"{"a":"b","n":1}"#
    for _ in 0..<6 {
      let quoted = json.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      json = #"{"body":"\#(quoted)","k":[1,"two",true]}"#
    }
    return "[\(Array(repeating: json, count: hostileBytes / json.utf8.count).joined(separator: ","))]"
  }
}
