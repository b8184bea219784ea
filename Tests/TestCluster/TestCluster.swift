import Glibc
package import Postgres

/// One throw-away PostgreSQL for all tests of a run, and the directory in which every test's clusters live.
///
/// A shell is the janitor: it reads from a socket that only we hold, so it notices our end however it comes, stops
/// what still runs below the directory, and removes it.
package actor TestCluster {
  package static let shared = TestCluster()
  package static let root = "/tmp/audittail-pgtests-\(getpid())"

  private var starting: Task<PostgresURL, any Error>?

  package static func url() async throws -> PostgresURL { try await shared.started() }

  package static func session(_ name: String = "test", limits: PostgresLimits = PostgresLimits()) async throws
    -> PostgresSession
  {
    PostgresSession(url: try await url(), applicationName: name, limits: limits)
  }

  /// An unused directory for a cluster of a test's own.
  package static func directory(_ name: String) -> String {
    _ = janitor
    return "\(root)/\(name)"
  }

  private func started() async throws -> PostgresURL {
    if let starting { return try await starting.value }
    let task = Task { try await EmbeddedServer(directory: Self.directory("shared")).start() }
    starting = task
    return try await task.value
  }

  private static let script = """
    cat >/dev/null
    find "$0" -maxdepth 4 -name cluster | while read -r d; do
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
    let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, environ)
    precondition(code == 0, "The janitor of the tests did not start.")
    close(ends[0])
    return ends[1]
  }()
}
