import Glibc

/// The system's limit of open descriptors for this process.
enum OpenFileLimit {
  /// Beside log files: connections, standard streams, libraries.
  private static let reserve: rlim_t = 64

  /// Raises the soft limit so far that `files` log files can be open, as far as the hard limit lets it.
  static func raise(to files: Int) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    let wanted = min(limit.rlim_max, rlim_t(files) + reserve)
    guard wanted > limit.rlim_cur else { return }
    limit.rlim_cur = wanted
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
  /// How many log files can be open at once under the limit as it is now, where `files` are wanted.
  static func room(for files: Int) -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return files }
    return min(files, max(1, Int(clamping: limit.rlim_cur) - Int(reserve)))
  }
}
