import Glibc

/// The server process of a data directory, as its file postmaster.pid tells (pidfile.h in PostgreSQL's source).
struct EmbeddedPostmaster {
  let pid: pid_t
  /// Where it listens; clusters that an older version of this program started may listen elsewhere than we would.
  let socketDirectory: String

  /// Nil unless the process lives and works in this directory: a pid may have been given to another process since.
  static func running(in data: String) -> EmbeddedPostmaster? {
    guard let lines = EmbeddedFile.text(of: "\(data)/postmaster.pid", bytesMax: 4096)?
      .split(separator: "\n", omittingEmptySubsequences: false),
      lines.count > 4, let pid = pid_t(lines[0]), pid > 1, workingDirectory(of: pid) == data
    else { return nil }
    return EmbeddedPostmaster(pid: pid, socketDirectory: String(lines[4]))
  }

  /// Whether any process, a left-over backend for example, still works in the directory.
  static func hasProcesses(in data: String) -> Bool {
    DirectoryListing.names(of: "/proc").compactMap { pid_t($0) }.contains { workingDirectory(of: $0) == data }
  }

  /// A zombie has none, so a killed server counts as gone before its parent has noticed.
  private static func workingDirectory(of pid: pid_t) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let length = buffer.withUnsafeMutableBytes { raw in
      readlink("/proc/\(pid)/cwd", raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count)
    }
    return length > 0 ? String(decoding: buffer.prefix(length), as: UTF8.self) : nil
  }
}
