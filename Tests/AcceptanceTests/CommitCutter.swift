import AuditSample
import Glibc
import Synchronization

/// Stands between the program and PostgreSQL and cuts the connection around a COMMIT, again and again: a server or a
/// network that dies at the one moment at which nobody knows what happened.
///
///     program → <directory>/.s.PGSQL.5432 → the server's socket
///
/// One thread of its own, woken by poll(2).
final class CommitCutter: Sendable {
  enum Cut: Int, CaseIterable, Sendable {
    /// COMMIT does not arrive: the transaction is rolled back.
    case before
    /// COMMIT arrives; nobody waits for what comes of it.
    case atOnce
    /// COMMIT arrives and is answered, the answer does not.
    case afterAnswer
  }

  struct Failure: Error { let description: String }

  let directory: String
  private let serverPath: String
  private let every: Int
  private let listener: Int32
  private let counts = Mutex<[Cut: Int]>([:])
  private let isStopping = Mutex(false)

  /// - Parameter every: one COMMIT in about this many is cut, in each of the three ways by turns. Which one is drawn, with a fixed seed:
  ///   counted, it could be the same step of each attempt, and no attempt would come to its end.
  init(in directory: String, before server: TestServer, every: Int) throws {
    self.directory = directory
    self.every = every
    serverPath = "\(server.socketDirectory)/.s.PGSQL.5432"
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let bound = Self.withAddress("\(directory)/.s.PGSQL.5432") { bind(listener, $0, $1) }
    guard bound == 0, listen(listener, 16) == 0 else {
      throw Failure(description: "The cutter cannot listen: \(String(cString: strerror(errno))).")
    }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let cutter = Unmanaged<CommitCutter>.fromOpaque(argument).takeRetainedValue()
        CutterLoop(cutter: cutter).run()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    pthread_detach(thread)
  }

  /// How often each kind of cut was made.
  var cuts: [Cut: Int] { counts.withLock { $0 } }

  /// Ends the thread and every connection through it.
  func stop() { isStopping.withLock { $0 = true } }

  fileprivate var mustStop: Bool { isStopping.withLock { $0 } }
  fileprivate func note(_ cut: Cut) { counts.withLock { $0[cut, default: 0] += 1 } }
  fileprivate var accepting: Int32 { listener }
  fileprivate var period: Int { every }

  fileprivate func connectToServer() -> Int32? {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard Self.withAddress(serverPath, { connect(descriptor, $0, $1) }) == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { place in
      precondition(path.utf8.count < place.count, "The path is too long for a Unix socket.")
      place.copyBytes(from: Array(path.utf8))
    }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }
}

/// The thread's state: the connections, and which COMMITs are cut.
private struct CutterLoop {
  private struct Link {
    let client: Int32
    let server: Int32
    var stream = FrontendStream()
  }

  let cutter: CommitCutter
  private var links: [Link] = []
  private var random = SplitMix64(seed: 20)
  private var nextCut = 0
  private var buffer = [UInt8](repeating: 0, count: 256 << 10)

  init(cutter: CommitCutter) { self.cutter = cutter }

  func run() {
    var loop = self
    while !cutter.mustStop { loop.turn() }
    for link in loop.links { Self.end(link) }
    close(cutter.accepting)
  }

  private mutating func turn() {
    var waiting = [pollfd(fd: cutter.accepting, events: Int16(POLLIN), revents: 0)]
    for link in links {
      waiting.append(pollfd(fd: link.client, events: Int16(POLLIN), revents: 0))
      waiting.append(pollfd(fd: link.server, events: Int16(POLLIN), revents: 0))
    }
    guard poll(&waiting, nfds_t(waiting.count), 50) > 0 else { return }
    var left: [Link] = []
    for (index, link) in links.enumerated() {
      var link = link
      let isAlive =
        (waiting[2 + 2 * index].revents == 0 || forward(link.server, link.client))
        && (waiting[1 + 2 * index].revents == 0 || forwardRequest(&link))
      if isAlive { left.append(link) } else { Self.end(link) }
    }
    links = left
    if waiting[0].revents != 0 { accept() }
  }

  private mutating func accept() {
    let client = Glibc.accept(cutter.accepting, nil, nil)
    guard client >= 0 else { return }
    guard let server = cutter.connectToServer() else {
      close(client)
      return
    }
    links.append(Link(client: client, server: server))
  }

  /// Passes on what came; false at the end.
  private mutating func forward(_ from: Int32, _ to: Int32) -> Bool {
    let count = recv(from, &buffer, buffer.count, 0)
    return count > 0 && Self.sendAll(buffer[..<count], to)
  }

  /// Passes on what the program sent, unless it is time for a cut.
  private mutating func forwardRequest(_ link: inout Link) -> Bool {
    let count = recv(link.client, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    guard let end = link.stream.take(buffer[..<count]) else { return Self.sendAll(buffer[..<count], link.server) }
    guard random.next() % UInt64(cutter.period) == 0, let cut = CommitCutter.Cut(rawValue: nextCut % 3) else {
      return Self.sendAll(buffer[..<count], link.server)
    }
    nextCut += 1
    cutter.note(cut)
    switch cut {
    case .before: break
    case .atOnce: _ = Self.sendAll(buffer[..<end], link.server)
    case .afterAnswer:
      _ = Self.sendAll(buffer[..<end], link.server)
      var answer = pollfd(fd: link.server, events: Int16(POLLIN), revents: 0)
      if poll(&answer, 1, 10_000) > 0 { _ = recv(link.server, &buffer, buffer.count, 0) }
    }
    return false
  }

  private static func sendAll(_ bytes: ArraySlice<UInt8>, _ to: Int32) -> Bool {
    var at = bytes.startIndex
    while at < bytes.endIndex {
      let rest = bytes[at...]
      let count = rest.withUnsafeBytes { send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count < 0 { return false }
      at += count
    }
    return true
  }

  private static func end(_ link: Link) {
    close(link.client)
    close(link.server)
  }
}
