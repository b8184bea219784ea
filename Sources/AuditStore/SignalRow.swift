import AuditSignal
import Postgres

/// How figures stand in a row: the columns of every table of signals, in this order.
enum SignalRow {
  static let columns =
    "calls, duration_ns_sum, duration_ns_min, duration_ns_max, result_bytes, errors, sketch"

  /// The same added up over a group; a sum stays at the largest number, as in Swift.
  static let sums: String = {
    let largest = Int64.max
    let errors = (1...ErrorClass.count).map { "coalesce(sum(errors[\($0)]), 0)::int8" }.joined(separator: ", ")
    return "least(sum(calls), \(largest))::int8, least(sum(duration_ns_sum), \(largest))::int8, min(duration_ns_min),"
      + " max(duration_ns_max), least(sum(result_bytes), \(largest))::int8,"
      + " CASE WHEN count(errors) > 0 THEN ARRAY[\(errors)] END, string_agg(sketch, ''::bytea)"
  }()

  /// - Parameter first: where the row's columns begin.
  static func figures(_ row: PostgresRow, _ first: Int) throws -> SignalFigures {
    var figures = SignalFigures()
    figures.calls = try row[first].int64()
    figures.durationSum = try row[first + 1].int64()
    figures.durationMin = try row[first + 2].present?.int64()
    figures.durationMax = try row[first + 3].present?.int64()
    figures.resultBytes = try row[first + 4].int64()
    if let counts = try row[first + 5].present?.int64Array() { figures.errors = try errors(counts) }
    if let field = row[first + 6].present {
      let isRead = try field.withBytes { bytes throws(PostgresError) in figures.sketch.merge(encoded: bytes) }
      guard isRead else { throw StoredSignalError.sketch }
    }
    return figures
  }

  static func errors(_ counts: [Int64]) throws -> SIMD8<Int64> {
    guard counts.count == ErrorClass.count else { throw StoredSignalError.errors }
    return SIMD8(counts)
  }
}

extension SIMD8<Int64> {
  /// As PostgreSQL writes an array; nil where there is nothing but zeros.
  var arrayText: String? { wrappedSum() == 0 ? nil : fullArrayText }
  var fullArrayText: String { "{" + indices.map { "\(self[$0])" }.joined(separator: ",") + "}" }
}

/// A value in our own tables of signals that we could not have written.
enum StoredSignalError: String, Error, CustomStringConvertible {
  case sketch = "a latency sketch cannot be read"
  case errors = "the counts of errors have another length"
  var description: String { "The stored signals are damaged: \(rawValue)." }
}
