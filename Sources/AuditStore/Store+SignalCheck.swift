package import AuditModel
package import AuditSignal
import Postgres

/// A signal that is not what the records give.
package struct SignalDifference: Sendable, Hashable, CustomStringConvertible {
  package let grain: SignalGrain
  package let place: SignalTable.Place
  /// Calls as stored and as recomputed; nil where there is no such row.
  package let stored: Int64?
  package let recomputed: Int64?

  package var description: String {
    func words(_ calls: Int64?) -> String { calls.map { "\($0) calls" } ?? "nothing" }
    let time = RecordTime(postgresMicroseconds: place.at).rfc3339
    let what =
      stored == recomputed ? "\(words(stored)) with other figures" : "\(words(stored)) instead of \(words(recomputed))"
    return "\(grain.rawValue) \(time) \(place.key.server)/\(place.key.tool) \(place.key.status): \(what)"
  }
}

extension Store {
  /// Compares the signals of one day with what its records give: to the last number, and each sketch to the bit.
  /// - Parameter differencesMax: after so many it stops.
  package func signalDifferences(
    of tenant: TenantID, on day: Day, differencesMax: Int = 100
  ) async throws -> [SignalDifference] {
    let first = day.start.postgresMicroseconds
    let range: [PostgresValue] = [
      .timestamptz(microsecondsSince2000: first),
      .timestamptz(microsecondsSince2000: first + SignalGrain.days.microseconds),
    ]
    return try await session.perform { connection in
      try connection.transaction(.snapshot) { connection in
        let recomputed = try Self.recompute(day, of: tenant, connection)
        var found: [SignalDifference] = []
        for grain in SignalGrain.allCases {
          var stored = SignalTable()
          try connection.fetch(
            """
            SELECT at, tool, server, status, \(SignalRow.columns) FROM \(tenant.sql).signal_\(grain.rawValue)
            WHERE at >= $1 AND at < $2
            UNION ALL
            SELECT minute, tool, coalesce(server, ''), coalesce(status, ''), \(SignalRow.columns) FROM \(tenant.sql).signals
            WHERE minute >= $1 AND minute < $2
            """, range, within: .seconds(300)
          ) { row in
            let key = SignalKey(tool: try row[1].string(), server: try row[2].string(), status: try row[3].string())
            stored.add(
              try SignalRow.figures(row, 4),
              at: SignalTable.Place(at: grain.floor(try row[0].timestamptz()), key: key))
          }
          found += Self.differences(grain, stored, recomputed.coarsened(to: grain))
          if found.count >= differencesMax { break }
        }
        return Array(found.prefix(differencesMax))
      }
    }
  }

  private static func recompute(
    _ day: Day, of tenant: TenantID, _ connection: PostgresConnection
  ) throws -> SignalTable {
    var table = SignalTable()
    var deltas = SignalDeltas()
    let columns = RecordLayout.columns.joined(separator: ", ")
    let first = RecordTime(postgresMicroseconds: day.start.postgresMicroseconds).rfc3339
    let last = day.advanced(by: 1).start.rfc3339
    try connection.copyOut(
      "COPY (SELECT \(columns) FROM \(tenant.sql).records WHERE ts >= '\(first)' AND ts < '\(last)') TO STDOUT (FORMAT binary)"
    ) { tuple in
      deltas.add(tuple)
      if deltas.deltas.count >= 10_000 {
        table.add(deltas)
        deltas = SignalDeltas()
      }
    }
    table.add(deltas)
    return table
  }

  private static func differences(
    _ grain: SignalGrain, _ stored: SignalTable, _ recomputed: SignalTable
  ) -> [SignalDifference] {
    var found: [SignalDifference] = []
    for (place, figures) in recomputed.rows where stored.rows[place] != figures {
      found.append(
        SignalDifference(grain: grain, place: place, stored: stored.rows[place]?.calls, recomputed: figures.calls))
    }
    for (place, figures) in stored.rows where recomputed.rows[place] == nil {
      found.append(SignalDifference(grain: grain, place: place, stored: figures.calls, recomputed: nil))
    }
    return found
  }
}
