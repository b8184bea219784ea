import Glibc

/// Ends somebody's wait in poll(2) from another thread: a pair of sockets, with a byte in it while there is something to wake for.
package final class Waker: Sendable {
  let descriptor: Int32
  private let writer: Int32

  package init() {
    var ends: [Int32] = [-1, -1]
    let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    _ = socketpair(AF_UNIX, Int32(kind), 0, &ends)
    (descriptor, writer) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(writer)
  }

  package func wake() {
    // A full socket wakes as well as one byte more would.
    var byte: UInt8 = 1
    _ = write(writer, &byte, 1)
  }

  /// Takes note of having been woken.
  func clear() {
    var bytes: (UInt64, UInt64) = (0, 0)
    while read(descriptor, &bytes, 16) == 16 {}
  }
}
