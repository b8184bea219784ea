import AuditModel
import AuditSource
import Foundation
import Testing

/// Real inotify in a directory of the test's own. `wait` ends with the news, so nothing here sleeps.
@Suite("The news of log files", .serialized)
struct FileNewsTests {
  private let directory: TemporaryDirectory
  private let waker = Waker()

  init() throws { directory = try TemporaryDirectory() }

  private func discovery(_ pattern: String, interval: Duration = .seconds(600)) -> FileDiscovery {
    let discovery = FileDiscovery(patterns: [directory.path + pattern], isWatching: true, interval: interval)
    discovery.update()
    _ = discovery.takeChanges()
    return discovery
  }

  /// What changed until `isEnough`, at most ten seconds long.
  private func changes(
    _ discovery: FileDiscovery, until isEnough: ([String: [FileDiscovery.Found]]) -> Bool
  ) -> [String: [FileDiscovery.Found]] {
    var all: [String: [FileDiscovery.Found]] = [:]
    let end = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < end, !isEnough(all) {
      discovery.wait(atMost: .seconds(1), waker: waker)
      discovery.update()
      all.merge(discovery.takeChanges()) { $1 }
    }
    return all
  }

  @Test("come of a file in a directory in a directory that was not there before")
  func newDirectories() throws {
    let discovery = discovery("/*/*/*.log")
    try directory.write("pod/tool/0.log", "x\n")
    let found = changes(discovery) { $0.values.contains { $0.contains { $0.status.byteCount == 2 } } }
    #expect(found.names == ["0.log": ["0.log"]])
  }

  @Test(
    "tell that a file came and went between two looks, where nothing else has its content",
    arguments: [("written", 1), ("empty", 0), ("compressed", 0)])
  func unseen(what: String, count: Int) throws {
    try directory.write("pod/0.log", "x\n")
    let discovery = discovery("/*/*.log")
    let path = "\(directory.path)/pod/0.log"
    let manager = FileManager.default
    // Known, and put aside.
    try manager.moveItem(atPath: path, toPath: path + ".20261125-101500")
    try directory.write("pod/0.log", what == "empty" ? "" : "unseen\n")
    try manager.moveItem(atPath: path, toPath: path + ".20261125-101501")
    if what == "compressed" { try directory.write("pod/0.log.20261125-101501.gz", gzip(Array("unseen\n".utf8))) }
    try manager.removeItem(atPath: path + ".20261125-101501")
    try manager.removeItem(atPath: path + ".20261125-101500")
    try directory.write("pod/0.log", "new\n")
    _ = changes(discovery) { $0[path]?.last?.status.byteCount == 4 }
    #expect(discovery.takeUnseen()[path]?.count ?? 0 == count)
    #expect(discovery.takeUnseen().isEmpty)
  }

  @Test("come when a file grows, is renamed, and is deleted with its directory")
  func life() throws {
    let log = "pod/0.log"
    try directory.write(log, "x\n")
    let discovery = discovery("/*/*.log")
    let path = "\(directory.path)/\(log)"
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("more\n".utf8))
    #expect(changes(discovery) { $0[path]?.last?.status.byteCount == 7 }[path]?.last?.status.byteCount == 7)

    try FileManager.default.moveItem(atPath: path, toPath: path + ".20261125-101500")
    try directory.write(log, "new\n")
    let rotated = changes(discovery) { $0[path]?.count == 2 && $0[path]?.last?.status.byteCount == 4 }
    #expect(rotated.names["0.log"] == ["0.log.20261125-101500", "0.log"])

