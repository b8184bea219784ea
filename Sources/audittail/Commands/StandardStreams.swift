import Glibc

/// Data goes here.
enum StandardOutput {
  static func write(_ text: String) throws { try writeAll(STDOUT_FILENO, Array(text.utf8)) }
  static func write(_ bytes: [UInt8]) throws { try writeAll(STDOUT_FILENO, bytes) }
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
}

/// Words go here.
enum StandardError {
  static func write(_ text: String) { write(Array(text.utf8)) }
  /// Nobody could be told that words could not be written.
  static func write(_ bytes: [UInt8]) { try? writeAll(STDERR_FILENO, bytes) }
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

private func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) throws {
  var done = 0
  while done < bytes.count {
    let wrote = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done) }
    if wrote > 0 { done += wrote }
    // Whoever read it has enough: no failure, and nothing more to say.
    if wrote < 0, errno == EPIPE { throw ReaderGone() }
    if wrote < 0, errno != EINTR {
      throw CommandFailure(.inputOutput, "Cannot write the output: \(String(cString: strerror(errno))).")
    }
  }
}

/// The reader of an output closed it, as `head` does.
struct ReaderGone: Error {}
