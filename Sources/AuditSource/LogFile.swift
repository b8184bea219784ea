package import AuditModel
import Glibc

/// An open log file. It keeps its descriptor, so that a renamed or deleted file can still be read to its end.
package final class LogFile {
  package struct OpenError: Error, Sendable, CustomStringConvertible {
    package let path: String
    package let code: Int32
    package var isMissing: Bool { code == ENOENT }
    package var description: String {
      switch code {
      case EACCES, EPERM: "Cannot read \(path): permission denied. Give the collector's user or group read access."
      case EISDIR: "Cannot read \(path): it is a directory."
      default: "Cannot read \(path): \(String(cString: strerror(code)))."
      }
    }
  }

  package let path: String
  package let identity: FileIdentity
  private let descriptor: Int32

  package init(path: String) throws(OpenError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw OpenError(path: path, code: errno) }
    self.path = path
    self.descriptor = descriptor
    guard let status = FileStatus(descriptor: descriptor) else {
      let code = errno
      Glibc.close(descriptor)
      throw OpenError(path: path, code: code)
    }
    identity = status.identity
    guard status.isRegular else {
      Glibc.close(descriptor)
      throw OpenError(path: path, code: EISDIR)
    }
  }

  deinit { close(descriptor) }

  /// The file's size now.
  package var byteCount: Int64 { FileStatus(descriptor: descriptor)?.byteCount ?? 0 }

  /// Reads into `buffer` from `offset` on.
  /// - Returns: the number of bytes, 0 at the end.
  package func read(at offset: Int64, into buffer: inout [UInt8], count: Int) throws(OpenError) -> Int {
    if buffer.count < count { buffer.append(contentsOf: repeatElement(0, count: count - buffer.count)) }
    while true {
      let got = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, count, off_t(offset)) }
      if got >= 0 { return got }
      if errno != EINTR { throw OpenError(path: path, code: errno) }
    }
  }

  /// The fingerprint of what the file begins with now, or with its first `length` bytes.
  package func fingerprint(length: Int32? = nil) throws(OpenError) -> Fingerprint {
    var beginning: [UInt8] = []
    let wanted = length.map(Int.init) ?? Fingerprint.lengthMax
    let got = wanted == 0 ? 0 : try read(at: 0, into: &beginning, count: wanted)
    return Fingerprint(of: Array(beginning.prefix(got)))
  }
}
