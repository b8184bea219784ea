import AuditModel
package import Postgres

/// The number of a leadership: it counts up each time that another analyzer begins to lead.
package struct LeaderEpoch: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let value: Int64

  package init(_ value: Int64) { self.value = value }

  package static func < (left: LeaderEpoch, right: LeaderEpoch) -> Bool { left.value < right.value }

  package var description: String { "\(value)" }
}

/// Somebody else leads now, or nobody: what was under way under the old epoch was not committed.
package struct LeadershipLost: Error, Sendable, CustomStringConvertible {
  package init() {}

  package var description: String { "This analyzer does not lead any more." }
}

/// Who leads the analyzers: whoever holds one advisory lock of the database.
///
/// The lock belongs to a session, so its connection must not lead through a pooler in transaction mode. Everything else of an
/// analyzer may. The server frees the lock when it notices that the session is gone: at once when the process dies, and by
/// keep-alives after about six seconds when its machine does.
package struct LeaderLock: Sendable {
  private let session: PostgresSession
  private let holder: String

  /// Whoever waits for something that the leader does says so here, with the duty's name.
  package static let channel = "audittail_wake"

  /// - Parameters:
  ///   - session: a session of its own, closed by `close`.
  ///   - holder: the analyzer's name.
  package init(session: PostgresSession, holder: String) {
    (self.session, self.holder) = (session, holder)
  }

  /// Tries to become the leader; nil where somebody else is. Never waits for the lock: a waiting statement would keep old
  /// rows alive in the whole database.
  /// - Throws: `StoreError.poolerBeforeLock`, `PostgresError`.
  package func acquire() async throws -> LeaderEpoch? {
    try await session.perform { connection in
      let row = try connection.execute("SELECT pg_backend_pid(), pg_try_advisory_lock(\(Self.key))").only()
      guard try row[0].int32() == connection.backendPID else { throw StoreError.poolerBeforeLock }
      guard try row[1].bool() else { return nil }
      do {
        for setting in Self.keepAlive { try connection.executeScript(setting) }
        try connection.executeScript("LISTEN \(Self.channel)")
        let epoch = try connection.execute(
          "UPDATE audittail.leader SET epoch = epoch + 1, holder = $1, since = clock_timestamp() RETURNING epoch",
          [.text(holder)]
        ).only()
        return LeaderEpoch(try epoch[0].int64())
      } catch {
        _ = try? connection.execute("SELECT pg_advisory_unlock_all()")
        throw error
      }
    }
  }

  /// Waits for somebody to wake a duty, at most for `interval`, and makes sure that the lock is still held.
  /// - Returns: names of duties that were called for; empty for any of them.
  /// - Throws: `LeadershipLost` when the session is another one by now.
  package func watch(for interval: Duration) async throws -> [String] {
    try await session.perform { connection in
      let woken = try connection.notifications(within: interval)
      let isHeld = try connection.execute(Self.isHeld, within: Self.answerWithin).only()
      guard try isHeld[0].bool() else { throw LeadershipLost() }
      return woken.map(\.payload)
    }
  }

  /// Gives the lock back, so that the next one need not wait.
  package func release() async {
    _ = try? await session.perform { connection in
      _ = try connection.execute("SELECT pg_advisory_unlock_all()", within: Self.answerWithin)
    }
    await close()
  }

  package func close() async { await session.close() }

  private static let key = "hashtextextended('audittail analyzer', 0)"
  private static let answerWithin = Duration.seconds(4)
  /// Seen from the server: a machine that is gone is noticed after six seconds.
  private static let keepAlive = [
    "SET tcp_keepalives_idle = 2", "SET tcp_keepalives_interval = 2", "SET tcp_keepalives_count = 2",
  ]
  /// A lock with a key of one bigint stands in pg_locks in two halves.
  private static let isHeld = """
    SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.pid = pg_backend_pid() AND l.granted
      AND l.objsubid = 1 AND (l.classid::int8 << 32 | l.objid::int8) = \(key))
    """
}
