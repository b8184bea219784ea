import CLibPQ
import Glibc

/// A request to stop the running statement, sent over a connection of its own (libpq's PQcancel).
///
/// PQcancel blocks without a limit when the host does not answer, so a detached thread makes the call and we wait for
/// it for a bounded time. A thread that is late ends by itself when the kernel gives up connecting.
final class CancelRequest: @unchecked Sendable {
  // Unchecked: libpq documents PGcancel as safe to use from another thread, and only that thread uses it.
  private let cancel: OpaquePointer
  /// Two ends of a socket: the thread closes `caller` when the call has returned, which wakes who polls `waiter`.
  private let caller: Int32
  private let waiter: Int32

  private init?(_ connection: OpaquePointer) {
    guard let cancel = PQgetCancel(connection) else { return nil }
    self.cancel = cancel
    var ends: [Int32] = [-1, -1]
    _ = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    (caller, waiter) = (ends[0], ends[1])
  }

  deinit {
    PQfreeCancel(cancel)
    if waiter >= 0 { close(waiter) }
  }

  /// Best effort: whether the server heard of it is not known here. False when the call did not return in time, so
  /// that the request may still reach a later statement of the same connection.
  @discardableResult
  static func send(for connection: OpaquePointer, within duration: Duration) -> Bool {
    guard let request = CancelRequest(connection), request.start() else { return true }
    let deadline = Deadline(after: duration)
    var descriptor = pollfd(fd: request.waiter, events: Int16(POLLIN), revents: 0)
    while poll(&descriptor, 1, deadline.pollMilliseconds) < 1 {
      if deadline.hasPassed { return false }
    }
    return true
  }

  private func start() -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self)
    let code = pthread_create(
      &thread, &attributes,
      { context in
        guard let context else { return nil }
        let request = Unmanaged<CancelRequest>.fromOpaque(context).takeRetainedValue()
        var message = [CChar](repeating: 0, count: 256)
        PQcancel(request.cancel, &message, 256)
        close(request.caller)
        return nil
      }, context.toOpaque())
    if code != 0 {
      close(caller)
      context.release()
    }
    return code == 0
  }
}
