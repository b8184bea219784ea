import AuditModel
import AuditSource
import Foundation
import Testing

@Suite("A log that loses something")
struct LineageLossTests {
  private let directory: TemporaryDirectory
  private var path: String { directory.path + "/app.log" }

  init() throws { directory = try TemporaryDirectory() }

  private func append(_ text: String, to name: String = "app.log") throws {
    let path = directory.path + "/" + name
    if !FileManager.default.fileExists(atPath: path) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
  }

  private func truncate() throws { try #require(FileHandle(forWritingAtPath: path)).truncate(atOffset: 0) }

  @Test("by truncation counts what was seen and not read, to the byte")
  func truncated() throws {
    var reader = CommittingReader(path: path)
    try append("one\ntwo, not en")
    try reader.read(steps: 2)
    try truncate()
    try append("three\n")
    try reader.drain()
    #expect(reader.committedLines == ["one", "three"])
    #expect(reader.gaps == [SourceGap(byteCount: 11, isLeast: false)])
  }

  @Test(
    "by truncation after all was read counts at least a byte, also where the file has grown beyond its old size",
    arguments: [1, 50])
  func regrown(times: Int) throws {
    let banner = String(repeating: "the same beginning\n", count: 100)
    var reader = CommittingReader(path: path)
    try append(banner + "one\n")
    try reader.read(steps: 2)
    try truncate()
    try append(banner + String(repeating: "more\n", count: times))
    try reader.drain()
    #expect(reader.committedLines.count == 201 + times)
    #expect(reader.gaps == [SourceGap(byteCount: 1, isLeast: true)])
  }

  @Test(
    "nothing where a copy has it, whatever the copy is called", arguments: ["app.log.1", "app.log-20261125", "saved"])
  func copied(name: String) throws {
    var reader = CommittingReader(path: path)
    try append("a first line that tells one file from another one\nand the next one\n")
    try reader.read(steps: 2)
    try append("unread\n")
    try FileManager.default.copyItem(atPath: path, toPath: directory.path + "/" + name)
    try truncate()
    try append("after\n")
    try reader.drain()
    #expect(Array(reader.committedLines.suffix(3)) == ["and the next one", "unread", "after"])
    #expect(reader.gaps.isEmpty)
  }

  @Test("with its file while nobody looked says so when the lineage goes on", arguments: [false, true])
  func deletedMeanwhile(isOpen: Bool) throws {
    var reader = CommittingReader(path: path)
    try append("2026-11-20T00:00:00Z stdout F one\n")
    if isOpen { try append("2026-11-20T00:00:00Z stdout P tw"); try append("o\n") }
    try reader.read(steps: 2)
    reader.commit()
    reader.restart()
    try FileManager.default.removeItem(atPath: path)
    try append("2026-11-20T00:00:00Z stdout F three\n")
    try reader.drain()
    #expect(reader.committedLines == ["one", "three"])
    #expect(reader.gaps == [SourceGap(byteCount: isOpen ? 35 : 1, isLeast: true)])
  }

  @Test("nothing with a file that is deleted while it is open")
  func deletedOpen() throws {
    var reader = CommittingReader(path: path)
    try append("one\n")
    try reader.read(steps: 2)
    try append("two\n")
    try FileManager.default.removeItem(atPath: path)
    try append("three\n")
    try reader.drain()
    #expect(reader.committedLines == ["one", "two", "three"])
    #expect(reader.gaps.isEmpty)
  }

  @Test("with a file whose descriptor was given back counts it to the byte")
  func deletedReleased() throws {
    var reader = CommittingReader(path: path)
    try append("one\n")
    try reader.read(steps: 2)
    try append("two\nthree\n")
    try reader.release()
    try FileManager.default.removeItem(atPath: path)
    try append("four\n")
    try reader.drain()
    #expect(reader.committedLines == ["one", "four"])
    #expect(reader.gaps == [SourceGap(byteCount: 10, isLeast: false)])
  }

  @Test("tells the last piece of a dead container once, when its successor starts")
  func deadContainer() throws {
    let pod = directory.path + "/pods/ns_pod_uid/tool"
    try FileManager.default.createDirectory(atPath: pod, withIntermediateDirectories: true)
    var reader = CommittingReader(path: pod + "/0.log")
    try append(
      "2026-11-20T00:00:00Z stdout P out\n2026-11-20T00:00:00Z stderr P err\n", to: "pods/ns_pod_uid/tool/0.log")
    try reader.drain()
    #expect(reader.lines.isEmpty)
    try append("2026-11-20T00:00:00Z stdout F other\n", to: "pods/ns_pod_uid/tool/1.log")
    reader.restart()
    try reader.drain()
    #expect(reader.lines == [.init(text: "out", ending: .cut), .init(text: "err", ending: .cut)])
    reader.restart()
    try reader.drain()
    #expect(reader.lines.count == 2 && reader.gaps.isEmpty && reader.disorder.isEmpty)
  }

  @Test("tells the last piece when its container is gone")
  func goneContainer() throws {
    var reader = CommittingReader(path: path)
    try append("2026-11-20T00:00:00Z stdout P out\n")
    try reader.read(steps: 2)
    try FileManager.default.removeItem(atPath: path)
    try reader.drain(isGone: true)
    #expect(reader.lines == [.init(text: "out", ending: .cut)])
    #expect(reader.gaps.isEmpty)
  }
}
