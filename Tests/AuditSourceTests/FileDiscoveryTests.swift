import AuditModel
import AuditSource
import Foundation
import Testing

@Suite("The discovery of log files")
struct FileDiscoveryTests {
  @Test(
    "knows the rotated files of a lineage by their names",
    arguments: [
      ("/l/0.log.20261125-101500", "/l/0.log"), ("/l/app.log.1", "/l/app.log"), ("/l/app.log", "/l/app.log"),
      ("/l/app.log.bak", "/l/app.log.bak"), ("/l/app.log.2026-11-25", "/l/app.log"),
      ("/l/app.log-20261125", "/l/app.log"), ("/l/a-1", "/l/a-1"), ("/l/.1", "/l/.1"),
      ("/l/x", "/l/x"),
    ])
  func lineages(path: String, lineage: String) {
    #expect(RotatedName.lineage(of: path) == lineage)
  }

  @Test("lists a lineage oldest first, the file that is being written last, and nothing unfinished")
  func order() throws {
    let directory = try TemporaryDirectory()
    for (name, age) in [
      ("0.log", 400.0), ("0.log.20261101-000000", 200), ("0.log.20261102-000000", 300),
      ("0.log.20261103-000000.tmp", 1), ("1.log", 5),
    ] {
      try directory.write(name, "x\n", age: age)
    }
    let found = FileDiscovery(patterns: [directory.path + "/*.log"]).scan()
    #expect(found.count == 2)
    #expect(
      found[directory.path + "/0.log"]?.map { $0.path.split(separator: "/").last.map(String.init) ?? "" } == [
        "0.log.20261102-000000", "0.log.20261101-000000", "0.log",
      ])
  }

  @Test("finds rotated files whose successor has not been made yet")
  func withoutActiveFile() throws {
    let directory = try TemporaryDirectory()
    try directory.write("0.log.20261101-000000", "x\n", age: 0)
    let found = FileDiscovery(patterns: [directory.path + "/*.log"]).scan()
    #expect(found[directory.path + "/0.log"]?.count == 1)
  }

  @Test("leaves what only looks like a rotated file alone, and what is hidden")
  func namesThatDoNotBelong() throws {
    let directory = try TemporaryDirectory()
    for name in ["app.log", "app.log.bak", "app.log.1", ".hidden.log", "other.txt"] { try directory.write(name, "x\n") }
    #expect(
      FileDiscovery(patterns: [directory.path + "/app.log"]).scan().names == ["app.log": ["app.log.1", "app.log"]])
    #expect(FileDiscovery(patterns: [directory.path + "/*.log"]).scan().names == ["app.log": ["app.log.1", "app.log"]])
  }

  @Test("goes through directories by patterns, by names, and from the root of a pattern that comes later")
  func directories() throws {
    let directory = try TemporaryDirectory()
    let discovery = FileDiscovery(patterns: [directory.path + "/pods/*/logs/[ab]*.log"])
    #expect(discovery.scan().isEmpty)
    try directory.write("pods/one/logs/a1.log", "x\n")
    try directory.write("pods/one/logs/c1.log", "x\n")
    try directory.write("pods/one/other/a1.log", "x\n")
    try directory.write("pods/two/logs/b.log", "x\n")
    #expect(Set(discovery.scan().names.keys) == ["a1.log", "b.log"])
    try FileManager.default.removeItem(atPath: directory.path + "/pods/one")
    #expect(Set(discovery.scan().names.keys) == ["b.log"])
  }

  @Test("counts a file once that two patterns, a second name and a link lead to")
  func once() throws {
    let directory = try TemporaryDirectory()
    try directory.write("pods/ns_pod_uid/tool/0.log", "x\n")
    try directory.write("pods/ns_pod_uid/tool/0.log.20261101-000000", "y\n", age: 100)
    try directory.link("containers/pod_ns_tool-0a1b.log", to: directory.path + "/pods/ns_pod_uid/tool/0.log")
    let patterns = ["/containers/*.log", "/pods/*/*/*.log", "/pods/ns*/*/0.log"].map { directory.path + $0 }
    for patterns in [patterns, patterns.reversed(), [patterns[0]]] {
      let found = FileDiscovery(patterns: patterns).scan()
      #expect(found.names == ["0.log": ["0.log.20261101-000000", "0.log"]], "\(patterns)")
      #expect(found.keys.first == directory.path + "/pods/ns_pod_uid/tool/0.log")
    }
  }

  @Test("knows docker's file by the link of the pod that leads to it")
  func dockerBehindPod() throws {
    let directory = try TemporaryDirectory()
    let id = String(repeating: "ab", count: 32)
    try directory.write("docker/containers/\(id)/\(id)-json.log", "x\n")
    try directory.write("docker/containers/\(id)/\(id)-json.log.1", "y\n", age: 100)
    try directory.link("pods/ns_pod_uid/tool/0.log", to: directory.path + "/docker/containers/\(id)/\(id)-json.log")
    try directory.link("containers/pod_ns_tool-\(id).log", to: directory.path + "/pods/ns_pod_uid/tool/0.log")
    let found = FileDiscovery(patterns: [directory.path + "/containers/*.log"]).scan()
    #expect(found.count == 1)
    #expect(found[directory.path + "/pods/ns_pod_uid/tool/0.log"]?.count == 2, "\(found.keys)")
  }

  @Test("follows a link whose file comes later, and one that is relative")
  func lateTarget() throws {
    let directory = try TemporaryDirectory()
    try directory.write("pods/other", "")
    try directory.link("containers/a.log", to: "../pods/a.log")
    let discovery = FileDiscovery(patterns: [directory.path + "/containers/*.log"])
    #expect(discovery.scan().isEmpty)
    try directory.write("pods/a.log", "x\n")
    #expect(discovery.scan().names == ["a.log": ["a.log"]])
  }
}

extension Dictionary where Key == String, Value == [FileDiscovery.Found] {
  /// The last names only.
  var names: [String: [String]] {
    [String: [String]](
      uniqueKeysWithValues: map { (Self.last($0.key), $0.value.map { Self.last($0.path) }) })
  }

  private static func last(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }
}

/// A directory that goes away with the test.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "audittail-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String, age: Double = 0) throws { try write(name, Array(text.utf8), age: age) }

  func write(_ name: String, _ bytes: [UInt8], age: Double = 0) throws {
    let file = path + "/" + name
    try makeDirectory(of: file)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: file)
  }

  func link(_ name: String, to target: String) throws {
    try makeDirectory(of: path + "/" + name)
    try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
  }

  private func makeDirectory(of file: String) throws {
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
  }
}
