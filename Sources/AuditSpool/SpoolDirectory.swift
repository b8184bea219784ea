import Glibc

/// Directories of the spool: made, listed and synced.
enum SpoolDirectory {
  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes the directory and those above it that are missing, readable for their owner only, and syncs what it made.
  static func make(_ path: String) throws(SpoolError) {
    if exists(path) { return }
    let parent = parent(of: path)
    if parent != path, parent != "." { try make(parent) }
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SpoolError(.create, path, errno) }
    // Another thread made it, or something else is in the way.
    guard exists(path) else { throw SpoolError(.create, path, ENOTDIR) }
    try sync(parent)
  }

  /// A file that was made or renamed is found after a crash only when its directory was synced.
  static func sync(_ path: String) throws(SpoolError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SpoolError(.open, path, errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw SpoolError(.sync, path, errno) }
  }

  /// Names in a directory, sorted; none where it cannot be read.
  static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

extension Spool {
  /// What would keep this process from using a directory as its spool. Nothing is made.
  package static func obstacle(_ directory: String) -> SpoolError? {
    var path = directory
    while !SpoolDirectory.exists(path) {
      // Something else is in the way.
      if access(path, F_OK) == 0 { return SpoolError(.open, path, ENOTDIR) }
      let parent = SpoolDirectory.parent(of: path)
      if parent == path { break }
      path = parent
    }
    return access(path, W_OK | X_OK) == 0 ? nil : SpoolError(path == directory ? .write : .create, directory, errno)
  }
}

/// Holds the spool for this process: two that append to one would tear each other's segments.
final class SpoolLock {
  private let descriptor: Int32

  init(directory: String) throws(SpoolError) {
    descriptor = open(directory + "/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw SpoolError(.create, directory + "/lock", errno) }
    // Whoever had it before may be just ending.
    var attempts = 0
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      attempts += 1
      guard attempts < Self.attemptsMax, code == EWOULDBLOCK || code == EINTR else {
        close(descriptor)
        throw SpoolError(.lock, directory, code)
      }
      usleep(Self.pauseMicroseconds)
    }
  }

  private static let attemptsMax = 100
  private static let pauseMicroseconds: UInt32 = 20_000

  deinit { close(descriptor) }
}
