package import AuditModel
package import AuditSignal
import Postgres

/// Which signals of a tenant are asked for.
package struct SignalQuestion: Sendable, Hashable {
  /// Microseconds since 2000-01-01, on the grain's borders.
  package private(set) var since: Int64
  package private(set) var until: Int64
  package let grain: SignalGrain
  /// Microseconds of one answer's span, a multiple of the grain; nil: one span from `since` to `until`.
  package let step: Int64?
  package var tool: String?
  package var server: String?
  /// Whether the answer keeps calls apart by how they ended.
  package var isByStatus = false

  /// The range is widened to whole spans: to those of `step`, or to the coarsest that do not make it much longer.
  /// - Returns: nil where `step` is no multiple of a minute.
  package init?(since: RecordTime, until: RecordTime, step: Duration?) {
    let first = since.postgresMicroseconds
    let last = max(first + 1, until.postgresMicroseconds)
    if let step {
      let micros = step.components.seconds * 1_000_000
      guard micros > 0, step.components.attoseconds == 0, let grain = SignalGrain(dividing: micros) else { return nil }
      (self.grain, self.step) = (grain, micros)
      self.since = Self.floor(first, micros)
      self.until = Self.floor(last - 1, micros) + micros
    } else {
      // Two whole spans more among twenty-four are what a range of "the last day" may be off.
      let length = last - first
      grain = SignalGrain.allCases.last { $0.microseconds * 20 <= length } ?? .minutes
      self.step = nil
      self.since = grain.floor(first)
      self.until = grain.floor(last - 1) + grain.microseconds
    }
  }

  private static func floor(_ value: Int64, _ step: Int64) -> Int64 {
    let rest = value % step
    return value - (rest < 0 ? rest + step : rest)
  }

  /// Seconds of the whole range.
  package var seconds: Double { Double(until - since) / 1e6 }
}

extension Store {
  /// The golden signals of a tenant: what is compacted and what is not yet, each once, as of one moment.
  /// - Returns: figures by span and key, the status empty unless the question asks by status.
  package func signals(of tenant: TenantID, _ question: SignalQuestion) async throws -> SignalTable {
    var filter = ""
    var parameters: [PostgresValue] = [
      .timestamptz(microsecondsSince2000: question.since), .timestamptz(microsecondsSince2000: question.until),
    ]
    for (column, value) in [("tool", question.tool), ("server", question.server)] {
      guard let value else { continue }
      parameters.append(.text(value))
      filter += " AND coalesce(\(column), '') = $\(parameters.count)"
    }
    func span(_ column: String) -> String {
      guard let step = question.step else { return "$1::timestamptz" }
      return "date_bin('\(step / 1_000_000) seconds', \(column), '2000-01-01 00:00:00+00')"
    }
    let status = question.isByStatus ? "coalesce(status, '')" : "''::text"
    // One statement, and so one moment: a delta is in one of the two tables.
    let sql = """
      SELECT \(span("at")), tool, server, \(status), \(SignalRow.sums) FROM \(tenant.sql).signal_\(question.grain.rawValue)
      WHERE at >= $1 AND at < $2\(filter) GROUP BY 1, 2, 3, 4
      UNION ALL
      SELECT \(span("minute")), tool, coalesce(server, ''), \(status), \(SignalRow.columns) FROM \(tenant.sql).signals
      WHERE minute >= $1 AND minute < $2\(filter)
      """
    let all = parameters
    return try await session.perform { connection in
      var table = SignalTable()
      try connection.fetch(sql, all, within: .seconds(120)) { row in
        let key = SignalKey(tool: try row[1].string(), server: try row[2].string(), status: try row[3].string())
        table.add(
          try SignalRow.figures(row, 4), at: SignalTable.Place(at: try row[0].timestamptz(), key: key))
      }
      return table
    }
  }

  /// What a collector has brought to a tenant since ever, largest first; its counters go on from there after a restart.
  package func signalTotals(
    of tenant: TenantID, collector: Int32, _ body: @Sendable (SignalTotal) throws -> Void
  ) async throws {
    try await session.perform { connection in
      try connection.fetch(
        "SELECT tool, server, status, calls, timed, duration_ns_sum, errors, ranges, sketch"
          + " FROM audittail.collector_totals($1, $2)",
        [.text(tenant.schemaName), .int32(collector)], within: .seconds(60)
      ) { row in
        var total = SignalTotal(
          key: SignalKey(tool: try row[0].string(), server: try row[1].string(), status: try row[2].string()))
        total.calls = try row[3].int64()
        total.durationSum = try row[5].int64()
        if let counts = try row[6].present?.int64Array() { total.errors = try SignalRow.errors(counts) }
        if let ranges = try row[7].present?.int64Array() {
          guard ranges.count == total.ranges.scalarCount else { throw StoredSignalError.errors }
          total.ranges = SIMD8(ranges.map { UInt64(clamping: $0) })
          total.timed = UInt64(clamping: try row[4].int64())
        }
        if let bytes = try row[8].present?.bytes() {
          guard let sketch = LatencySketch(encoded: bytes) else { throw StoredSignalError.sketch }
          total.add(sketch)
        }
        try body(total)
      }
    }
  }
}
