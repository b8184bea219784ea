import AuditListen
import AuditModel
import Crypto
import Testing

func sha256(_ text: String) -> String {
  SHA256.hash(data: Array(text.utf8)).map { byte in
    let digits = Array("0123456789abcdef")
    return "\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
  }.joined()
}

@Suite("The HTTP listener", .timeLimit(.minutes(2)))
struct HTTPTests {
  @Test(
    "takes records in each form and says how many",
    arguments: [
      ("{\"a\":1}\n{\"a\":2}\n", "application/x-ndjson", ["{\"a\":1}", "{\"a\":2}"]),
      ("[{\"a\":1},\n {\"a\":[2]}]", "application/json", ["{\"a\":1}", "{\"a\":[2]}"]),
      ("{\n \"a\": 1\n}\n", "application/json; charset=utf-8", ["{  \"a\": 1 }"]),
      ("{\"a\":1}\n{\"a\":2}", "application/json", ["{\"a\":1}", "{\"a\":2}"]),
      ("{\"a\":1}", "application/x-www-form-urlencoded", ["{\"a\":1}"]),
    ])
  func records(body: String, type: String, lines: [String]) async throws {
    try await Listened.at("http://127.0.0.1:0") { listened in
      let answer = try await post("/v1/records", body, to: listened.port, type: type)
      #expect(answer.hasPrefix("HTTP/1.1 200 "))
      #expect(answer.hasSuffix("{\"lines\":\(lines.count),\"records\":\(lines.count),\"rejected\":0}\n"))
      #expect(await listened.sink.lines == lines)
    }
  }

  @Test(
    "refuses what it cannot take, with a sentence",
    arguments: [
      ("/v1/records", "[{\"a\":1}", "application/json", [], 400), ("/v1/records", "", "application/json", [], 400),
      ("/v1/records", "x", "text/html", [], 415), ("/v1/records", "x", "text/plain", ["Content-Encoding: br"], 415),
      ("/v1/records", "no gzip", "text/plain", ["Content-Encoding: gzip"], 400),
      ("/v1/else", "{}", "text/plain", [], 404),
      ("/health", "{}", "text/plain", [], 405), ("/v1/logs", "{}", "application/json", [], 400),
      ("/v1/logs", "{\"resourceLogs\":[{}]}", "application/json", [], 400),
      ("/v1/logs", "garbage", "application/x-protobuf", [], 400), ("/v1/logs", "{}", "text/plain", [], 415),
    ])
  func refusals(path: String, body: String, type: String, headers: [String], status: Int) async throws {
    try await Listened.at("http://127.0.0.1:0") { listened in
      let answer = try await post(path, body, to: listened.port, type: type, headers: headers)
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
      #expect(answer.contains("\r\n\r\n"))
      #expect(await listened.sink.submissions.isEmpty)
    }
  }

  @Test("takes chunked bodies, several requests on a connection, and requests sent ahead")
  func pipelined() async throws {
    try await Listened.at("http://127.0.0.1:0") { listened in
      let peer = try Peer.tcp(listened.port)
      let chunked = "POST /v1/records HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      try await peer.send(
        chunked + "4\r\n{\"a\"\r\n4\r\n:1}\n\r\n0\r\n\r\n" + chunked + "8\r\n{\"a\":2}\n\r\n0\r\n\r\n"
          + "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      let answer = try await peer.receiveAll()
      #expect(answer.components(of: "HTTP/1.1 200 OK") == 3)
      #expect(answer.hasSuffix("{\"status\":\"alive\"}\n"))
      #expect(await listened.sink.lines == ["{\"a\":1}", "{\"a\":2}"])
    }
  }

