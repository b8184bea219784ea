import AuditListen
import AuditModel
import Testing

@Suite("Limits of listeners", .timeLimit(.minutes(2)))
struct ListenLimitTests {
  @Test("cut a peer that says nothing, and one that does not finish its line")
  func silentAndSlow() async throws {
    try await Listened.at(
      "tcp://127.0.0.1:0",
      change: { _, limits in
        limits.idleTimeout = .seconds(1)
        limits.slowGrace = .milliseconds(300)
      }
    ) { listened in
      let silent = try Peer.tcp(listened.port)
      #expect(try await silent.receiveAll() == "")
      #expect(listened.counters.cut[.idle] == 1)
      let slow = try Peer.tcp(listened.port)
      try await slow.send("{\"a\":1}\n{\"b\":")
      #expect(try await slow.receiveAll() == "")
      #expect(listened.counters.cut[.slow] == 1)
      // What it brought is kept, and marked.
      #expect(try await listened.sink.lines(2) == ["{\"a\":1}", "{\"b\":"])
      #expect(await listened.sink.submissions.last?.lines.last?.isCut == true)
    }
  }

  @Test("cut a slow loris in its head and in its body, with an answer")
  func slowLoris() async throws {
    try await Listened.at("http://127.0.0.1:0", change: { _, limits in limits.slowGrace = .milliseconds(300) }) {
      listened in
      for text in [
        "POST /v1/records HTTP/1.1\r\nHost: a\r\nX-A",
        "POST /v1/records HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{",
      ] {
        let peer = try Peer.tcp(listened.port)
        try await peer.send(text)
        #expect(try await peer.receiveAll().hasPrefix("HTTP/1.1 408 "), "\(text)")
      }
      #expect(listened.counters.cut[.slow] == 2)
      #expect(await listened.sink.lines.isEmpty)
    }
  }

  @Test("close connections beyond their number at once, and serve others afterwards")
  func connections() async throws {
    try await Listened.at("tcp://127.0.0.1:0", change: { _, limits in limits.listenerConnectionsMax = 2 }) { listened in
      var peers = [try Peer.tcp(listened.port), try Peer.tcp(listened.port)]
      #expect(try await listened.counted { $0.connectionsOpen == 2 })
      let third = try Peer.tcp(listened.port)
      #expect(try await third.receiveAll() == "")
      #expect(listened.counters.connectionsRefused == 1)
      peers.removeAll()
      #expect(try await listened.counted { $0.connectionsOpen == 0 })
      let fourth = try Peer.tcp(listened.port)
      try await fourth.send("{}\n")
      #expect(try await listened.sink.lines(1) == ["{}"])
    }
  }

  @Test("cut lines that are too long, and go on behind them")
  func longLine() async throws {
    try await Listened.at("tcp://127.0.0.1:0", change: { _, limits in limits.lineBytesMax = 1024 }) { listened in
      let peer = try Peer.tcp(listened.port)
      try await peer.send(String(repeating: "x", count: 500_000) + "\n{}\n")
      #expect(try await listened.sink.lines(2) == [String(repeating: "x", count: 1024), "{}"])
      #expect(listened.counters.linesCut == 1)
    }
  }

  @Test("share memory between tenants: one that uses its part is told 429, everybody's end is 503")
  func memory() async throws {
    let inFlight = InFlightBytes(bytesMax: 1000, sharePercent: 50)
    let (acme, other, third) = (TenantID("acme"), TenantID("other"), TenantID("third"))
    let one = inFlight.reservation(for: acme)
    try one.hold(400)
    #expect(throws: InFlightBytes.Refusal.share) { try inFlight.reservation(for: acme).hold(101) }
    let two = inFlight.reservation(for: other)
    try two.hold(500)
    #expect(throws: InFlightBytes.Refusal.full) { try inFlight.reservation(for: third).hold(101) }
    try two.hold(0)
    do {
      let brief = inFlight.reservation(for: third)
      try brief.hold(500)
    }
    #expect(inFlight.bytes == 400)
  }

  @Test("answer 429 while a tenant has too much under way, and 200 afterwards")
  func tenantShare() async throws {
    let keys = try APIKeys(parsing: "a acme \(sha256("k1"))\nb other \(sha256("k2"))")
    try await Listened.at(
      "http://127.0.0.1:0", secrets: .init(apiKeys: keys), change: { _, limits in limits.inFlightBytesMax = 100_000 }
    ) { listened in
      let port = listened.port
      let body = "{\"x\":\"\(String(repeating: "x", count: 30_000))\"}"
      await listened.sink.set(.stuck)
      async let first = post("/v1/records", body, to: port, headers: ["X-API-Key: k1"])
      try await listened.sink.attempts(1)
      let second = try await post("/v1/records", body, to: port, headers: ["X-API-Key: k1"])
      #expect(second.hasPrefix("HTTP/1.1 429 "))
      #expect(second.contains("Retry-After: "))
      await listened.sink.set(.willing)
      #expect(try await first.hasPrefix("HTTP/1.1 200 "))
      #expect(try await post("/v1/records", body, to: port, headers: ["X-API-Key: k1"]).hasPrefix("HTTP/1.1 200 "))
    }
  }
}
