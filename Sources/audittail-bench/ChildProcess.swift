import Glibc

/// A program that was started; `wait` must follow.
struct ChildProcess {
  let pid: pid_t

  /// - Parameters:
  ///   - command: the path of the program and its arguments.
  ///   - output: the file that gets its stdout; it inherits stderr, and nothing to read.
  init(_ command: [String], output: String) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    let words = command.map { strdup($0) }
    defer { for word in words { free(word) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, command[0], &actions, nil, words + [nil], environ)
    guard code == 0 else { throw BenchError.system("start \(command[0])", code: code) }
    self.pid = pid
  }

  /// What it used, and its exit code, or 128 and the signal that ended it.
  func wait() throws -> (rusage, Int32) {
    var usage = rusage()
    var status: Int32 = 0
    try Interruption.forwarding(to: pid) {
      while wait4(pid, &status, 0, &usage) != pid {
        guard errno == EINTR else { throw BenchError.system("wait for a program") }
      }
    }
    let signal = status & 0x7F
    return (usage, signal == 0 ? status >> 8 & 0xFF : 128 + signal)
  }
}
