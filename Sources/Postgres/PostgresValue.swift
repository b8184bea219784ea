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
