import AuditModel
import AuditSample
import AuditSource
import Foundation
import Testing

/// Random histories of a log file: whole lines, pieces of lines, partial lines of both streams, renames, pauses, and a reader that is
/// killed and started again from what it had committed. What is read has to be what was written.
@Suite("A lineage of rotated files")
struct LineageTests {
  @Test("is read to the last line, once and in order, whatever is done to it", arguments: 1...60)
  func histories(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let directory = try TemporaryDirectory()
    let writer = try RotatingWriter(path: directory.path + "/0.log")
    var reader = CommittingReader(path: directory.path + "/0.log")
    for _ in 0..<60 {
      switch random.next(below: 10) {
      case 0...4: try writer.write(lines: 1 + random.next(below: 20), random: &random)
      case 5: try writer.rotate()
      case 6: reader.restart()
      case 7: reader.commit()
      default: try reader.read(steps: 1 + random.next(below: 6))
      }
    }
    try writer.finish()
    try reader.drain()
    #expect(reader.committedLines == writer.logical, "seed \(seed)")
  }

  @Test("reads an older file that is found late beside the one that is being read")
  func foundLate() throws {
    let directory = try TemporaryDirectory()
    let writer = try RotatingWriter(path: directory.path + "/0.log")
    var reader = CommittingReader(path: directory.path + "/0.log")
    try writer.raw("\(RotatingWriter.time) stdout P be")
    try writer.raw("gun\n")
    try reader.read(steps: 3)
    try directory.write(
      "0.log.20261001-000000", "\(RotatingWriter.time) stdout P ol\n\(RotatingWriter.time) stdout F d\n", age: 9000)
    try reader.read(steps: 3)
    try writer.raw("\(RotatingWriter.time) stdout F and ended\n")
    try reader.drain()
    #expect(reader.committedLines.sorted() == ["begunand ended", "old"])
  }

  private static let firstLines = (1...9).map { "\(RotatingWriter.time) stdout F line \($0)\n" }.joined()

  @Test(
    "reads a compressed file beside a plain one of its name, once that is finished and holds something else",
    arguments: [false, true], [false, true])
  func compressedBeside(isSame: Bool, isRestarted: Bool) throws {
    let directory = try TemporaryDirectory()
    var reader = CommittingReader(path: directory.path + "/a.log")
    try directory.write("a.log.1", isSame ? Self.firstLines : "\(RotatingWriter.time) stdout F other\n", age: 50)
    try directory.write("a.log", "\(RotatingWriter.time) stdout F last\n")
    if isRestarted { try reader.drain() }
    try directory.write("a.log.1.gz", gzip(Array(Self.firstLines.utf8)), age: 60)
    if isRestarted { reader.restart() }
    try reader.drain()
    reader.restart()
    try reader.drain()
    let expected = (1...9).map { "line \($0)" } + (isSame ? [] : ["other"]) + ["last"]
    #expect(reader.committedLines.sorted() == expected.sorted())
    #expect(reader.gaps.isEmpty && reader.disorder.isEmpty)
  }

  @Test("does not look into a compressed file that is being written")
  func compressing() throws {
    let directory = try TemporaryDirectory()
    var reader = CommittingReader(path: directory.path + "/a.log")
    try directory.write("a.log.1", Self.firstLines, age: 50)
    try directory.write("a.log.1.gz", Array(gzip(Array(Self.firstLines.utf8)).dropLast(30)))
    try reader.drain()
    #expect(reader.committedLines == (1...9).map { "line \($0)" })
    #expect(reader.gaps.isEmpty)
  }

  @Test("tells of a long line that ends in a file after it was left")
  func lateLongLine() throws {
    let directory = try TemporaryDirectory()
    let writer = try RotatingWriter(path: directory.path + "/0.log")
    var reader = CommittingReader(path: directory.path + "/0.log", lineBytesMax: 1000)
    try writer.raw("first\n")
    let old = try #require(FileHandle(forWritingAtPath: directory.path + "/0.log"))
    try old.seekToEnd()
    try reader.read(steps: 2)
    try writer.rotate()
    try writer.raw("next\n")
    try reader.read(steps: 3)
    for _ in 0..<6 {
      try old.write(contentsOf: Data(String(repeating: "z", count: 1000).utf8))
      try reader.read(steps: 2)
    }
    try old.write(contentsOf: Data("\nlast\n".utf8))
    try reader.drain()
    #expect(reader.committedLines.contains("last") && reader.committedLines.contains("next"))
    #expect(reader.committedLines.filter { $0.hasPrefix("z") }.count == 1)
  }

  @Test("is followed through a rotation while its last line was half written")
  func tornLine() throws {
    let directory = try TemporaryDirectory()
    let writer = try RotatingWriter(path: directory.path + "/0.log")
    var reader = CommittingReader(path: directory.path + "/0.log")
    try writer.raw("\(RotatingWriter.time) stdout F one\n\(RotatingWriter.time) stdout F tw")
    try reader.read(steps: 3)
    try writer.raw("o\n")
    try writer.rotate()
    try writer.raw("\(RotatingWriter.time) stdout F three\n")
    try reader.drain()
    #expect(reader.committedLines == ["one", "two", "three"])
  }
}

/// Writes CRI lines as a runtime does and remembers what they say once joined, in the order of their ends.
final class RotatingWriter {
  static let time = "2026-11-20T00:00:00.000000001Z"
  private let path: String
  private var file: FileHandle
  private var rotations = 0
  private var number = 0
  private var open: [String: String] = [:]
  private(set) var logical: [String] = []

  init(path: String) throws {
    self.path = path
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    file = try #require(FileHandle(forWritingAtPath: path))
  }

  func raw(_ text: String) throws { try file.write(contentsOf: Data(text.utf8)) }

  func write(lines: Int, random: inout SplitMix64) throws {
    for _ in 0..<lines {
      number += 1
      let stream = random.next(below: 3) == 0 ? "stderr" : "stdout"
      let text = "line \(number) " + String(repeating: "x", count: random.next(below: 200))
      if random.next(below: 4) == 0 {
        open[stream, default: ""] += text
        try raw("\(Self.time) \(stream) P \(text)\n")
      } else {
        logical.append(open.removeValue(forKey: stream, default: "") + text)
        try raw("\(Self.time) \(stream) F \(text)\n")
      }
    }
  }

  func rotate() throws {
    rotations += 1
    try FileManager.default.moveItem(atPath: path, toPath: "\(path).20261125-\(100_000 + rotations)")
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    file = try #require(FileHandle(forWritingAtPath: path))
  }

  /// Ends what is open, so that every line has an end.
  func finish() throws {
    for stream in ["stdout", "stderr"] {
      logical.append(open.removeValue(forKey: stream, default: "") + "end of \(stream)")
      try raw("\(Self.time) \(stream) F end of \(stream)\n")
    }
  }
}

extension Dictionary {
  fileprivate mutating func removeValue(forKey key: Key, default value: Value) -> Value {
    removeValue(forKey: key) ?? value
  }
}
