import AuditConfig
import AuditListen
import AuditStore
import Dispatch
import Foundation
import Glibc
import Postgres

@testable import audittail

/// The collector in a process of its own that can be killed, with the plainest of all listeners: a request is a line with a key and a
/// number, and so many lines; the answer is one byte: `d` durable, `r` repeated, `f` full, `e` an error.
enum SpoolDrill {
  static let environment = "AUDITTAIL_TEST_DRILL"

  /// Where the drill's files are, in the process that is one.
  static var directory: String? { getenv(environment).map { String(cString: $0) } }

  static func socket(_ directory: String) -> String { "\(directory)/s" }

  /// Starts this very program again, as the collector of a test.
  /// - Parameter disk: the size of a disk of its own for the data directory, as tmpfs takes it.
  static func start(in directory: String, name: String, disk: String? = nil) throws -> ChildProcess {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    let program = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let arguments = ["--testing-library", "swift-testing", "--filter", "SpoolDrillTests"]
    guard let disk else {
      return try ChildProcess(program, arguments, in: directory, name: name, environment: [environment: directory])
    }
    // In a namespace of its own, so that nobody else sees the disk and it goes with the process.
    let script = "mount -t tmpfs -o size=\(disk) none \(directory)/data && exec \"$0\" \"$@\""
    let flags = geteuid() == 0 ? "-m" : "-rm"
    return try ChildProcess(
      "/usr/bin/unshare", [flags, "/bin/sh", "-c", script, program] + arguments, in: directory, name: name,
      environment: [environment: directory])
  }

  /// Runs until it is killed, or told to end.
  static func serve(_ directory: String) async throws {
    let configuration = try ConfigurationLoader().load(file: "\(directory)/drill.yaml", flags: [:])
    let logger = configuration.logger("drill")
    let access = SpoolAccess(configuration, logger: logger)
    try await access.open(isNeeded: true)
    let intake = try SubmissionIntake(access, configuration: configuration)
    let database = String(decoding: readFile("\(directory)/database"), as: UTF8.self)
    let store = Store(url: try PostgresURL(database))
    let listener = try listen(socket(directory))
    let thread = Thread {
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 { return }
        let serving = Thread { serve(connection, intake) }
        serving.start()
      }
    }
    thread.start()
    let run = CollectorRun(configuration: configuration, readsStandardInput: false, isOnce: false)
    let totals = CollectorTotals()
    var isMigrated = false
    while true {
      do {
        if !isMigrated { try await store.migrate() }
        isMigrated = true
        return try await run.collect(store, totals, nil, access, logger)
      } catch let error as PostgresError where error.isTransient {
        try await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  static func address(_ path: String) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    return address
  }

  private static func listen(_ path: String) throws -> Int32 {
    unlink(path)
    let listener = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = address(path)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0, Glibc.listen(listener, 16) == 0 else { throw FileFailure(path) }
    return listener
  }

  private final class Answer: @unchecked Sendable {
    // Written before the semaphore is signalled and read after it was waited for.
    var byte = UInt8(ascii: "e")
  }

  private static func serve(_ connection: Int32, _ intake: SubmissionIntake) {
    guard let input = fdopen(connection, "r") else { return }
    defer { fclose(input) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, input) > 0, let head = line.map({ String(cString: $0) }) {
      let words = head.split(whereSeparator: { $0 == " " || $0 == "\n" })
      guard words.count == 2, let count = Int(words[1]) else { return }
      var bytes: [UInt8] = []
      var lines: [Submission.Line] = []
      for _ in 0..<count {
        let length = getline(&line, &capacity, input)
        guard length > 0, let text = line else { return }
        let start = bytes.count
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: text, count: length - 1))
        lines.append(Submission.Line(range: start..<bytes.count))
      }
      let submission = Submission(
        listener: "drill", tenant: nil,
        key: Submission.Key(kind: "drill", tenant: nil, name: Array(words[0].utf8), content: bytes), bytes: bytes,
        lines: lines)
      let answer = Answer()
      let done = DispatchSemaphore(value: 0)
      Task {
        switch try? await intake.take(submission) {
        case .durable: answer.byte = UInt8(ascii: "d")
        case .repeated: answer.byte = UInt8(ascii: "r")
        case .full: answer.byte = UInt8(ascii: "f")
        case .conflict: answer.byte = UInt8(ascii: "c")
        case nil: answer.byte = UInt8(ascii: "e")
        }
        done.signal()
      }
      done.wait()
      guard write(connection, &answer.byte, 1) == 1 else { return }
    }
  }
}

/// A peer of the drill. A submission is sent again under its key until it is acknowledged, whatever dies meanwhile.
final class DrillPeer: @unchecked Sendable {
  // Used by one thread at a time.
  private let directory: String
  private let name: String
  private var connection: Int32 = -1
  private var number = 0
  private(set) var acknowledged: Set<String> = []
  private(set) var repeated = 0
  private(set) var refused = 0
  private var open: (key: String, ids: [String])?

  init(in directory: String, name: String) {
    self.directory = directory
    self.name = name
  }

  deinit { if connection >= 0 { close(connection) } }

  /// Submits until the time is over; what is unanswered then is kept for the next call.
  func submit(until end: ContinuousClock.Instant, finishing: Bool = false) {
    while ContinuousClock.now < end {
      if open == nil, finishing { return }
      let present = open ?? next()
      open = present
      guard connection >= 0 || connect() else {
        usleep(2000)
        continue
      }
      switch exchange(present) {
      case UInt8(ascii: "d"):
        acknowledged.formUnion(present.ids)
        open = nil
      case UInt8(ascii: "r"):
        acknowledged.formUnion(present.ids)
        repeated += 1
        open = nil
      case UInt8(ascii: "f"):
        refused += 1
        usleep(5000)
      default:
        close(connection)
        connection = -1
      }
    }
  }

  private func next() -> (key: String, ids: [String]) {
    number += 1
    // Now and then an older one comes again, as from a peer that lost the answer.
    if number % 20 == 0 {
      let older = max(1, number - 30)
      if older % 20 != 0 { return submission(older) }
    }
    return submission(number)
  }

  private func submission(_ number: Int) -> (key: String, ids: [String]) {
    return ("\(name)-\(number)", (0..<(1 + number % 4)).map { "\(name)-\(number)-\($0)" })
  }

  private func connect() -> Bool {
    connection = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = SpoolDrill.address(SpoolDrill.socket(directory))
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(connection, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if code == 0 { return true }
    close(connection)
    connection = -1
    return false
  }

  private func exchange(_ submission: (key: String, ids: [String])) -> UInt8? {
    let text = "\(submission.key) \(submission.ids.count)\n" + submission.ids.map { Self.line($0) + "\n" }.joined()
    let bytes = Array(text.utf8)
    var at = 0
    while at < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(connection, $0.baseAddress! + at, bytes.count - at, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return nil }
      at += count
    }
    var answer: UInt8 = 0
    return recv(connection, &answer, 1, 0) == 1 ? answer : nil
  }

  /// One for all lines: a submission that comes again has to hold what it held before.
  private static let time = ISO8601DateFormatter().string(from: Date())

  private static func line(_ id: String) -> String {
    return
      #"{"timestamp":"\#(time)","tool":"read_file","userId":"u1","sessionId":"s1","args":{"requestId":"\#(id)","password":"hunter2-\#(id)"},"status":"success","durationMs":3}"#
  }
}
