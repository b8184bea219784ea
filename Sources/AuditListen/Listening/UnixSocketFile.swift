import Glibc

/// The file of a unix socket: taken over when its owner is gone, never when somebody listens, and never when it is something else.
enum UnixSocketFile {
  /// Removes a socket at `path` that nobody listens on.
  static func clear(_ path: String, isDatagram: Bool) throws(ListenError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return }
      throw ListenError("\(path) cannot be looked at: \(systemReason(errno)).")
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw ListenError("\(path) is there and is no socket; it is left alone. Remove it or name another path.")
    }
    if try isAlive(path, isDatagram: isDatagram) {
      throw ListenError("Somebody listens on \(path) already.")
    }
    guard unlink(path) == 0 || errno == ENOENT else {
      throw ListenError("The stale socket \(path) cannot be removed: \(systemReason(errno)).")
    }
  }

  static func setMode(_ path: String, _ mode: UInt32) throws(ListenError) {
    guard chmod(path, mode) == 0 else {
      throw ListenError("The rights of \(path) cannot be set: \(systemReason(errno)).")
    }
  }

  /// A refused connection is what tells a socket that was left behind.
  private static func isAlive(_ path: String, isDatagram: Bool) throws(ListenError) -> Bool {
    let type = isDatagram ? Int32(SOCK_DGRAM.rawValue) : Int32(SOCK_STREAM.rawValue)
    let descriptor = socket(AF_UNIX, type | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { throw ListenError("No socket is to be had: \(systemReason(errno)).") }
    defer { close(descriptor) }
    var address = UnixAddress(path)
    if address.with({ connect(descriptor, $0, $1) }) == 0 { return true }
    return errno != ECONNREFUSED && errno != ENOENT
  }
}

/// A `sockaddr_un` with its path, which `ListenAddress` has checked to fit.
struct UnixAddress {
  private var address = sockaddr_un()

  init(_ path: String) {
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
  }

  mutating func with<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }
}

/// What the operating system says of an error, such as "No such file or directory".
func systemReason(_ code: Int32) -> String { String(cString: strerror(code)) }
