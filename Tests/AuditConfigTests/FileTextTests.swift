import Glibc
import Testing

@testable import AuditConfig

@Suite struct FileTextTests {
  @Test("A file is read whole")
  func whole() throws {
    try withFile(Array("data_dir: ü\n".utf8)) { path throws in
      #expect(try FileText.read(path) == "data_dir: ü\n")
      #expect(try ConfigurationLoader(environment: [:]).load(file: path).dataDirectory == "ü")
    }
  }

  @Test("A file that is no text, or far too large, is refused")
  func refused() throws {
    try withFile([0x61, 0xFF]) { path throws in
      #expect(throws: FileReadProblem.notUTF8) { try FileText.read(path) }
    }
    try withFile([UInt8](repeating: 0x23, count: (1 << 20) + 1)) { path throws in
      #expect(throws: FileReadProblem.tooLarge(limit: ByteCount(1 << 20))) { try FileText.read(path) }
    }
    try withFile([UInt8](repeating: 0x23, count: 1 << 20)) { path throws in
      #expect(try FileText.read(path).utf8.count == 1 << 20)
    }
  }

  @Test(
    "A missing file and a directory are each a problem in one sentence",
    arguments: [
      ("/nonexistent/audittail.yaml", "the file does not exist"), ("", "the file does not exist"),
      ("/etc/passwd/x", "the file does not exist"),
      ("/tmp", "is a directory; name a file in it"),
    ])
  func unreadable(path: String, message: String) {
    let (_, problems) = ConfigurationLoader(environment: [:]).examine(file: path)
    #expect(problems.map(\.description) == ["\(path): \(message)"])
  }

  @Test(
    "An error of the operating system is told by what it means",
    arguments: [
      (EACCES, FileReadProblem.notPermitted), (EPERM, .notPermitted), (ENOENT, .notFound), (EISDIR, .isDirectory),
      (EIO, .failed(code: EIO)),
    ])
  func errorCodes(code: Int32, expected: FileReadProblem) {
    #expect(FileReadProblem(code: code) == expected)
  }

  /// Runs `body` with a file of these bytes, and removes the file.
  private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) rethrows {
    var template = Array("/tmp/audittail-config-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { unlink(path) }
    #expect(write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
    try body(path)
  }
}
