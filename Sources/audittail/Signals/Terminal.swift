import Glibc
import Postgres
import Synchronization

/// A terminal that is drawn on as a whole and whose keys come one by one. `restore` gives it back as it was; a program that is ended by
/// a signal gives it back too.
final class Terminal: Sendable {
  private let keys = Keys()

  /// What was there before, for the signal's sake outside of any object.
  private static let saved = Mutex<termios?>(nil)
  private static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l"
  private static let leave = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

  /// Nil where standard input and output are no terminal.
  init?() {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { return nil }
    var settings = termios()
    guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
    Self.saved.withLock { $0 = settings }
    // Keys come at once, unseen, and Ctrl-C is one of them.
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
    tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    for number in [SIGTERM, SIGHUP] {
      signal(number) { number in
        Terminal.giveBack()
        _exit(128 + number)
      }
    }
    try? StandardOutput.write(Self.enter)
  }

  func restore() { Self.giveBack() }

  private static func giveBack() {
    guard var settings = saved.withLockIfAvailable({ $0 }) ?? nil else { return }
    tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    var text = Array(leave.utf8)
    _ = Glibc.write(STDOUT_FILENO, &text, text.count)
  }

  /// Columns and rows; 80 by 24 where the terminal does not say.
  var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Puts the lines where the last ones were, without a flicker.
  func draw(_ lines: [String]) {
    let text = lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
    try? StandardOutput.write("\u{1B}[H" + text + "\u{1B}[J")
  }

  /// The next key, nil where none comes in time.
  func key(within time: Duration) async -> UInt8? { await keys.next(within: time) }

  /// Waiting for a key blocks, and so has a thread of its own.
  private actor Keys {
    private nonisolated let executor = ThreadExecutor(name: "keys")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    deinit { executor.stop() }

    func next(within time: Duration) -> UInt8? {
      var poll = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let parts = time.components
      let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
      guard Glibc.poll(&poll, 1, Int32(clamping: max(1, milliseconds))) > 0 else { return nil }
      var key: UInt8 = 0
      // The terminal is gone: as if somebody had quit.
      return read(STDIN_FILENO, &key, 1) == 1 ? key : UInt8(ascii: "q")
    }
  }
}
