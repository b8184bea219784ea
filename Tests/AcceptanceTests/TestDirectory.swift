import Glibc

/// The one directory in which everything of this run lives: clusters, log files, what the program said.
///
/// A shell is the janitor. It reads from a socket that only we hold, so it notices our end however it comes; then it ends
/// the programs that we started and did not see ending (`pids/<pid>` names the executable), stops the servers below the
/// directory, and removes it.
enum TestDirectory {
  static let root = "/tmp/audittail-acceptance-\(getpid())"

  /// An unused directory.
  static func make(_ name: String) -> String {
    precondition(janitor >= 0, "The janitor of the tests did not start.")
    mkdir("\(root)/\(name)", 0o755)
    return "\(root)/\(name)"
  }

  /// Tells the janitor of a program that runs.
  static func note(_ pid: pid_t, executable: String) { try? writeFile("\(root)/pids/\(pid)", executable) }

  static func forget(_ pid: pid_t) { unlink("\(root)/pids/\(pid)") }

  private static let script = """
    cat >/dev/null
    for f in "$0"/pids/*; do
      p=${f##*/}
      [ -f "$f" ] && [ "$(readlink /proc/$p/exe)" = "$(cat "$f")" ] && kill -9 "$p"
    done
    find "$0" -maxdepth 5 -name cluster | while read -r d; do
      c=$(readlink -f "$d") || continue
      f=$c/data/postmaster.pid
      if [ -f "$f" ]; then
        p=$(head -n 1 "$f"); s=$(sed -n 5p "$f"); kill -INT "$p"; n=0
        while kill -0 "$p" && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
        case $s in /tmp/audittail-*) rm -rf "$s";; esac
      fi
      case $c in /var/lib/audittail/*) rm -rf "$c"; rmdir /var/lib/audittail;; esac
    done
    rm -rf "$0"
    """

  /// Our end of the janitor's standard input; never closed.
  private static let janitor: Int32 = {
    mkdir(root, 0o755)
    mkdir("\(root)/pids", 0o755)
    var ends: [Int32] = [-1, -1]
    _ = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var arguments: [UnsafeMutablePointer<CChar>?] = []
    for text in ["/bin/sh", "-c", script, root] { arguments.append(strdup(text)) }
    arguments.append(nil)
    var process = pid_t()
    guard posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, environ) == 0 else { return -1 }
    close(ends[0])
    return ends[1]
  }()
}

/// A file that could not be written or read, in the system's words.
struct FileFailure: Error, CustomStringConvertible {
  let description: String

  init(_ path: String) { description = "\(path): \(String(cString: strerror(errno)))" }
}

/// Makes a file with this content, or adds to one.
func writeFile(_ path: String, _ bytes: [UInt8], appending: Bool = false) throws {
  let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (appending ? O_APPEND : O_TRUNC), 0o644)
  guard file >= 0 else { throw FileFailure(path) }
  defer { close(file) }
  var at = 0
  while at < bytes.count {
    let count = bytes.withUnsafeBytes { write(file, $0.baseAddress?.advanced(by: at), $0.count - at) }
    guard count > 0 else { throw FileFailure(path) }
    at += count
  }
}

func writeFile(_ path: String, _ text: String) throws { try writeFile(path, Array(text.utf8)) }

/// The whole file; empty where there is none.
func readFile(_ path: String) -> [UInt8] {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return [] }
  defer { close(file) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 1 << 20)
  while true {
    let count = read(file, &piece, piece.count)
    if count <= 0 { return bytes }
    bytes += piece[..<count]
  }
}
