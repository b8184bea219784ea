import Glibc
import Synchronization

/// A program that a test started. Standard output and error go to files, so that a killed one leaves what it said.
///
/// Signals go to it only while it was not reaped, so they never reach a stranger. Forgotten, it is killed.
final class ChildProcess: Sendable {
  enum Ending: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let pid: pid_t
  private let outputPath: String
  private let errorPath: String
  private let ending = Mutex<Ending?>(nil)

  /// - Parameters:
  ///   - directory: where the two files are made.
  ///   - name: of the two files, unique in the directory.
  init(
    _ program: String, _ arguments: [String], in directory: String, name: String, environment: [String: String] = [:]
  ) throws {
    outputPath = "\(directory)/\(name).out"
    errorPath = "\(directory)/\(name).err"
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, errorPath, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = Self.inherited.merging(environment) { $1 }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var process = pid_t()
    let code = posix_spawn(&process, program, &actions, &attributes, &words, &variables)
    guard code == 0 else { throw Failure(description: "\(program): \(String(cString: strerror(code)))") }
    pid = process
    TestDirectory.note(process, executable: program)
  }

  deinit {
    if ending.withLock({ $0 }) == nil {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
      TestDirectory.forget(pid)
    }
  }

  /// What a program needs to be found and loaded, and nothing that configures it.
  private static let inherited: [String: String] = {
    var found = ["LC_ALL": "C"]
    for name in ["PATH", "HOME", "LD_LIBRARY_PATH"] {
      if let value = getenv(name) { found[name] = String(cString: value) }
    }
    return found
  }()

  /// How it ended; nil while it runs.
  func ended() -> Ending? {
    ending.withLock { ending in
      if let ending { return ending }
      var status: Int32 = 0
      guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
      let signal = status & 0x7F
      ending = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
      TestDirectory.forget(pid)
      return ending
    }
  }

  func signal(_ number: Int32) {
    ending.withLock { if $0 == nil { _ = kill(pid, number) } }
  }

  /// Waits for its end; one that does not come in time is an error, and the program is killed.
  func wait(atMost limit: Duration = .seconds(60)) async throws -> Ending {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
      if let ending = ended() { return ending }
      try await Task.sleep(for: .milliseconds(2))
    }
    signal(SIGKILL)
    throw Failure(description: "The program did not end within \(limit). It said: \(errors)")
  }

  /// Standard output so far.
  var output: String { String(decoding: readFile(outputPath), as: UTF8.self) }
  /// Standard error so far.
  var errors: String { String(decoding: readFile(errorPath), as: UTF8.self) }
}
