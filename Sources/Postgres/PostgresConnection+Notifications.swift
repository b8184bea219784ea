import CLibPQ
import Glibc

/// What somebody said with NOTIFY on a channel that this connection listens to.
package struct PostgresNotification: Sendable, Hashable {
  package let channel: String
  package let payload: String
}

extension PostgresConnection {
  /// Waits until a notification arrives, at most for `within`, and returns those that are there; none is no error.
  ///
  /// LISTEN has to have been said on this very connection, so it must not lead through a pooler in transaction mode.
  /// Source: libpq manual, "Asynchronous Notification".
  package func notifications(within: Duration) throws(PostgresError) -> [PostgresNotification] {
    let deadline = Deadline(after: within)
    let attempt = Attempt(operation: .fetch, deadline: deadline, mayCommit: false)
    while true {
      guard let handle else { throw lost(attempt) }
      if PQconsumeInput(handle) == 0 { throw lost(attempt) }
      let found = pending(handle)
      if !found.isEmpty || deadline.hasPassed { return found }
      var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
      let ready = poll(&descriptor, 1, deadline.pollMilliseconds)
      if ready < 0, errno != EINTR { throw lost(attempt) }
    }
  }

  private func pending(_ handle: OpaquePointer) -> [PostgresNotification] {
    var found: [PostgresNotification] = []
    while let notify = PQnotifies(handle) {
      found.append(
        PostgresNotification(
          channel: String(cString: notify.pointee.relname), payload: String(cString: notify.pointee.extra)))
      PQfreemem(notify)
    }
    return found
  }
}