  @Test("answers a client that closed its half after the request, and tells one to go on that asks first")
  func manners() async throws {
    try await Listened.at("http://127.0.0.1:0") { listened in
      let half = try Peer.tcp(listened.port)
      try await half.send("POST /v1/records HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
      half.endSending()
      #expect(try await half.receiveAll().contains("\"records\":1"))
      let polite = try Peer.tcp(listened.port)
      try await polite.send(
        "POST /v1/records HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
      )
      #expect(try await polite.receive(until: "100 Continue").contains("100"))
      try await polite.send("{}")
      #expect(try await polite.receiveAll().contains("\"records\":1"))
    }
  }

  @Test("keeps to the letter of HTTP where few clients go: HEAD, a proxy's form of the address, unknown codings")
  func letter() async throws {
    try await Listened.at("http://127.0.0.1:0") { listened in
      func ask(_ line: String, _ headers: String = "") async throws -> String {
        let peer = try Peer.tcp(listened.port)
        try await peer.send("\(line) HTTP/1.1\r\nHost: a\r\n\(headers)Connection: close\r\n\r\n")
        return try await peer.receiveAll()
      }
      let head = try await ask("HEAD /v1/records")
      #expect(head.hasPrefix("HTTP/1.1 405 ") && head.hasSuffix("\r\n\r\n"), "\(head)")
      #expect(try await ask("GET http://a:1/health?x=1").hasPrefix("HTTP/1.1 200 "))
      let coded = try await ask("POST /v1/records", "Transfer-Encoding: gzip, chunked\r\n")
      #expect(coded.hasPrefix("HTTP/1.1 501 ") && coded.contains("Transfer-Encoding"), "\(coded)")
    }
  }

  @Test("takes a body that begins with UTF-8's byte order mark")
  func mark() async throws {
    try await Listened.at("http://127.0.0.1:0") { listened in
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      for (body, type) in [("{\"a\":1}", "application/x-ndjson"), ("[{\"a\":2}]", "application/json")] {
        let answer = try await post("/v1/records", mark + Array(body.utf8), to: listened.port, type: type)
        #expect(answer.contains("\"records\":1"), "\(answer)")
      }
      let logs = try await post(
        "/v1/logs", mark + Array("{\"resourceLogs\":[]}".utf8), to: listened.port, type: "application/json")
      #expect(logs.hasPrefix("HTTP/1.1 200 "), "\(logs)")
      #expect(await listened.sink.lines == ["{\"a\":1}", "{\"a\":2}"])
    }
  }

  @Test("says 413 to a body that is too large, declared, chunked or compressed")
  func tooLarge() async throws {
    try await Listened.at(
      "http://127.0.0.1:0",
      change: { _, limits in
        limits.requestBytesMax = 100_000
        limits.inflatedBytesMax = 1_000_000
      }
    ) { listened in
      let port = listened.port
      let large = String(repeating: "x", count: 200_000)
      #expect(try await post("/v1/records", large, to: port).hasPrefix("HTTP/1.1 413 "))
      let peer = try Peer.tcp(port)
      try await peer.send(
        "POST /v1/records HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n30d40\r\n\(large)\r\n0\r\n\r\n")
      #expect(try await peer.receiveAll().hasPrefix("HTTP/1.1 413 "))
      let bomb = try gzip([UInt8](repeating: 0x20, count: 20_000_000))
      #expect(bomb.count < 100_000)
      let answer = try await post("/v1/records", bomb, to: port, headers: ["Content-Encoding: gzip"])
      #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(answer)")
      #expect(await listened.sink.submissions.isEmpty)
    }
  }

  @Test("takes gzip, of several members too, and refuses it when its end is missing")
  func compressed() async throws {
    try await Listened.at("http://127.0.0.1:0") { listened in
      let body = try gzip(Array("{\"a\":1}\n".utf8)) + gzip(Array("{\"a\":2}\n".utf8))
      let headers = ["Content-Encoding: gzip"]
      #expect(try await post("/v1/records", body, to: listened.port, headers: headers).contains("\"lines\":2"))
      let answer = try await post("/v1/records", Array(body.dropLast(4)), to: listened.port, headers: headers)
      #expect(answer.hasPrefix("HTTP/1.1 400 "))
      #expect(await listened.sink.lines == ["{\"a\":1}", "{\"a\":2}"])
    }
  }

  @Test("takes a request with an Idempotency-Key once, answers it again alike, and refuses its key for something else")
  func idempotency() async throws {
    try await Listened.at("http://127.0.0.1:0") { listened in
      let headers = ["Idempotency-Key: one"]
      let first = try await post("/v1/records", "{\"a\":1}", to: listened.port, headers: headers)
      let second = try await post("/v1/records", "{\"a\":1}", to: listened.port, headers: headers)
      #expect(first.hasSuffix("{\"lines\":1,\"records\":1,\"rejected\":0}\n"))
      #expect(second.hasPrefix("HTTP/1.1 200 "))
      #expect(second.hasSuffix("{\"lines\":1,\"records\":1,\"rejected\":0,\"repeated\":true}\n"))
      let third = try await post("/v1/records", "{\"a\":2}", to: listened.port, headers: headers)
      #expect(third.hasPrefix("HTTP/1.1 422 ") && third.contains("another body before; nothing was stored"))
      #expect(await listened.sink.lines == ["{\"a\":1}"])
      let key = try #require(await listened.sink.submissions.first?.key)
      #expect(key.content == Digest(of: Array("{\"a\":1}".utf8)))
    }
  }

  @Test("lets in by API keys alone where there are some, each as its tenant")
  func apiKeys() async throws {
    let keys = try APIKeys(
      parsing: "# name tenant sha256\nci acme \(sha256("secret"))\n\nold other \(sha256("older")) # soon gone\n")
    try await Listened.at("http://127.0.0.1:0?tenant=nobody", secrets: .init(apiKeys: keys)) { listened in
      let port = listened.port
      let none = try await post("/v1/records", "{}", to: port)
      #expect(none.hasPrefix("HTTP/1.1 401 "))
      #expect(none.contains("WWW-Authenticate: Bearer"))
      #expect(try await post("/v1/records", "{}", to: port, headers: ["X-API-Key: wrong"]).hasPrefix("HTTP/1.1 401 "))
      #expect(try await post("/v1/logs", "{}", to: port, type: "application/json").hasPrefix("HTTP/1.1 401 "))
      for header in ["Authorization: Bearer secret", "X-API-Key: older"] {
        #expect(try await post("/v1/records", "{}", to: port, headers: [header]).hasPrefix("HTTP/1.1 200 "))
      }
      #expect(await listened.sink.submissions.map(\.tenant) == [TenantID("acme"), TenantID("other")])
    }
    #expect(throws: ListenError.self) { try APIKeys(parsing: "ci acme deadbeef") }
  }

  @Test("tells the client to come again while the sink has no room or fails")
  func noRoom() async throws {
    try await Listened.at("http://127.0.0.1:0") { listened in
      await listened.sink.set(.full(.milliseconds(2500)))
      let full = try await post("/v1/records", "{}", to: listened.port)
      #expect(full.hasPrefix("HTTP/1.1 503 "))
      #expect(full.contains("Retry-After: 3\r\n"))
      await listened.sink.set(.broken)
      let broken = try await post("/v1/records", "{}", to: listened.port)
      #expect(broken.hasPrefix("HTTP/1.1 503 "))
      #expect(broken.contains("Retry-After: "))
    }
  }

  @Test("counts rejected lines in its answer")
  func rejected() async throws {
    try await Listened.at("http://127.0.0.1:0") { listened in
      await listened.sink.reject { !$0.hasPrefix("{") }
      let answer = try await post("/v1/records", "{}\nno json\n", to: listened.port)
      #expect(answer.hasSuffix("{\"lines\":2,\"records\":1,\"rejected\":1}\n"))
    }
  }

  @Test("says whether it is alive, and why it is not ready")
  func readiness() async throws {
    try await Listened.at("http://127.0.0.1:0", readiness: { ["The spool is full."] }) { listened in
      let peer = try Peer.tcp(listened.port)
      try await peer.send(
        "GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /ready?x=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      let answer = try await peer.receiveAll()
      #expect(answer.contains("HTTP/1.1 200 OK"))
      #expect(answer.contains("HTTP/1.1 503 "))
      #expect(answer.hasSuffix("{\"status\":\"not ready\",\"reasons\":[\"The spool is full.\"]}\n"))
    }
  }

  @Test("shows metrics in the form that was asked for, and not to those who bring one tenant's lines")
  func metrics() async throws {
    let metrics: MetricsText = { accept in ("text/plain; accepts=\(accept ?? "all")", Array("x 1\n".utf8)) }
    let request = "GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: some/thing\r\nConnection: close\r\n\r\n"
    try await Listened.at("http://127.0.0.1:0", metrics: metrics) { listened in
      let peer = try Peer.tcp(listened.port)
      try await peer.send(request)
      let answer = try await peer.receiveAll()
      #expect(answer.contains("Content-Type: text/plain; accepts=some/thing\r\n") && answer.hasSuffix("x 1\n"))
    }
    let keys = try APIKeys(parsing: "name acme \(String(repeating: "ab", count: 32))\n")
    try await Listened.at("http://127.0.0.1:0", secrets: .init(apiKeys: keys), metrics: metrics) { listened in
      let peer = try Peer.tcp(listened.port)
      try await peer.send(request)
      #expect(try await peer.receiveAll().hasPrefix("HTTP/1.1 404 "))
    }
  }

  @Test(
    "answers garbage with 400 and closes",
    arguments: [
      "\u{16}\u{3}\u{1} this is TLS\r\n\r\n", "GET\r\n\r\n", "POST /v1/records HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
    ])
  func garbage(text: String) async throws {
    try await Listened.at("http://127.0.0.1:0") { listened in
      let peer = try Peer.tcp(listened.port)
      try await peer.send(text)
      let answer = try await peer.receiveAll()
      #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
      #expect(answer.contains("{\"error\":"))
      #expect(listened.counters.malformed == 1)
    }
  }

  @Test("answers the request under way when it is told to stop, and then closes")
  func shutdown() async throws {
    try await Listened.at("http://127.0.0.1:0") { listened in
      await listened.sink.set(.stuck)
      let peer = try Peer.tcp(listened.port)
      try await peer.send("POST /v1/records HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
      try await listened.sink.attempts(1)
      await listened.stop()
      await listened.sink.set(.willing)
      let answer = try await peer.receiveAll()
      #expect(answer.hasPrefix("HTTP/1.1 200 "))
      #expect(answer.contains("Connection: close") || answer.hasSuffix("\"rejected\":0}\n"))
      #expect(await listened.sink.lines == ["{}"])
    }
  }
}

extension String {
  func components(of text: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: text) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
