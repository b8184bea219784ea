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

  @Test("takes names and numbers from a pod's path")
  func podPaths() throws {
    let path = try #require(PodLogPath("/var/log/pods/mcp-org-acme_server-7_0a1b/tool/3.log.20261125-101500"))
    #expect(path.namespace == "mcp-org-acme" && path.pod == "server-7" && path.uid == "0a1b")
    #expect(path.container == "tool" && path.restarts == 3)
    for other in [
      "/var/log/app.log", "/pods/a_b/c/0.log", "/pods/a_b_c/d/x.log", "/pods/__/d/0.log", "/pods/a_b_c/d/0.txt",
    ] {
      #expect(PodLogPath(other) == nil, "\(other)")
    }
  }
}

/// A directory that goes away with the test.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "audittail-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String, age: Double = 0) throws {
    let file = path + "/" + name
    try text.write(toFile: file, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: file)
  }
}
