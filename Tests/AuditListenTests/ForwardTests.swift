import AuditModel
import Crypto
import Testing

@testable import AuditListen

@Suite("Fluent Forward", .timeLimit(.minutes(2)))
struct ForwardTests {
  /// MessagePack by hand, for what a client sends.
  enum Pack {
    static func text(_ text: String) -> [UInt8] { MessagePackWriter.string(text) }
    static func map(_ members: [(String, [UInt8])]) -> [UInt8] {
      MessagePackWriter.map(members.count) + members.flatMap { text($0.0) + $0.1 }
    }
    static func array(_ elements: [UInt8]...) -> [UInt8] {
      MessagePackWriter.array(elements.count) + elements.flatMap(\.self)
    }
    static func binary(_ bytes: [UInt8]) -> [UInt8] {
      [0xC6] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
    }
    /// 2026-11-25T10:00:00.5Z
    static let eventTime: [UInt8] = [0xD7, 0x00, 0x6A, 0x16, 0x6D, 0xA0, 0x1D, 0xCD, 0x65, 0x00]
  }

  private static let record = Pack.map([("tool", Pack.text("read")), ("n", [0x07])])

  private static func decode(_ bytes: [UInt8]) throws(ForwardMessage.Problem) -> ForwardMessage {
    try ForwardMessage(bytes.span, 0..<bytes.count, limits: ListenLimits()) { _ throws(InFlightBytes.Refusal) in }
  }

  @Test("reads every mode")
  func modes() throws {
    let entry = Pack.array(Pack.eventTime, Self.record)
    let packed = entry + Pack.array([0xCE, 0x6A, 0x16, 0x6D, 0xA0], Self.record)
    let compressed = try gzip(packed)
    let messages: [([UInt8], Int)] = [
      (Pack.array(Pack.text("t"), Pack.eventTime, Self.record), 1),
      (
        Pack.array(Pack.text("t"), [0xCE, 0x6A, 0x16, 0x6D, 0xA0], Self.record, Pack.map([("chunk", Pack.text("c"))])),
        1
      ),
      (Pack.array(Pack.text("t"), Pack.array(entry, entry), Pack.map([("chunk", Pack.text("c")), ("size", [2])])), 2),
      (Pack.array(Pack.text("t"), Pack.binary(packed), Pack.map([("chunk", Pack.text("c"))])), 2),
      (Pack.array(Pack.text("t"), Pack.binary(packed)), 2),
      (Pack.array(Pack.text("t"), Pack.binary(compressed), Pack.map([("compressed", Pack.text("gzip"))])), 2),
    ]
    for (bytes, count) in messages {
      let message = try Self.decode(bytes)
      #expect(message.lines.texts == Array(repeating: "{\"tool\":\"read\",\"n\":7}", count: count))
      #expect(message.lines.lines.allSatisfy { $0.time != nil })
    }
    #expect(try Self.decode(messages[0].0).lines.lines[0].time?.rfc3339.hasSuffix(".500Z") == true)
  }

