import Glibc

/// What a crash may leave behind. A process that reads raw lines has secrets in memory; neither a core dump nor the crash report may
/// carry them out.
enum CrashOutput {
  private static let variable = "SWIFT_BACKTRACE"
  /// The registers' lines show the memory they point to; the call stack alone tells where it happened.
  private static let settings = "registers=none"

  /// Call first. Swift reads its settings when a process begins, so the program starts itself once more with them, under the same
  /// process number; who has set the variable is left alone.
  static func keepSecretsOut() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    guard getenv(variable) == nil else { return }
    setenv(variable, settings, 1)
    var arguments = CommandLine.arguments.map { strdup($0) }
    arguments.append(nil)
    execv("/proc/self/exe", arguments)
    // It could not be started again: better with the plain report than not at all.
    for argument in arguments { free(argument) }
  }
}
