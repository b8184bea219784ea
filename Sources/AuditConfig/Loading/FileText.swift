import Glibc

/// Why a file could not be read as text.
package enum FileReadProblem: Error, Hashable, Sendable, CustomStringConvertible {
  case notFound
  case isDirectory
  case notPermitted
  case tooLarge(limit: ByteCount)
  case notUTF8
  /// Any other failure, with its `errno`.
  case failed(code: Int32)

  /// A sentence without its full stop.
  package var description: String {
    switch self {
    case .notFound: "the file does not exist"
    case .isDirectory: "is a directory; name a file in it"
    case .notPermitted: "the file cannot be read: permission denied"
    case .tooLarge(let limit): "the file is larger than \(limit), the most that is read"
    case .notUTF8: "the file is not UTF-8 text"
    case .failed(let code): "the file cannot be read: \(String(cString: strerror(code)))"
    }
  }
}

/// Whole small text files.
package enum FileText {
  /// Far more than any configuration, and little enough to be read by mistake.
  static let limit = ByteCount(1 << 20)

  /// The text of the file at `path`, which may be a pipe (`--config <(…)`).
  package static func read(_ path: String) throws(FileReadProblem) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileReadProblem(code: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while bytes.count <= limit.bytes {
      let missing = limit.bytes + 1 - bytes.count
      var code: Int32 = 0
      let chunk = [UInt8](unsafeUninitializedCapacity: min(missing, 64 << 10)) { buffer, count in
        let result = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        code = result < 0 ? errno : 0
        count = max(0, result)
      }
      if code == EINTR { continue }
      guard code == 0 else { throw FileReadProblem(code: code) }
      if chunk.isEmpty { return try text(bytes) }
      bytes += chunk
    }
    throw .tooLarge(limit: limit)
  }

  private static func text(_ bytes: [UInt8]) throws(FileReadProblem) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    return text
  }
}

extension FileReadProblem {
  init(code: Int32) {
    self =
      switch code {
      case ENOENT, ENOTDIR: .notFound
      case EISDIR: .isDirectory
      case EACCES, EPERM: .notPermitted
      default: .failed(code: code)
      }
  }
}
