import CLibPQ

/// The parameters of one statement in PostgreSQL's binary format: all values in one buffer, and where each begins.
struct ParameterList {
  private var bytes: [UInt8] = []
  private var types: [UInt32] = []
  /// Where the value begins, or nil for NULL.
  private var starts: [Int?] = []
  private var lengths: [Int32] = []

  init(_ values: [PostgresValue]) {
    for value in values {
      let start = bytes.count
      let type = append(value)
      types.append(type)
      starts.append(value == .null ? nil : start)
      lengths.append(Int32(clamping: bytes.count - start))
    }
    bytes.append(0)  // So that an empty last value has an address inside the buffer too.
  }

  /// Sends the statement with libpq's unnamed prepared statement; results come back in binary. False: libpq refused.
  func send(_ sql: String, on connection: OpaquePointer) -> Bool {
    bytes.withUnsafeBytes { buffer in
      let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
      let pointers = starts.map { start in start.flatMap { base?.advanced(by: $0) } }
      let formats = [Int32](repeating: 1, count: starts.count)
      return PQsendQueryParams(connection, sql, Int32(starts.count), types, pointers, lengths, formats, 1) == 1
    }
  }

  /// Appends the value's bytes and returns its type.
  private mutating func append(_ value: PostgresValue) -> UInt32 {
    switch value {
    case .null: return TypeOID.unspecified
    case .bool(let flag): return scalar(TypeOID.bool) { $0.append(flag ? 1 : 0) }
    case .int16(let number): return scalar(TypeOID.int2) { $0.appendBigEndian(number) }
    case .int32(let number): return scalar(TypeOID.int4) { $0.appendBigEndian(number) }
    case .int64(let number): return scalar(TypeOID.int8) { $0.appendBigEndian(number) }
    case .double(let number): return scalar(TypeOID.float8) { $0.appendBigEndian(number.bitPattern) }
    case .text(let text): return scalar(TypeOID.text) { $0.append(contentsOf: text.utf8) }
    case .bytes(let raw): return scalar(TypeOID.bytea) { $0.append(contentsOf: raw) }
    case .jsonb(let text):
      return scalar(TypeOID.jsonb) {
        $0.append(1)  // The version of jsonb's binary format.
        $0.append(contentsOf: text.utf8)
      }
    case .timestamptz(let time): return scalar(TypeOID.timestamptz) { $0.appendBigEndian(time) }
    case .date(let day): return scalar(TypeOID.date) { $0.appendBigEndian(day) }
    case .boolArray(let all): return array(TypeOID.boolArray, TypeOID.bool, all) { $0.append($1 ? 1 : 0) }
    case .int16Array(let all): return array(TypeOID.int2Array, TypeOID.int2, all) { $0.appendBigEndian($1) }
    case .int32Array(let all): return array(TypeOID.int4Array, TypeOID.int4, all) { $0.appendBigEndian($1) }
    case .int64Array(let all): return array(TypeOID.int8Array, TypeOID.int8, all) { $0.appendBigEndian($1) }
    case .doubleArray(let all):
      return array(TypeOID.float8Array, TypeOID.float8, all) { $0.appendBigEndian($1.bitPattern) }
    case .textArray(let all): return array(TypeOID.textArray, TypeOID.text, all) { $0.append(contentsOf: $1.utf8) }
    case .byteaArray(let all): return array(TypeOID.byteaArray, TypeOID.bytea, all) { $0.append(contentsOf: $1) }
    case .timestamptzArray(let all):
      return array(TypeOID.timestamptzArray, TypeOID.timestamptz, all) { $0.appendBigEndian($1) }
    case .dateArray(let all): return array(TypeOID.dateArray, TypeOID.date, all) { $0.appendBigEndian($1) }
    }
  }

  private mutating func scalar(_ type: UInt32, _ write: (inout [UInt8]) -> Void) -> UInt32 {
    write(&bytes)
    return type
  }

  /// One-dimensional array: dimensions, has-NULL flag, element type, length, lower bound, then length-prefixed
  /// elements (array_recv in PostgreSQL's arrayfuncs.c). An empty array has no dimension.
  private mutating func array<Element>(
    _ type: UInt32, _ elementType: UInt32, _ elements: [Element?], _ write: (inout [UInt8], Element) -> Void
  ) -> UInt32 {
    bytes.appendBigEndian(Int32(elements.isEmpty ? 0 : 1))
    bytes.appendBigEndian(Int32(elements.contains { $0 == nil } ? 1 : 0))
    bytes.appendBigEndian(elementType)
    guard !elements.isEmpty else { return type }
    bytes.appendBigEndian(Int32(clamping: elements.count))
    bytes.appendBigEndian(Int32(1))
    for element in elements {
      guard let element else {
        bytes.appendBigEndian(Int32(-1))
        continue
      }
      let lengthAt = bytes.count
      bytes.appendBigEndian(Int32(0))
      write(&bytes, element)
      bytes.setBigEndian(UInt32(clamping: bytes.count - lengthAt - 4), at: lengthAt)
    }
    return type
  }
}

extension [UInt8] {
  /// Appends the number in network byte order.
  mutating func appendBigEndian(_ number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
  }

  /// Overwrites four bytes at an offset.
  fileprivate mutating func setBigEndian(_ number: UInt32, at offset: Int) {
    for place in 0..<4 { self[offset + place] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * place)) }
  }
}
