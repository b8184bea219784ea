import Glibc

/// The server process of a data directory, as its file postmaster.pid tells (pidfile.h in PostgreSQL's source).
struct EmbeddedPostmaster {
  let pid: pid_t
  /// Where it listens; clusters that an older version of this program started may listen elsewhere than we would.
  let socketDirectory: String
  /// Whether it has said that it takes connections.
  let isReady: Bool

  /// Nil unless the process lives and works in this directory: a pid may have been given to another process since.
  static func running(in data: String) -> EmbeddedPostmaster? {
    guard let lines = lines(of: data), lines.count > 4, let pid = pid_t(lines[0]), pid > 1 else { return nil }
    switch workingDirectory(of: pid) {
    case .known(let path): guard path == data else { return nil }
    case .hidden: guard arguments(of: pid).contains(data) else { return nil }
    case .none: return nil
    }
    let isReady = lines.count > 7 && lines[7].hasPrefix("ready")
    return EmbeddedPostmaster(pid: pid, socketDirectory: String(lines[4]), isReady: isReady)
  }

  /// Whether processes of a killed server, left-over backends for example, still work in the directory: then its block
  /// of shared memory, named in the seventh line as "key id", is attached. When in doubt, they do.
  static func hasLeftovers(in data: String) -> Bool {
    guard let lines = lines(of: data), lines.count > 6, let id = lines[6].split(separator: " ").last else {
      return false
    }
    guard let blocks = EmbeddedFile.kernelText(of: "/proc/sysvipc/shm") else { return true }
    // Columns: key shmid perms size cpid lpid nattch …
    return blocks.split(separator: "\n").contains { block in
      let columns = block.split(separator: " ")
      return columns.count > 6 && columns[1] == id && columns[6] != "0"
    }
  }

  private static func lines(of data: String) -> [Substring]? {
    EmbeddedFile.text(of: "\(data)/postmaster.pid", bytesMax: 4096)?
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// A zombie has none, so a killed server counts as gone before its parent has noticed. Root in a container often
  /// lacks the capability to see that of another user's process.
  private enum WorkingDirectory { case known(String), hidden, none }

  private static func workingDirectory(of pid: pid_t) -> WorkingDirectory {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/\(pid)/cwd", &buffer, buffer.count)
    guard length > 0 else { return errno == EACCES ? .hidden : .none }
    return .known(String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  private static func arguments(of pid: pid_t) -> [String] {
    let text = EmbeddedFile.kernelText(of: "/proc/\(pid)/cmdline") ?? ""
    return text.split(separator: "\0").map(String.init)
  }
}
