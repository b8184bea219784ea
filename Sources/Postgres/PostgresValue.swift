/// A parameter of a statement, sent in binary with its type, so that nothing is ever quoted into SQL.
///
/// Times are microseconds, dates are days, both since 2000-01-01 UTC, as on the wire. Arrays have one dimension; their
/// elements may be NULL, and a plain `[String]` or `[Int64]` converts by itself.
package enum PostgresValue: Hashable, Sendable {
  /// NULL of the type that the statement implies; cast it (`$1::text`) where it implies none.
  case null
  case bool(Bool)
  case int16(Int16)
  case int32(Int32)
  case int64(Int64)
  case double(Double)
  case text(String)
  case bytes([UInt8])
  /// JSON text for a `jsonb` column or parameter.
  case jsonb(String)
  case timestamptz(microsecondsSince2000: Int64)
  case date(daysSince2000: Int32)
  case boolArray([Bool?])
  case int16Array([Int16?])
  case int32Array([Int32?])
  case int64Array([Int64?])
  case doubleArray([Double?])
  case textArray([String?])
  case byteaArray([[UInt8]?])
  case timestamptzArray([Int64?])
  case dateArray([Int32?])
}

/// Builds a value or NULL, whichever an optional holds.
extension PostgresValue {
  package static func textOrNull(_ value: String?) -> PostgresValue { value.map(PostgresValue.text) ?? .null }
  package static func int32OrNull(_ value: Int32?) -> PostgresValue { value.map(PostgresValue.int32) ?? .null }
  package static func int64OrNull(_ value: Int64?) -> PostgresValue { value.map(PostgresValue.int64) ?? .null }
  package static func bytesOrNull(_ value: [UInt8]?) -> PostgresValue { value.map(PostgresValue.bytes) ?? .null }
}
