import AuditModel
import AuditSample
import Foundation
import Testing

@testable import AuditSource

@Suite("A compressed log file")
struct GzipReaderTests {
  private static func file(_ directory: TemporaryDirectory, _ bytes: [UInt8]) throws -> LogFile {
    let path = directory.path + "/0.log.20261125-101500.gz"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try LogFile(path: path)
  }

  /// Hard to compress, so that damage does not hit everything at once.
  private static func content(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { $0 % 80 == 79 ? 10 : UInt8(truncatingIfNeeded: 33 + random.next(below: 90)) }
  }

  @Test("is read from any place, one member or many", arguments: [1, 3])
  func reading(members: Int) throws {
    let directory = try TemporaryDirectory()
    let parts = (0..<members).map { Self.content(100_000, seed: UInt64($0)) }
    let plain = parts.flatMap { $0 }
    let log = try Self.file(directory, parts.flatMap(gzip) + [0, 0, 0])
    var random = SplitMix64(seed: 7)
    for _ in 0..<30 {
      let offset = random.next(below: plain.count)
      let count = 1 + random.next(below: 5000)
      #expect(try log.bytes(at: Int64(offset), count: count) == Array(plain[offset...].prefix(count)))
    }
    #expect(try log.bytes(at: Int64(plain.count) - 5, count: 10).count == 5)
    #expect(log.end == .complete)
  }

  @Test("that breaks off is read as far as it goes, and on when it goes on")
  func torn() throws {
    let directory = try TemporaryDirectory()
    let plain = Self.content(200_000)
    let whole = gzip(plain)
    let log = try Self.file(directory, Array(whole.prefix(whole.count / 2)))
    let before = try log.bytes(at: 0, count: plain.count)
    #expect(log.end == .torn)
    #expect(before.count > 50_000 && before == Array(plain.prefix(before.count)))
    let handle = try #require(FileHandle(forWritingAtPath: log.path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(whole.suffix(whole.count - whole.count / 2)))
    #expect(try log.bytes(at: Int64(before.count), count: plain.count) == Array(plain[before.count...]))
    #expect(try log.bytes(at: Int64(plain.count), count: 1).isEmpty && log.end == .complete)
  }

  @Test("that is damaged is read to the damage, and what follows is a gap")
  func damaged() throws {
    let directory = try TemporaryDirectory()
    let plain = Self.content(200_000)
    var bytes = gzip(plain)
    for index in bytes.count / 2..<bytes.count / 2 + 50 { bytes[index] = 0xFF }
    try bytes.withUnsafeBytes {
      try Data($0).write(to: URL(fileURLWithPath: directory.path + "/0.log.20261125-101500.gz"))
    }
    try directory.write("0.log", "later\n")
    var reader = CommittingReader(path: directory.path + "/0.log")
    try reader.drain()
    let lines = String(decoding: plain, as: UTF8.self).split(separator: "\n").map(String.init)
    let read = reader.committedLines
    #expect(read.count > 500 && read.last == "later")
    // Where exactly the damage begins to show is zlib's to say.
    #expect(Array(read.prefix(500)) == Array(lines.prefix(500)))
    #expect(reader.gaps.count == 1)
  }

  @Test("that is none at all is a gap of at least a byte", arguments: ["no gzip\n", "\u{1F}"])
  func noGzip(text: String) throws {
    let directory = try TemporaryDirectory()
    try directory.write("0.log.20261125-101500.gz", text)
    try directory.write("0.log", "later\n")
    var reader = CommittingReader(path: directory.path + "/0.log")
    try reader.drain()
    #expect(reader.committedLines == ["later"])
    #expect(reader.gaps == [SourceGap(byteCount: 1, isLeast: true)])
  }

  @Test("comes before the plain ones, in the order of its names, and not while it is being made")
  func order() throws {
    let directory = try TemporaryDirectory()
    for (name, age) in [
      ("0.log.20261102-000000.gz", 1.0), ("0.log.20261101-000000.gz", 2), ("0.log.20261103-000000", 3), ("0.log", 4),
      ("0.log.20261103-000000.gz", 0), ("0.log.20261099-000000.gz.tmp", 0), ("a.log.2.gz", 1), ("a.log.10.gz", 0),
      ("a.log.1", 9),
    ] {
      try directory.write(name, "x\n", age: age)
    }
    let found = FileDiscovery(patterns: [directory.path + "/*.log"]).scan().mapValues { files in
      files.map { $0.path.split(separator: "/").last.map(String.init) ?? "" }
    }
    #expect(
      found[directory.path + "/0.log"] == [
        "0.log.20261101-000000.gz", "0.log.20261102-000000.gz", "0.log.20261103-000000", "0.log",
      ])
    #expect(found[directory.path + "/a.log"] == ["a.log.10.gz", "a.log.2.gz", "a.log.1"])
  }
}
