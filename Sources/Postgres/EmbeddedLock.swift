import Glibc

/// Keeps a second process away from a directory: an flock, which the kernel drops however we end. It is not handed
/// down to the server (O_CLOEXEC), which may outlive us and is then adopted by the next start.
struct EmbeddedLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock on `directory/lock`, or throws `inUse` at once.
  init(directory: String) throws(EmbeddedServerError) {
    let path = "\(directory)/lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw EmbeddedServerError(
        .directory, "The lock file \(path) cannot be opened: \(EmbeddedPlace.reason(errno)). Check its owner and mode.")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw EmbeddedServerError(
        .inUse,
        "Another audittail works with \(directory). Stop it first, or give this one another data directory.")
    }
  }

  /// Whether some process has the lock of a directory now. A lock that only root may open says nothing.
  static func isHeld(directory: String) -> Bool {
    let descriptor = open("\(directory)/lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return errno == EACCES }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  /// Unlocks before it closes: a child of ours that is just being started may still hold a copy of the descriptor.
  deinit {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
