import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An API server as far as pods go: lists, pages, watches and bookmarks over TLS, with a token that it wants to see; and what goes wrong
/// with a real one, when it is told to.
package final class TestAPIServer: Sendable {
  /// What becomes of a request, in place of an answer.
  package enum Fault: Sendable, Hashable {
    case status(Int, retryAfter: Int? = nil)
    /// 200, and something that no API server says.
    case garbage
    /// The connection is closed without a word.
    case hangUp
    /// Nothing comes, and the connection stays.
    case silence
    /// A watch: half an event, then the connection is closed.
    case cutInEvent
    /// A watch: an event that says 410.
    case expiredInWatch
    /// A watch: a line of so many bytes, then it goes on as it should.
    case longLine(Int)
    /// A watch that ends at once in good order.
    case emptyWatch
    /// An answer that comes in pieces of one byte.
    case drip
  }

  package struct Request: Sendable, Hashable {
    package let query: [String: String]
    package let accept: String
    package let token: String
    package let at: ContinuousClock.Instant
    package var isWatch: Bool { query["watch"] == "true" }
  }

  private struct Stored {
    var pod: TestPod
    var version: Int
  }

  private struct State {
    var pods: [String: Stored] = [:]
    var version = 100
    /// Watches may not begin before this version.
    var oldest = 0
    var history: [(version: Int, line: String)] = []
    var watchers: [ObjectIdentifier: any Channel] = [:]
    var connections: [ObjectIdentifier: any Channel] = [:]
    var faults: [(isWatch: Bool, fault: Fault)] = []
    var requests: [Request] = []
    var token = "first-token"
    var pages = false
    var denied = 0
  }

  private let state = Mutex(State())
  /// The service account's directory: `token` and `ca.crt`.
  package let directory: String
  private let channel: any Channel
  package let port: Int

  private init(directory: String, channel: any Channel, port: Int) {
    self.directory = directory
    self.channel = channel
    self.port = port
  }

  /// - Parameter port: 0 for any that is free.
  package static func start(in directory: String, port: Int = 0) async throws -> TestAPIServer {
    let authority = try TestAuthority()
    let context = try authority.serverContext()
    let box = Mutex<TestAPIServer?>(nil)
    let server = Box(box)
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
          try channel.pipeline.syncOperations.addHandler(RequestHandler(server: server))
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    let made = TestAPIServer(directory: directory, channel: channel, port: channel.localAddress?.port ?? 0)
    server.value.withLock { $0 = made }
    try write(authority.certificate, to: "\(directory)/ca.crt")
    try write("first-token\n", to: "\(directory)/token")
    return made
  }

  /// A reference that the handlers of connections have before the server is there.
  final class Box: Sendable {
    let value: Mutex<TestAPIServer?>
    init(_ value: consuming Mutex<TestAPIServer?>) { self.value = value }
  }

  private static func write(_ text: String, to path: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  /// As the kubelet sets it.
  package var environment: [String: String] {
    ["KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "\(port)"]
  }

  package var requests: [Request] { state.withLock { $0.requests } }
  package var denied: Int { state.withLock { $0.denied } }
  package var watchCount: Int { state.withLock { $0.watchers.count } }
  package var version: Int { state.withLock { $0.version } }

  /// Also closes what is open.
  package func stop() async throws {
    let open = state.withLock { Array($0.connections.values) }
    for channel in open { channel.close(promise: nil) }
    try await channel.close()
  }

  // MARK: The cluster changes

  package func put(_ pod: TestPod) {
    change { state in
      let isNew = state.pods[pod.uid] == nil
      state.pods[pod.uid] = Stored(pod: pod, version: state.version)
      return "{\"type\":\"\(isNew ? "ADDED" : "MODIFIED")\",\"object\":\(pod.json(version: state.version))}"
    }
  }

  package func delete(_ uid: String) {
    change { state in
      guard let gone = state.pods.removeValue(forKey: uid) else { return nil }
      return "{\"type\":\"DELETED\",\"object\":\(gone.pod.json(version: state.version))}"
    }
  }

  package func bookmark() {
    let (watchers, version) = state.withLock { (Array($0.watchers.values), $0.version) }
    for watcher in watchers {
      send(
        "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"PartialObjectMetadata\",\"metadata\":{\"resourceVersion\":\"\(version)\"}}}\n",
        to: watcher)
    }
  }

  private func change(_ body: (inout State) -> String?) {
    state.withLock { state in
      state.version += 1
      guard let line = body(&state) else { return }
      state.history.append((state.version, line))
      for watcher in state.watchers.values { send(line + "\n", to: watcher) }
    }
  }

  /// Forgets the past: a watch from an earlier version is told 410.
  package func compact() {
    state.withLock { state in
      state.oldest = state.version
      state.history = []
    }
  }

  /// Only this token counts from now on; it is in the file unless `isWritten` is false.
  package func rotate(to token: String, isWritten: Bool = true) throws {
    state.withLock { $0.token = token }
    if isWritten { try Self.write(token, to: "\(directory)/token") }
  }

  /// Answers lists in pages, as a server without a cache does.
  package func servePages() { state.withLock { $0.pages = true } }

  /// What becomes of the next requests of a kind.
  package func fail(lists: [Fault] = [], watches: [Fault] = []) {
    state.withLock { $0.faults += lists.map { (false, $0) } + watches.map { (true, $0) } }
  }

  /// Cuts the connections of all watches.
  package func cutWatches() {
    for watcher in state.withLock({ Array($0.watchers.values) }) { watcher.close(promise: nil) }
  }

  // MARK: Answers

  func opened(_ channel: any Channel) { state.withLock { $0.connections[ObjectIdentifier(channel)] = channel } }

  func closed(_ channel: any Channel) {
    state.withLock {
      $0.connections[ObjectIdentifier(channel)] = nil
      $0.watchers[ObjectIdentifier(channel)] = nil
    }
  }

  func answer(_ head: HTTPRequestHead, on channel: any Channel) {
    let parts = head.uri.split(separator: "?", maxSplits: 1).map(String.init)
    var query: [String: String] = [:]
    for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
      query[sides[0]] = sides.count > 1 ? sides[1].removingPercentEncoding : ""
    }
    let token = head.headers.first(name: "Authorization")?.replacingOccurrences(of: "Bearer ", with: "") ?? ""
    let request = Request(
      query: query, accept: head.headers.first(name: "Accept") ?? "", token: token, at: .now)
    let (fault, isAllowed) = state.withLock { state -> (Fault?, Bool) in
      state.requests.append(request)
      guard token == state.token else {
        state.denied += 1
        return (nil, false)
      }
      guard let index = state.faults.firstIndex(where: { $0.isWatch == request.isWatch }) else { return (nil, true) }
      return (state.faults.remove(at: index).fault, true)
    }
    guard isAllowed else { return finish(401, "{\"kind\":\"Status\",\"code\":401}", on: channel) }
    guard parts.first == "/api/v1/pods", query["fieldSelector"] == "spec.nodeName=node-1" else {
      return finish(403, "{\"kind\":\"Status\",\"code\":403}", on: channel)
    }
    if let fault { answer(request, with: fault, on: channel) } else { serve(request, on: channel) }
  }

  private func answer(_ request: Request, with fault: Fault, on channel: any Channel) {
    switch fault {
    case .status(let code, let retryAfter):
      finish(code, "{\"kind\":\"Status\",\"code\":\(code)}", on: channel, retryAfter: retryAfter)
    case .garbage:
      if request.isWatch {
        begin(200, on: channel)
        send("<html>\u{0}garbage\n{]\n", to: channel)
        end(channel)
      } else {
        finish(200, "<html>Welcome to the proxy</html>", on: channel)
      }
    case .hangUp: channel.close(promise: nil)
    case .silence: break
    case .cutInEvent:
      begin(200, on: channel)
      send("{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"ha", to: channel)
      channel.eventLoop.scheduleTask(in: .milliseconds(20)) { channel.close(promise: nil) }
    case .expiredInWatch:
      begin(200, on: channel)
      send("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}}\n", to: channel)
      end(channel)
    case .longLine(let bytes):
      begin(200, on: channel)
      send(String(repeating: "x", count: bytes) + "\n", to: channel)
      follow(request, on: channel)
    case .emptyWatch:
      begin(200, on: channel)
      end(channel)
    case .drip:
      begin(200, on: channel)
      for byte in list(request).utf8 { send(String(decoding: [byte], as: UTF8.self), to: channel) }
      end(channel)
    }
  }

  private func serve(_ request: Request, on channel: any Channel) {
    guard request.isWatch else { return finish(200, list(request), on: channel) }
    let from = Int(request.query["resourceVersion"] ?? "") ?? 0
    if from < state.withLock({ $0.oldest }) { return finish(410, "{\"kind\":\"Status\",\"code\":410}", on: channel) }
    begin(200, on: channel)
    follow(request, on: channel)
  }

  private func follow(_ request: Request, on channel: any Channel) {
    let from = Int(request.query["resourceVersion"] ?? "") ?? 0
    state.withLock { state in
      for entry in state.history where entry.version > from { send(entry.line + "\n", to: channel) }
      state.watchers[ObjectIdentifier(channel)] = channel
    }
  }

  private func list(_ request: Request) -> String {
    state.withLock { state in
      let all = state.pods.sorted { $0.key < $1.key }.map { $0.value.pod.json(version: $0.value.version) }
      var metadata = "\"resourceVersion\":\"\(state.version)\""
      var items = all[...]
      if state.pages, let limit = request.query["limit"].flatMap({ Int($0) }) {
        let start = Int(request.query["continue"] ?? "0") ?? 0
        items = all.dropFirst(start).prefix(limit)
        if start + limit < all.count { metadata += ",\"continue\":\"\(start + limit)\"" }
      }
      return
        "{\"kind\":\"PartialObjectMetadataList\",\"metadata\":{\(metadata)},\"items\":[\(items.joined(separator: ","))]}\n"
    }
  }

  private func begin(_ status: Int, on channel: any Channel, retryAfter: Int? = nil) {
    var headers: HTTPHeaders = ["Content-Type": "application/json", "Transfer-Encoding": "chunked"]
    if let retryAfter { headers.add(name: "Retry-After", value: "\(retryAfter)") }
    let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
    channel.writeAndFlush(HTTPServerResponsePart.head(head), promise: nil)
  }

  private func send(_ text: String, to channel: any Channel) {
    channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text))), promise: nil)
  }

  private func end(_ channel: any Channel) { channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil) }

  private func finish(_ status: Int, _ text: String, on channel: any Channel, retryAfter: Int? = nil) {
    begin(status, on: channel, retryAfter: retryAfter)
    send(text, to: channel)
    end(channel)
  }
}

/// One connection.
private final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let server: TestAPIServer.Box
  private var head: HTTPRequestHead?

  init(server: TestAPIServer.Box) { self.server = server }

  private var instance: TestAPIServer? { server.value.withLock { $0 } }

  func channelActive(context: ChannelHandlerContext) {
    instance?.opened(context.channel)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    instance?.closed(context.channel)
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body: break
    case .end:
      if let head { instance?.answer(head, on: context.channel) }
      head = nil
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
