import CLibPQ

/// One value of an answer, decoded from PostgreSQL's binary format by the accessor that is called.
///
/// An accessor throws `unexpectedResult` for another type, for NULL and for malformed bytes: what a server sends never
/// traps. `field.present?.int64()` reads a column that may be NULL.
package struct PostgresField {
  let rows: PostgresRows
  let row: Int32
  /// Nil when the answer has no such column.
  let column: Int32?
  let label: String

  package var isNull: Bool {
    guard let column else { return false }
    return PQgetisnull(rows.result, row, column) == 1
  }

  /// The field itself, or nil when it is NULL.
  package var present: PostgresField? { isNull ? nil : self }

  /// Lends the value's bytes as they came, whatever the type.
  package func withBytes<T>(_ body: (Span<UInt8>) throws(PostgresError) -> T) throws(PostgresError) -> T {
    guard let column else { throw wrong("is not in the answer") }
    guard PQgetisnull(rows.result, row, column) == 0 else { throw wrong("is NULL") }
    let length = Int(PQgetlength(rows.result, row, column))
    guard length > 0, let start = PQgetvalue(rows.result, row, column) else {
      return try body(Span<UInt8>())
    }
    let bytes = UnsafeRawBufferPointer(start: start, count: length).assumingMemoryBound(to: UInt8.self)
    return try body(bytes.span)
  }

  package func bool() throws(PostgresError) -> Bool {
    try decode("bool", [TypeOID.bool]) { bytes, _ in bytes.count == 1 ? bytes[0] != 0 : nil }
  }

  package func int16() throws(PostgresError) -> Int16 {
    try decode("int2", [TypeOID.int2]) { bytes, _ in bytes.bigEndian(Int16.self) }
  }

  /// From int2 or int4.
  package func int32() throws(PostgresError) -> Int32 {
    try decode("int4", [TypeOID.int2, TypeOID.int4]) { bytes, _ in bytes.widened().flatMap { Int32(exactly: $0) } }
  }

  /// From int2, int4, int8 or oid. `sum(bigint)` is numeric in PostgreSQL: cast it.
  package func int64() throws(PostgresError) -> Int64 {
    try decode("int8", [TypeOID.int2, TypeOID.int4, TypeOID.int8, TypeOID.oid]) { bytes, type in
      type == TypeOID.oid ? bytes.bigEndian(UInt32.self).map { Int64($0) } : bytes.widened()
    }
  }

  /// From float4 or float8.
  package func double() throws(PostgresError) -> Double {
    try decode("float8", [TypeOID.float4, TypeOID.float8]) { bytes, type in
      type == TypeOID.float8
        ? bytes.bigEndian(UInt64.self).map { Double(bitPattern: $0) }
        : bytes.bigEndian(UInt32.self).map { Double(Float(bitPattern: $0)) }
    }
  }

  /// From text, varchar, char, name, json or jsonb.
  package func string() throws(PostgresError) -> String {
    let texts = [
      TypeOID.text, TypeOID.varchar, TypeOID.bpchar, TypeOID.name, TypeOID.char, TypeOID.unknown, TypeOID.json,
      TypeOID.jsonb,
    ]
    return try decode("text", texts) { bytes, type in
      guard type == TypeOID.jsonb else { return bytes.utf8String() }
      return bytes.count > 0 && bytes[0] == 1 ? bytes.extracting(1...).utf8String() : nil
    }
  }

  /// From bytea.
  package func bytes() throws(PostgresError) -> [UInt8] {
    try decode("bytea", [TypeOID.bytea]) { bytes, _ in bytes.array() }
  }

  /// Microseconds since 2000-01-01 UTC. `infinity` is `Int64.max`, `-infinity` is `Int64.min`.
  package func timestamptz() throws(PostgresError) -> Int64 {
    try decode("timestamptz", [TypeOID.timestamptz, TypeOID.timestamp]) { bytes, _ in bytes.bigEndian(Int64.self) }
  }

  /// Days since 2000-01-01. `infinity` is `Int32.max`, `-infinity` is `Int32.min`.
  package func date() throws(PostgresError) -> Int32 {
    try decode("date", [TypeOID.date]) { bytes, _ in bytes.bigEndian(Int32.self) }
  }

  func decode<T>(
    _ wanted: String, _ types: [UInt32], _ body: (Span<UInt8>, UInt32) -> T?
  ) throws(PostgresError) -> T {
    guard let column else { throw wrong("is not in the answer") }
    let type = PQftype(rows.result, column)
    guard types.contains(type), PQfformat(rows.result, column) == 1 else {
      throw wrong("has the type with OID \(type), not \(wanted); cast it in the SQL")
    }
    return try withBytes { bytes throws(PostgresError) in
      guard let value = body(bytes, type) else { throw wrong("is no well-formed \(wanted)") }
      return value
    }
  }

  private func wrong(_ what: String) -> PostgresError {
    PostgresError(.unexpectedResult, .decode, "column \(label) \(what)")
  }
}
