import AuditListen
import AuditModel
import Testing

@Suite("A stream listener", .timeLimit(.minutes(2)))
struct StreamTests {
  @Test("brings lines from TCP, whatever their framing")
  func tcp() async throws {
    try await Listened.at("tcp://127.0.0.1:0?tenant=acme") { listened in
      let peer = try Peer.tcp(listened.port)
      try await peer.send("{\"a\":1}\n<13>1 2026-11-25T10:00:00Z h mcp 1 - - {\"a\":2}\n")
      try await peer.send("16 <13>mcp: {\"a\":3}")
      #expect(try await listened.sink.lines(3) == ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"])
      let submission = try #require(await listened.sink.submissions.first)
      #expect(submission.tenant == TenantID("acme"))
      #expect(submission.listener == "tcp://127.0.0.1:\(listened.port)")
      #expect(submission.key == nil)
    }
  }

  @Test("takes the last line of a peer that closes without a newline, and of one that closes one half")
  func endings() async throws {
    try await Listened.at("tcp://127.0.0.1:0") { listened in
      do {
        let peer = try Peer.tcp(listened.port)
        try await peer.send("{\"a\":1}")
      }
      let half = try Peer.tcp(listened.port)
      try await half.send("{\"a\":2}\n{\"a\":3}")
      half.endSending()
      #expect(try await half.receiveAll() == "")
      #expect(try await listened.sink.lines(3).sorted() == ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"])
    }
  }

  @Test("does not read on while the sink is full, and loses nothing")
  func backPressure() async throws {
    try await Listened.at("tcp://127.0.0.1:0") { listened in
      await listened.sink.set(.full(.milliseconds(20)))
      let line = "{\"n\":\"\(String(repeating: "x", count: 1000))\"}\n"
      let count = 6_000
      let port = listened.port
      let sending = Task {
        let peer = try Peer.tcp(port)
        try await peer.send(Array(String(repeating: line, count: count).utf8))
      }
      try await listened.sink.attempts(5)
      // 6 MB are on their way, and almost all of them wait outside.
      #expect(listened.counters.bytes < 1 << 20)
      await listened.sink.set(.willing)
      try await sending.value
      #expect(try await listened.sink.lines(count).count == count)
      #expect(listened.counters.full >= 5)
    }
  }

  @Test("tries again what the sink could not make durable")
  func broken() async throws {
    try await Listened.at("tcp://127.0.0.1:0") { listened in
      await listened.sink.set(.broken)
      let peer = try Peer.tcp(listened.port)
      try await peer.send("{\"a\":1}\n")
      try await listened.sink.attempts(1)
      await listened.sink.set(.willing)
      #expect(try await listened.sink.lines(1) == ["{\"a\":1}"])
    }
  }

  @Test("submits at a shutdown what was received, also a line that is not finished")
  func shutdown() async throws {
    let sink = RecordingSink()
    try await Listened.at("tcp://127.0.0.1:0", sink: sink) { listened in
      let peer = try Peer.tcp(listened.port)
      try await peer.send("{\"a\":1}\n")
      _ = try await sink.lines(1)
      try await peer.send("{\"a\":2}\n{\"a\":")
      await listened.stop()
      // The other side closes; nothing of what came before is gone.
      #expect(try await peer.receiveAll() == "")
    }
    let lines = await sink.lines
    #expect(lines == ["{\"a\":1}", "{\"a\":2}", "{\"a\":"])
    #expect(await sink.submissions.last?.lines.map(\.isCut).last == true)
  }

  @Test("brings lines from unix sockets of both kinds")
  func unix() async throws {
    let (stream, datagram) = (socketPath(), socketPath())
    try await Listened.at("unix://\(stream)?mode=0600", "unix://\(datagram)?type=dgram&tenant=acme") { listened in
      let peer = try Peer.unix(stream)
      try await peer.send("{\"a\":1}\n")
      #expect(try await listened.sink.lines(1) == ["{\"a\":1}"])
      let other = try Peer.unix(datagram, isDatagram: true)
      try await other.send("<13>Nov 25 10:00:00 mcp: {\n\"a\":2}\n")
      try await other.send("{\"a\":3}\n{\"a\":4}\n")
      try await other.send("")
      try await other.send("{\"a\":5}")
      #expect(
        try await listened.sink.lines(5) == ["{\"a\":1}", "{\n\"a\":2}", "{\"a\":3}", "{\"a\":4}", "{\"a\":5}"])
      #expect(await listened.sink.submissions.last?.tenant == TenantID("acme"))
    }
    // Their files go with them.
    #expect(throws: Peer.Failure.self) { try Peer.unix(stream) }
    #expect(throws: Peer.Failure.self) { try Peer.unix(datagram, isDatagram: true) }
  }

  @Test("brings lines from UDP, datagram by datagram")
  func udp() async throws {
    try await Listened.at("udp://127.0.0.1:0") { listened in
      let peer = try Peer.udp(listened.port)
      for number in 0..<500 { try await peer.send("<13>1 - h mcp - - - {\"a\":\(number)}") }
      #expect(try await listened.sink.lines(500).count == 500)
      #expect(listened.counters.datagramsLost == 0)
    }
  }

  @Test("leaves a socket alone that somebody listens on, and anything that is no socket")
  func occupied() async throws {
    let path = socketPath()
    try await Listened.at("unix://\(path)") { _ in
      await #expect(throws: ListenError.self) { try await Listened.at("unix://\(path)") { _ in } }
    }
    await #expect(throws: ListenError.self) { try await Listened.at("unix:///etc/hostname") { _ in } }
    try await Listened.at("tcp://127.0.0.1:0") { listened in
      let port = listened.port
      await #expect(throws: ListenError.self) { try await Listened.at("tcp://127.0.0.1:\(port)") { _ in } }
    }
  }

  @Test("takes over a socket that was left behind")
  func stale() async throws {
    let path = socketPath()
    // A socket that is bound, never listened on and closed is what a killed process leaves.
    try leaveSocket(at: path)
    try await Listened.at("unix://\(path)") { listened in
      let peer = try Peer.unix(path)
      try await peer.send("{}\n")
      #expect(try await listened.sink.lines(1) == ["{}"])
    }
  }

  @Test("refuses to take audit lines unencrypted from other machines unless told so")
  func plainRemote() async throws {
    await #expect(throws: ListenError.self) { try await Listened.at("tcp://0.0.0.0:0") { _ in } }
    await #expect(throws: ListenError.self) { try await Listened.at("http://[::]:0") { _ in } }
    try await Listened.at("tcp://0.0.0.0:0", change: { settings, _ in settings.allowsPlainRemote = true }) { _ in }
  }
}
