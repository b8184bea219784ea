package import AuditModel
import Postgres

/// One analyzer, leading or waiting, for `status`.
package struct AnalyzerStatus: Sendable, Hashable {
  package let name: String
  package let started: RecordTime
  package let seen: RecordTime
  /// Nil while it waits.
  package let epoch: LeaderEpoch?
}

extension Store {
  /// Says that an analyzer is there. Those that were not seen for a day are forgotten.
  package func noteAnalyzer(_ name: String, epoch: LeaderEpoch?) async throws {
    try await session.perform { connection in
      try connection.execute(
        """
        INSERT INTO audittail.analyzers AS a (name, started_at, seen_at, epoch) VALUES ($1, clock_timestamp(), clock_timestamp(), $2)
        ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at, epoch = excluded.epoch
        """, [.text(name), epoch.map { .int64($0.value) } ?? .null])
      try connection.execute("DELETE FROM audittail.analyzers WHERE seen_at < clock_timestamp() - interval '1 day'")
    }
  }

  /// Says that an analyzer has ended.
  package func forgetAnalyzer(_ name: String) async throws {
    try await session.execute("DELETE FROM audittail.analyzers WHERE name = $1", [.text(name)])
  }

  /// All analyzers that were seen within the last day; the leader first.
  package func analyzers() async throws -> [AnalyzerStatus] {
    try await session.perform { connection in
      try connection.execute(
        """
        SELECT a.name, a.started_at, a.seen_at, CASE WHEN a.epoch = l.epoch THEN a.epoch END
        FROM audittail.analyzers a CROSS JOIN audittail.leader l ORDER BY 4 NULLS LAST, 1
        """
      ).map { row in
        AnalyzerStatus(
          name: try row[0].string(), started: RecordTime(postgresMicroseconds: try row[1].timestamptz()),
          seen: RecordTime(postgresMicroseconds: try row[2].timestamptz()),
          epoch: try row[3].present.map { LeaderEpoch(try $0.int64()) })
      }
    }
  }
}
