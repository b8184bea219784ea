import AuditModel
import AuditSample
import Postgres
import Testing

/// A pod of the tenant acme that prints lines with numbers from 1 on.
struct NumberedPod: ~Copyable {
  private var writer: PodLogWriter
  private var framing = CRIFraming()
  /// How many bytes each line takes in its file.
  private(set) var sizes: [Int] = []
  /// For `--files`.
  let pattern: String

  /// - Parameter rotatedMax: rotated files that are kept; older ones are deleted.
  init(in directory: String, rotatedMax: Int? = nil) throws {
    pattern = "\(directory)/pods/*/*/*.log"
    writer = try PodLogWriter(
      root: "\(directory)/pods", namespace: "mcp-org-acme", pod: "server-0", uid: "0000-0", container: "tools",
      rotatedMax: rotatedMax)
  }

  mutating func write(_ count: Int) throws {
    var bytes: [UInt8] = []
    for _ in 0..<count {
      let before = bytes.count
      framing.append(Self.line(sizes.count + 1).span, at: .now, to: &bytes)
      sizes.append(bytes.count - before)
    }
    try writer.write(framed: bytes)
  }

  /// - Returns: the path that the old file has now.
  @discardableResult
  mutating func rotate() throws -> String { try writer.rotate(at: .now) }

  private static func line(_ number: Int) -> [UInt8] {
    let text = String(repeating: "x", count: 200 + number % 97)
    return Array(
      #"{"timestamp":"\#(RecordTime.now)","tool":"read_file","userId":"ada","args":{"requestId":"n\#(number)","text":"\#(text)"},"status":"success"}"#
        .utf8)
  }
}

/// How often each numbered line is stored, in the database `trail`.
enum StoredNumbers {
  static func read(on server: TestServer) async throws -> [Int: Int] {
    try await server.withSession("trail") { session in
      try await session.perform { connection in
        var found: [Int: Int] = [:]
        try connection.fetch(
          "SELECT substr(args->>'requestId', 2)::int8, count(*) FROM tenant_acme.records GROUP BY 1",
          within: .seconds(600)
        ) { row in
          found[Int(try row[0].int64())] = Int(try row[1].int64())
        }
        return found
      }
    }
  }

  static func gapBytes(on server: TestServer) async throws -> Int {
    try await server.number("trail", "SELECT coalesce(sum(gap_bytes), 0)::int8 FROM tenant_acme.ledger")
  }

  /// Gaps of which nobody knows how large they are.
  static func gapsAtLeast(on server: TestServer) async throws -> Int {
    try await server.number("trail", "SELECT count(*) FROM tenant_acme.positions WHERE gap_is_least")
  }

  static func wait(for count: Int, on server: TestServer, _ collector: ChildProcess) async throws {
    try await wait("SELECT count(*) / \(count) FROM tenant_acme.records", on: server, collector)
  }

  static func wait(forNumber number: Int, on server: TestServer, _ collector: ChildProcess) async throws {
    try await wait(
      "SELECT count(*) FROM tenant_acme.records WHERE args->>'requestId' = 'n\(number)'", on: server, collector)
  }

  /// Waits until a number is not 0.
  static func wait(_ sql: String, on server: TestServer, _ collector: ChildProcess) async throws {
    var end = ContinuousClock.now + .seconds(60)
    var ledger = -1
    while (try? await server.number("trail", sql)) ?? 0 == 0 {
      try #require(collector.ended() == nil, "\(collector.errors.suffix(3000))")
      // As long as batches come it goes on.
      let now = (try? await server.number("trail", "SELECT count(*) FROM tenant_acme.ledger")) ?? -1
      if now != ledger { (ledger, end) = (now, .now + .seconds(60)) }
      guard ContinuousClock.now < end else {
        Issue.record("It was waited for in vain: \(sql). \(collector.errors.suffix(3000))")
        return
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
