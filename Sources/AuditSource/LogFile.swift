package import AuditModel
import Glibc
import Synchronization

/// An open log file. It keeps its descriptor, so that a renamed or deleted file can still be read to its end, until it is told to give it
/// back; then it is opened again when it is read, if it is still the same file.
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

  package private(set) var path: String
  package let identity: FileIdentity
  /// -1 while it is given back.
  private var descriptor: Int32

  /// How many descriptors this process has for log files.
  private static let openNow = Atomic<Int>(0)
  package static var openCount: Int { openNow.load(ordering: .relaxed) }

  package init(path: String) throws(OpenError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw OpenError(path: path, code: errno) }
    guard let status = FileStatus(descriptor: descriptor), status.isRegular else {
      let code = errno
      let isThere = FileStatus(descriptor: descriptor) != nil
      close(descriptor)
      throw OpenError(path: path, code: isThere ? EISDIR : code)
    }
    self.path = path
    self.descriptor = descriptor
    identity = status.identity
    Self.openNow.add(1, ordering: .relaxed)
  }

  deinit { release() }

  package var isOpen: Bool { descriptor >= 0 }

  /// Gives the descriptor back, so that another file can have it.
  package func release() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    Self.openNow.subtract(1, ordering: .relaxed)
  }

  /// The file has another name now.
  func renamed(to path: String) { self.path = path }

  /// Opens it again where its descriptor was given back.
  /// - Returns: false when it is gone, or another file has its name.
  private func reopen() throws(OpenError) -> Bool {
    if descriptor >= 0 { return true }
    let again: LogFile
    do throws(OpenError) {
      again = try LogFile(path: path)
    } catch  where error.isMissing {
      return false
    }
    guard again.identity == identity else { return false }
    swap(&descriptor, &again.descriptor)
    return true
  }

  /// What the file system says of it now; nil when it is gone.
  package var status: FileStatus? {
    if descriptor >= 0 { return FileStatus(descriptor: descriptor) }
    return FileStatus(path: path).flatMap { $0.identity == identity ? $0 : nil }
  }

  /// The file's size now.
  package var byteCount: Int64 { status?.byteCount ?? 0 }

  /// Reads into `buffer` from `offset` on.
  /// - Returns: the number of bytes, 0 at the end.
  package func read(at offset: Int64, into buffer: inout [UInt8], count: Int) throws(OpenError) -> Int {
    guard try reopen() else { return 0 }
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
