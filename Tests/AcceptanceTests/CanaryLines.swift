import AuditModel
import AuditSample

/// Lines with planted secrets, each of which holds a marker, in every place from which a line could carry one into the
/// database: arguments, errors, unknown fields, and lines that are no records.
struct CanaryLines {
  static let marker = "CANARY7Q9X"
  /// A card number that is none, but passes the check.
  static let card = "4000056655665556"
  /// Not a secret: what must be found, so that finding nothing means something.
  static let control = "harmless-7731"
  /// The limit that over-long lines exceed; see the settings of the test.
  static let lineBytesMax = 4096

  private let time = RecordTime.now.rfc3339
  private var marker: String { Self.marker }

  /// Whole lines, without framing.
  var all: [[UInt8]] { (records + broken + outOfRange).map { Array($0.utf8) } + notUTF8 }

  private func record(_ rest: String) -> String { #"{"timestamp":"\#(time)","tool":"canary",\#(rest)}"# }

  private var records: [String] {
    [
      #""args":{"note":"\#(Self.control)","dbPassword":"\#(marker)1","X-Api-Key":"\#(marker)2"}"#,
      #""args":{"AWS_SECRET_ACCESS_KEY":"\#(marker)3","deep":[{"er":[{"client_secret":"\#(marker)4"}]}]}"#,
      #""args":{"config":"{\"password\":\"\#(marker)5\",\"more\":{\"apiKey\":\"\#(marker)6\"}}"}"#,
      #""args":{"pass\u0077ord":"\#(marker)7","\u0074oken":"\#(marker)8"}"#,
      #""args":{"passwords":["\#(marker)9","\#(marker)10"],"password":"\#(marker)11","password":"\#(marker)12"}"#,
      #""args":{"command":"mysql --password=\#(marker)13 -h db","url":"https://u:\#(marker)14@host/path"}"#,
      #""args":{"note":"write to \#(marker)15@leak.example","card":"4000 0566 5566 5556","other":"\#(Self.card)"}"#,
      #""args":{"blob":"a\u0000b","password":"\#(marker)16"}"#,
      #""args":{"password":"half \ud83d \#(marker)17"}"#,
      #""args":"password=\#(marker)18""#,
      #""args":{"request":"GET / HTTP/1.1\r\nAuthorization: Bearer \#(marker)19abcdefgh\r\n"}"#,
      #""error":"401: Authorization: Bearer \#(marker)20abcdefgh was refused""#,
      #""error":"cannot connect to postgres://app:\#(marker)21@db.internal:5432/main""#,
      #""error":"{\"password\":\"\#(marker)22\"}""#,
      #""authorization":"Bearer \#(marker)23abcdefgh","password":"\#(marker)24""#,
      #""headers":{"Cookie":"session=\#(marker)25","Authorization":"Basic \#(marker)26abcdefgh"}"#,
    ].map(record)
      + [
        #"{"timestamp":"\#(time)","level":"info","event":"tool_call","tool":"canary","client_id":"c","#
          + #""arguments":{"login":{"refreshToken":"\#(marker)27"}},"apiKey":"\#(marker)28"}"#,
        #"{"timestamp":"\#(time)","tool":"forbidden_tool","args":{"password":"\#(marker)29"},"secret":"\#(marker)30"}"#,
      ]
  }

  /// What is no record, though it may look like one.
  private var broken: [String] {
    [
      record(#""args":{"password":"\#(marker)31"#),
      #"{"timestamp":"\#(time)","tool":"canary","args":{"password":"\#(marker)32","#,
      #"{"timestamp":"\#(time)","tool":"canary","args":{"api_key": "\#(marker)33"}} and more"#,
      #"{"timestamp":"\#(time)","tool":"canary","args":{"token":"\#(marker)34\"#,
      #"{'timestamp':'\#(time)','password':'\#(marker)35'}"#,
      "login of bob with password=\(marker)36 failed",
      "Authorization: Bearer \(marker)37abcdefgh",
      "export AWS_SECRET_ACCESS_KEY=\(marker)38",
      "connecting to redis://:\(marker)39@cache:6379/0",
      "sent to \(marker)40@leak.example",
      #"["x",{"password":"\#(marker)41"}]"#,
      #"{"tool":"canary","args":{"password":"\#(marker)42"}}"#,
      #"{"timestamp":"\#(time)","args":{"password":"\#(marker)43"}}"#,
      #"{"timestamp":"2001-01-01T00:00:00Z","tool":"canary","args":{"password":"\#(marker)44"}}"#,
      #"{"timestamp":"yesterday","tool":"canary","args":{"password":"\#(marker)45"}}"#,
      record(
        #""args":\#(String(repeating: "[", count: 90))"#
          + #"{"password":"\#(marker)46"}\#(String(repeating: "]", count: 90))"#),
    ]
  }

  /// Longer than the limit, with the secret before it, across it, and all over.
  private var outOfRange: [String] {
    func pad(_ bytes: Int) -> String { String(repeating: "x", count: bytes) }
    let across = #"{"timestamp":"\#(time)","tool":"canary","args":{"pad":""#
    return [
      record(#""args":{"password":"\#(marker)47","pad":"\#(pad(3 * Self.lineBytesMax))"}"#),
      "\(across)\(pad(Self.lineBytesMax - across.utf8.count - 30))\",\"password\":\"\(marker)48\(pad(200))\"}}",
      record(#""args":{"password":"\#(String(repeating: marker, count: 2000))"}"#),
      record(#""args":{"pad":"\#(pad(200_000))","password":"\#(String(repeating: marker, count: 20_000))"}"#),
      "password=\(String(repeating: marker, count: 1000))",
      "connecting to https://u:\(String(repeating: marker, count: 1000))@host/path",
    ]
  }

  private var notUTF8: [[UInt8]] {
    [
      Array("password=\(marker)49 ".utf8) + [0xFF, 0xFE],
      Array(#"{"timestamp":"\#(time)","tool":"canary","args":{"x":""#.utf8) + [0xC3]
        + Array(#"","password":"\#(marker)50"}}"#.utf8),
    ]
  }

  /// All of them as a container runtime writes them, some in pieces that cut the secret; then generated traffic with a
  /// secret in every line; at last a line without its end.
  func framed(generated: Int) -> [UInt8] {
    var framing = CRIFraming()
    var out: [UInt8] = []
    for (index, line) in all.enumerated() {
      let pieces = CRIFraming.pieces(of: line.count, fragments: 1 + index % 3)
      for (at, piece) in pieces.enumerated() {
        framing.append(line.span.extracting(piece), at: .now, isPartial: at < pieces.count - 1, to: &out)
      }
    }
    var options = SampleTraffic.Options()
    options.marker = marker
    options.secretShare = 1
    options.noiseEvery = 7
    options.cutEvery = 5
    options.noTimestampEvery = 11
    options.tooOldEvery = 13
    options.poisonEvery = 3
    options.partialEvery = 4
    var traffic = SampleTraffic(seed: 4, options: options)
    for _ in 0..<generated { traffic.appendCRI(at: .now, to: &out) }
    let open = Array(record(#""args":{"password":"\#(marker)51"}"#).utf8)
    framing.append(open.span.extracting(0..<open.count - 5), at: .now, isPartial: true, to: &out)
    return out
  }

  /// The same without framing.
  var plain: [UInt8] { all.flatMap { $0 + [UInt8(ascii: "\n")] } }
}
