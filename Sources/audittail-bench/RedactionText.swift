import AuditSample

/// Audit lines of about 450 bytes with texts as tools get them.
struct RedactionText {
  var random: SplitMix64

  private static let words = [
    "the", "order", "was", "shipped", "late", "because", "carrier", "lost", "a", "parcel", "in", "transit", "please",
    "review", "service", "latency", "increase", "after", "deployment", "region", "team", "agrees", "to", "retry",
    "customer", "asked", "for", "refund", "invoice", "monthly", "report", "branch", "merge", "request", "blocked", "by",
    "failing", "tests", "schema", "migration", "adds", "column", "index", "cache", "warm", "cold", "start", "queue",
  ]

  /// One line of either dialect.
  mutating func line(_ number: Int, hasSecret: Bool) -> [UInt8] {
    let arguments = arguments(hasSecret: hasSecret)
    let time =
      "2026-02-\(two(1 + random.next(below: 28)))T\(two(random.next(below: 24))):\(two(random.next(below: 60))):07.\(100 + random.next(below: 900))Z"
    let duration = random.next(below: 4000)
    let line =
      number % 2 == 0
      ? #"{"timestamp":"\#(time)","tool":"update_ticket","userId":"u-\#(random.next(below: 500))","sessionId":"\#(hex(16))","args":{\#(arguments)},"status":"success","durationMs":\#(duration)}"#
      : #"{"timestamp":"\#(time)","level":"info","event":"tool_invocation","tool":"query_database","client_id":"ide-\#(random.next(below: 500))","arguments":{\#(arguments)},"duration_ms":\#(duration),"status":"success","result_size_bytes":\#(random.next(below: 90_000))}"#
    return Array(line.utf8)
  }

  private mutating func arguments(hasSecret: Bool) -> String {
    var members = [
      #""title":"\#(sentence(5))""#, #""body":"\#(sentence(14 + random.next(below: 8))).""#,
      #""limit":\#(random.next(below: 500))"#,
    ]
    switch random.next(below: 6) {
    case 0:
      members.append(
        #""query":"SELECT id, total FROM orders WHERE region = 'eu' AND total > \#(random.next(below: 900))""#)
    case 1: members.append(#""path":"/srv/app/\#(word())/\#(word())-\#(hex(6)).ts""#)
    case 2: members.append(#""url":"https://api.internal/v2/\#(word())?page=\#(random.next(below: 90))&sort=desc""#)
    case 3: members.append(#""commit":"\#(hex(40))""#)
    case 4:
      members.append(
        #""filter":{"labels":["\#(word())","\#(word())"],"range":{"from":0,"to":\#(random.next(below: 99))}}"#)
    default: members.append(#""id":"\#(hex(8))-\#(hex(4))-4\#(hex(3))-a\#(hex(3))-\#(hex(12))""#)
    }
    if hasSecret { members.append(#""dbPassword":"\#(hex(12))""#) }
    return members.joined(separator: ",")
  }

  private mutating func word() -> String { Self.words[random.next(below: Self.words.count)] }

  private mutating func sentence(_ count: Int) -> String { (0..<count).map { _ in word() }.joined(separator: " ") }

  private mutating func hex(_ count: Int) -> String {
    (0..<count).map { _ in String(random.next(below: 16), radix: 16) }.joined()
  }

  private func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
