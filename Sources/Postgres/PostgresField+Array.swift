/// One-dimensional arrays. The plain accessors refuse NULL elements, the `nullable` ones give them as nil.
extension PostgresField {
  package func textArray() throws(PostgresError) -> [String] { try solid(nullableTextArray()) }
  package func nullableTextArray() throws(PostgresError) -> [String?] {
    try array("text[]", [TypeOID.textArray]) { $0.utf8String() }
  }

  package func byteaArray() throws(PostgresError) -> [[UInt8]] { try solid(nullableByteaArray()) }
  package func nullableByteaArray() throws(PostgresError) -> [[UInt8]?] {
    try array("bytea[]", [TypeOID.byteaArray]) { $0.array() }
  }

  package func boolArray() throws(PostgresError) -> [Bool] {
    try solid(array("bool[]", [TypeOID.boolArray]) { $0.count == 1 ? $0[0] != 0 : nil })
  }

  package func int16Array() throws(PostgresError) -> [Int16] {
    try solid(array("int2[]", [TypeOID.int2Array]) { $0.bigEndian(Int16.self) })
  }

  package func int32Array() throws(PostgresError) -> [Int32] { try solid(nullableInt32Array()) }
  package func nullableInt32Array() throws(PostgresError) -> [Int32?] {
    try array("int4[]", [TypeOID.int2Array, TypeOID.int4Array]) { $0.widened().flatMap { Int32(exactly: $0) } }
  }

  package func int64Array() throws(PostgresError) -> [Int64] { try solid(nullableInt64Array()) }
  package func nullableInt64Array() throws(PostgresError) -> [Int64?] {
    try array("int8[]", [TypeOID.int2Array, TypeOID.int4Array, TypeOID.int8Array]) { $0.widened() }
  }

  package func doubleArray() throws(PostgresError) -> [Double] {
    try solid(array("float8[]", [TypeOID.float8Array]) { $0.bigEndian(UInt64.self).map { Double(bitPattern: $0) } })
  }

  /// Days since 2000-01-01.
  package func dateArray() throws(PostgresError) -> [Int32] {
    try solid(array("date[]", [TypeOID.dateArray]) { $0.bigEndian(Int32.self) })
  }

  /// Microseconds since 2000-01-01 UTC.
  package func timestamptzArray() throws(PostgresError) -> [Int64] {
    try solid(array("timestamptz[]", [TypeOID.timestamptzArray]) { $0.bigEndian(Int64.self) })
  }

  private func solid<T>(_ elements: [T?]) throws(PostgresError) -> [T] {
    let present = elements.compactMap { $0 }
    guard present.count == elements.count else {
      throw PostgresError(.unexpectedResult, .decode, "column \(label) has NULL elements")
    }
    return present
  }

  /// The layout that array_send writes; see `ParameterList`.
  private func array<T>(
    _ wanted: String, _ types: [UInt32], _ element: (Span<UInt8>) -> T?
  ) throws(PostgresError) -> [T?] {
    try decode(wanted, types) { bytes, _ -> [T?]? in
      guard bytes.count >= 12, let dimensions = bytes.extracting(0..<4).bigEndian(Int32.self) else { return nil }
      if dimensions == 0 { return [] }
      guard dimensions == 1, bytes.count >= 20, let count = bytes.extracting(12..<16).bigEndian(Int32.self)
      else { return nil }
      var found: [T?] = []
      var at = 20
      for _ in 0..<max(0, count) {
        guard at + 4 <= bytes.count, let length = bytes.extracting(at..<at + 4).bigEndian(Int32.self) else {
          return nil
        }
        at += 4
        if length == -1 {
          found.append(nil)
          continue
        }
        guard length >= 0, at + Int(length) <= bytes.count,
          let value = element(bytes.extracting(at..<at + Int(length)))
        else { return nil }
        found.append(value)
        at += Int(length)
      }
      return at == bytes.count ? found : nil
    }
  }
}

extension Span<UInt8> {
  /// The whole span as one number in network byte order, or nil when its width is another.
  func bigEndian<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
    guard count == MemoryLayout<Number>.size else { return nil }
    var number: Number = 0
    for at in indices { number = (number &<< 8) | Number(truncatingIfNeeded: self[at]) }
    return number
  }

  /// Two, four or eight bytes as a signed number.
  func widened() -> Int64? {
    bigEndian(Int16.self).map { Int64($0) } ?? bigEndian(Int32.self).map { Int64($0) } ?? bigEndian(Int64.self)
  }

  /// Nil unless the bytes are UTF-8.
  func utf8String() -> String? {
    withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) }
  }

  func array() -> [UInt8] {
    withUnsafeBufferPointer { Array($0) }
  }
}