  @Test("makes a log that is JSON the line, with Kubernetes' words beside it")
  func tailed() throws {
    let record = Pack.map([
      ("stream", Pack.text("stdout")), ("log", Pack.text(" {\"tool\":\"x\"} \n")),
      ("kubernetes", Pack.map([("pod_name", Pack.text("p"))])),
    ])
    let message = try Self.decode(Pack.array(Pack.text("kube.x"), Pack.eventTime, record))
    #expect(
      message.lines.texts == [
        "{\"tool\":\"x\",\"kubernetes\":{\"pod_name\":\"p\"},\"fluent\":{\"tag\":\"kube.x\",\"stream\":\"stdout\"}}"
      ])
    let plain = Pack.map([("log", Pack.text("no json")), ("x", [0xCB, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0])])
    #expect(
      try Self.decode(Pack.array(Pack.text("t"), Pack.eventTime, plain)).lines.texts == [
        "{\"log\":\"no json\",\"x\":null}"
      ])
  }

  @Test("refuses what is none, at any depth and any length, without a crash", arguments: UInt64(1)...300)
  func hostile(seed: UInt64) {
    var random = Seeded(seed)
    var bytes = Pack.array(
      Pack.text("t"), Pack.array(Pack.array(Pack.eventTime, Self.record)), Pack.map([("chunk", Pack.text("c"))]))
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    var boundary = MessagePackBoundary()
    if let end = try? boundary.end(bytes.span, bytesMax: 1000) { #expect(end <= bytes.count) }
    _ = try? Self.decode(bytes)
    let deep = [UInt8](repeating: 0x91, count: 100_000)
    #expect(throws: MessagePackReader.Problem.tooDeep) {
      var boundary = MessagePackBoundary()
      _ = try boundary.end(deep.span, bytesMax: 1 << 20)
    }
    #expect(throws: MessagePackReader.Problem.tooLarge) {
      var boundary = MessagePackBoundary()
      let huge: [UInt8] = [0xC6, 0xFF, 0xFF, 0xFF, 0xFF, 0]
      _ = try boundary.end(huge.span, bytesMax: 1 << 20)
    }
  }

  @Test("finds the end of a message however it is torn")
  func boundary() throws {
    let bytes = Pack.array(Pack.text("t"), Pack.eventTime, Self.record)
    var boundary = MessagePackBoundary()
    for count in 0..<bytes.count {
      #expect(try boundary.end(bytes.span.extracting(0..<count), bytesMax: 1000) == nil)
    }
    #expect(try boundary.end((bytes + [0xC0]).span, bytesMax: 1000) == bytes.count)
  }

  @Test("acknowledges a chunk when it is durable, and one that comes again without storing it again")
  func acknowledgement() async throws {
    let message = Pack.array(
      Pack.text("t"), Pack.array(Pack.array(Pack.eventTime, Self.record)), Pack.map([("chunk", Pack.text("abc="))]))
    let ack = MessagePackWriter.map(1) + Pack.text("ack") + Pack.text("abc=")
    try await Listened.at("forward://127.0.0.1:0?tenant=acme") { listened in
      await listened.sink.set(.full(.milliseconds(50)))
      let peer = try Peer.tcp(listened.port)
      try await peer.send(message)
      try await listened.sink.attempts(3)
      await listened.sink.set(.willing)
      #expect(try await peer.receive { $0.count >= ack.count } == ack)
      let again = try Peer.tcp(listened.port)
      try await again.send(message + message)
      #expect(try await again.receive { $0.count >= ack.count * 2 } == ack + ack)
      #expect(await listened.sink.lines == ["{\"tool\":\"read\",\"n\":7}"])
      #expect(await listened.sink.submissions.first?.tenant == TenantID("acme"))
    }
  }

  @Test("closes on garbage, and serves the next one")
  func garbage() async throws {
    try await Listened.at("forward://127.0.0.1:0") { listened in
      let peer = try Peer.tcp(listened.port)
      try await peer.send("GET / HTTP/1.1\r\n\r\n")
      #expect(try await peer.receiveAll() == "")
      #expect(listened.counters.malformed == 1)
      let next = try Peer.tcp(listened.port)
      try await next.send(Pack.array(Pack.text("t"), Pack.eventTime, Self.record))
      #expect(try await listened.sink.lines(1).count == 1)
    }
  }

  @Test(
    "lets in who knows the key and the password, each as its tenant",
    arguments: [("key", "pass", true), ("wrong", "pass", false), ("key", "wrong", false)])
  func handshake(key: String, password: String, isAccepted: Bool) async throws {
    let credentials = try ForwardCredentials(sharedKey: "key\n", users: "# user tenant password\nfluent acme pass\n")
    try await Listened.at("forward://127.0.0.1:0", secrets: .init(forward: credentials)) { listened in
      let peer = try Peer.tcp(listened.port)
      // ["HELO", {"nonce": bin 16, "auth": bin 16, "keepalive": true}]
      let hello = try await peer.receive { $0.count >= 61 }
      let nonceStart = try #require(hello.firstRange(of: Pack.text("nonce"))).upperBound + 2
      let saltStart = try #require(hello.firstRange(of: Pack.text("auth"))).upperBound + 2
      let (nonce, salt) = (Array(hello[nonceStart..<nonceStart + 16]), Array(hello[saltStart..<saltStart + 16]))
      func hex(_ bytes: [UInt8]) -> String { String(decoding: ForwardHandshake.digest(bytes), as: UTF8.self) }
      let digest = hex(Array("saltclient".utf8) + nonce + Array(key.utf8))
      let secret = hex(salt + Array("fluent\(password)".utf8))
      try await peer.send(
        Pack.array(
          Pack.text("PING"), Pack.text("client"), Pack.text("salt"), Pack.text(digest), Pack.text("fluent"),
          Pack.text(secret)))
      if isAccepted {
        let pong = try await peer.receive { $0.count > 100 }
        #expect(pong.starts(with: MessagePackWriter.array(5) + Pack.text("PONG") + [0xC3]))
        let proof = hex(Array("saltaudittail".utf8) + nonce + Array("key".utf8))
        #expect(String(decoding: pong, as: UTF8.self).contains(proof))
        try await peer.send(Pack.array(Pack.text("t"), Pack.eventTime, Self.record))
        #expect(try await listened.sink.lines(1).count == 1)
        #expect(await listened.sink.submissions.first?.tenant == TenantID("acme"))
      } else {
        let pong = try await peer.receive { _ in false }
        #expect(pong.starts(with: MessagePackWriter.array(5) + Pack.text("PONG") + [0xC2]))
        #expect(listened.counters.cut[.identity] == 1)
      }
    }
  }

  @Test("takes nothing before the handshake, and waits for it only so long")
  func withoutHandshake() async throws {
    let credentials = try ForwardCredentials(sharedKey: "key", users: nil)
    try await Listened.at(
      "forward://127.0.0.1:0", secrets: .init(forward: credentials),
      change: { _, limits in limits.handshakeTimeout = .seconds(1) }
    ) { listened in
      let peer = try Peer.tcp(listened.port)
      try await peer.send(Pack.array(Pack.text("t"), Pack.eventTime, Self.record))
      _ = try await peer.receiveAll()
      let silent = try Peer.tcp(listened.port)
      _ = try await silent.receiveAll()
      #expect(listened.counters.cut[.handshake] == 1)
      #expect(listened.counters.malformed == 1)
      #expect(await listened.sink.lines.isEmpty)
    }
  }
}