    try FileManager.default.removeItem(atPath: directory.path + "/pod")
    #expect(changes(discovery) { $0[path] == [] }[path] == [])
  }

  @Test("are one change for many writes, and none where nothing happened")
  func quiet() throws {
    try directory.write("a.log", "x\n")
    let discovery = discovery("/*.log")
    let handle = try #require(FileHandle(forWritingAtPath: directory.path + "/a.log"))
    for _ in 0..<100 { try handle.write(contentsOf: Data("line\n".utf8)) }
    discovery.wait(atMost: .seconds(1), waker: waker)
    discovery.update()
    #expect(discovery.takeChanges().values.map { $0.map(\.status.byteCount) } == [[500]])
    discovery.wait(atMost: .zero, waker: waker)
    discovery.update()
    #expect(discovery.takeChanges().isEmpty)
    #expect(discovery.nextLook > .now + .seconds(500))
  }

  @Test("that did not fit the kernel's queue are found by looking at everything")
  func overflow() throws {
    let events = try #require(Int(Self.kernel("max_queued_events")))
    try directory.write("pod/0.log", "x\n")
    let discovery = discovery("/*/*.log")
    // Names that nobody wants fill the queue.
    for number in 0..<events + 10 {
      let path = "\(directory.path)/pod/junk-\(number % 2)"
      _ = FileManager.default.createFile(atPath: path, contents: nil)
      unlink(path)
    }
    try directory.write("late/1.log", "y\n")
    let found = changes(discovery) { $0.names["1.log"] != nil }
    #expect(found.names["1.log"] == ["1.log"])
  }

  @Test("are replaced by looking again and again where the kernel tells none")
  func withoutWatches() throws {
    let discovery = FileDiscovery(
      patterns: [directory.path + "/*/*.log"], isWatching: false, interval: .milliseconds(10))
    discovery.update()
    try directory.write("pod/0.log", "x\n")
    let path = directory.path + "/pod/0.log"
    let wait = { discovery.wait(atMost: discovery.nextLook - .now, waker: waker) }
    for size in [2, 6] {
      var seen: Int64?
      for _ in 0..<500 where seen != Int64(size) {
        wait()
        discovery.update()
        seen = discovery.takeChanges()[path]?.last?.status.byteCount ?? seen
      }
      #expect(seen == Int64(size))
      try directory.write("pod/0.log", "longer")
    }
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    var files: [String]?
    for _ in 0..<500 where files != ["0.log.1"] {
      wait()
      discovery.update()
      files = discovery.takeChanges().names["0.log"] ?? files
    }
    #expect(files == ["0.log.1"])
  }

  @Test("go as far as there are watches; the rest is looked at again and again")
  func tooFewWatches() throws {
    for pod in 1...4 { try directory.write("pod-\(pod)/0.log", "x\n") }
    let discovery = FileDiscovery(
      patterns: [directory.path + "/*/*.log"], isWatching: true, interval: .milliseconds(10), watchesMax: 3)
    discovery.update()
    #expect(discovery.takeChanges().count == 4)
    #expect(discovery.isShortOfWatches)
    for pod in 1...4 {
      try directory.write("pod-\(pod)/0.log", "longer\n")
      try directory.write("pod-\(pod)/1.log", "new\n")
    }
    let paths = Set((1...4).flatMap { pod in ["0", "1"].map { "\(directory.path)/pod-\(pod)/\($0).log" } })
    var seen: Set<String> = []
    for _ in 0..<500 where seen != paths {
      discovery.wait(atMost: discovery.nextLook - .now, waker: waker)
      discovery.update()
      seen.formUnion(discovery.takeChanges().filter { ($0.value.last?.status.byteCount ?? 0) > 2 }.keys)
    }
    #expect(seen == paths)
  }

  @Test("of a file behind a link come from where the file is")
  func linked() throws {
    try directory.write("pods/a_b_c/d/0.log", "x\n")
    try directory.link("containers/b_a_d-00ff.log", to: directory.path + "/pods/a_b_c/d/0.log")
    let discovery = discovery("/containers/*.log")
    let path = directory.path + "/pods/a_b_c/d/0.log"
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("more\n".utf8))
    #expect(changes(discovery) { $0[path]?.last?.status.byteCount == 7 }[path]?.count == 1)
  }

  @Test("need not come for a wait to end: a waker does too")
  func woken() {
    let discovery = discovery("/*.log")
    let began = ContinuousClock.now
    waker.wake()
    discovery.wait(atMost: .seconds(60), waker: waker)
    #expect(ContinuousClock.now - began < .seconds(30))
  }

  private static func kernel(_ name: String) -> String {
    let text = try? String(contentsOfFile: "/proc/sys/fs/inotify/\(name)", encoding: .utf8)
    return (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

@Suite("A log file whose descriptor was given back")
struct ReleasedFileTests {
  @Test("is opened again under its present name when it is read, and not when another file has that name")
  func reopening() throws {
    let directory = try TemporaryDirectory()
    try directory.write("a.log", "one\n")
    let file = try LogFile(path: directory.path + "/a.log")
    var buffer: [UInt8] = []
    #expect(try file.read(at: 0, into: &buffer, count: 100) == 4)
    file.release()
    #expect(!file.isOpen && file.byteCount == 4)
    #expect(try file.read(at: 0, into: &buffer, count: 100) == 4)
    #expect(file.isOpen)
    file.release()
    try FileManager.default.removeItem(atPath: directory.path + "/a.log")
    #expect(try file.read(at: 0, into: &buffer, count: 100) == 0)
    try directory.write("b.log", "keeps the inode\n")
    try directory.write("a.log", "another file\n")
    #expect(try file.read(at: 0, into: &buffer, count: 100) == 0)
    #expect(!file.isOpen && file.byteCount == 0)
  }
}
