import AuditModel
import AuditSample
import Glibc
import Testing

@Suite struct PodLogWriterTests {
  @Test func `Lines are in order over the rotated files and the current one`() throws {
    try inDirectory { root in
      let samples = Sample.lines(1000, seed: 1)
      var log = try writer(root, rotatedMax: nil)
      for (index, sample) in samples.enumerated() {
        // Twelve of them within one second, so that the names' numbers have two digits.
        if index > 0, index % 80 == 0 { try log.rotate(at: Sample.time(0)) }
        try log.write(sample.bytes, at: sample.time, stream: index % 10 == 0 ? .stderr : .stdout)
      }
      let files = log.rotatedPaths + [log.path]
      #expect(files.count == 13)
      #expect(files[0] == "\(root)/mcp-org-acme_server-0_uid-1/main/0.log.20261122-100000")
      #expect(files[11].hasSuffix("-100000-11"))
      #expect(try FramedText.join(files.flatMap { try read($0) }).lines == samples.map(\.bytes))
    }
  }

  @Test(arguments: 0...4)
  func `A line in pieces goes on behind a rotation`(_ piecesBefore: Int) throws {
    try inDirectory { root in
      let sample = Sample.lines(1, seed: 2)[0]
      var log = try writer(root, rotatedMax: nil)
      try log.write(sample.bytes, at: sample.time, fragments: 4, rotatingAfter: piecesBefore)
      let rotated = try log.rotatedPaths.map { try read($0) }
      let current = try read(log.path)
      #expect(rotated.count == (piecesBefore < 4 ? 1 : 0))
      #expect(FramedText.join(rotated.first ?? []).pieces == (piecesBefore < 4 ? piecesBefore : 0))
      let joined = FramedText.join(rotated.flatMap { $0 } + current)
      #expect(joined.lines == [sample.bytes])
      #expect(joined.pieces == 4)
    }
  }

  @Test func `Only so many rotated files are kept, the newest`() throws {
    try inDirectory { root in
      var log = try writer(root, rotatedMax: 5)
      var renamed: [String] = []
      for index in 0..<9 {
        try log.write(framed: Array("2026-11-22T10:00:00Z stdout F \(index)\n".utf8))
        renamed.append(try log.rotate(at: Sample.time(index * 3)))
      }
      #expect(log.rotatedPaths == Array(renamed.suffix(5)))
      #expect(
        try FramedText.join(log.rotatedPaths.flatMap { try read($0) }).lines == (4..<9).map { Array("\($0)".utf8) })
    }
  }

  @Test func `A writer appends to the file that is there`() throws {
    try inDirectory { root in
      for number in 0..<3 {
        var log = try writer(root, rotatedMax: 5)
        try log.write(Array("\(number)".utf8), at: Sample.time(number))
      }
      let log = try writer(root, rotatedMax: 5)
      #expect(try FramedText.join(read(log.path)).lines == (0..<3).map { Array("\($0)".utf8) })
    }
  }

  @Test func `The file keeps its identity when it is renamed`() throws {
    try inDirectory { root in
      var log = try writer(root, rotatedMax: 5)
      let before = try inode(log.path)
      let renamed = try log.rotate(at: Sample.time(0))
      #expect(try inode(renamed) == before)
      #expect(try inode(log.path) != before)
    }
  }

  @Test func `Where nothing can be created the error says where and why`() {
    let error = #expect(throws: PodLogError.self) { _ = try writer("/proc/nowhere", rotatedMax: 5).path }
    #expect(error?.path == "/proc/nowhere")
    #expect(error?.description.hasPrefix("Cannot create /proc/nowhere: ") == true)
  }

  private func writer(_ root: String, rotatedMax: Int?) throws -> PodLogWriter {
    try PodLogWriter(
      root: root, namespace: "mcp-org-acme", pod: "server-0", uid: "uid-1", container: "main", rotatedMax: rotatedMax)
  }

  private func inode(_ path: String) throws -> ino_t {
    var found = stat()
    try #require(stat(path, &found) == 0)
    return found.st_ino
  }

  private func read(_ path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY)
    try #require(file >= 0)
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = Glibc.read(file, &buffer, buffer.count), count > 0 { bytes += buffer.prefix(count) }
    return bytes
  }

  private func inDirectory(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/audit-sample-XXXXXX\0".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let root = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { Self.removeTree(root) }
    try body(root)
  }

  private static func removeTree(_ path: String) {
    if let stream = opendir(path) {
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { removeTree("\(path)/\(name)") }
      }
      closedir(stream)
    }
    remove(path)
  }
}
