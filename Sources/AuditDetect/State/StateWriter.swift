/// Writes a detector's state: integers little-endian, doubles as their bit patterns, lengths as UInt32. What is written is exactly what
/// is held, so a detector that was saved and read back goes on as if nothing had happened.
package struct StateWriter: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func put(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
  package mutating func put(_ value: Double) { put(value.bitPattern) }
  package mutating func put(_ value: Float) { put(value.bitPattern) }
  package mutating func put(_ value: Bool) { bytes.append(value ? 1 : 0) }
  package mutating func put(_ value: Name) { put(value.hash) }

  package mutating func put(_ value: [UInt8]) {
    put(UInt32(value.count))
    bytes.append(contentsOf: value)
  }
  package mutating func put(_ value: String) { put(Array(value.utf8)) }

  package mutating func put(_ values: [Float]) {
    put(UInt32(values.count))
    for value in values { put(value) }
  }
  package mutating func put(_ values: [Double]) {
    put(UInt32(values.count))
    for value in values { put(value) }
  }
  package mutating func put<Value: FixedWidthInteger>(each values: [Value]) {
    put(UInt32(values.count))
    for value in values { put(value) }
  }
}

/// The bytes are no state that this version wrote.
package enum StateError: Error, Hashable, Sendable, CustomStringConvertible {
  case truncated
  /// The state of another version: it has to be learned anew.
  case version(UInt16)
  case damaged

  package var description: String {
    switch self {
    case .truncated: "The detectors' state ends too early."
    case .version(let version): "The detectors' state has version \(version), which this program does not read."
    case .damaged: "The detectors' state is damaged."
    }
  }
}

/// Reads what `StateWriter` wrote; whatever the bytes are, it ends with an error instead of a crash.
package struct StateReader: Sendable {
  private let source: [UInt8]
  private var at = 0

  package init(_ bytes: [UInt8]) { source = bytes }

  package var isAtEnd: Bool { at == source.count }

  private mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) throws(StateError) -> Value {
    let size = MemoryLayout<Value>.size
    guard at + size <= source.count else { throw .truncated }
    defer { at += size }
    return source.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: Value.self)) }
  }

  package mutating func uint8() throws(StateError) -> UInt8 { try integer(UInt8.self) }
  package mutating func uint16() throws(StateError) -> UInt16 { try integer(UInt16.self) }
  package mutating func uint32() throws(StateError) -> UInt32 { try integer(UInt32.self) }
  package mutating func uint64() throws(StateError) -> UInt64 { try integer(UInt64.self) }
  package mutating func int32() throws(StateError) -> Int32 { try integer(Int32.self) }
  package mutating func int64() throws(StateError) -> Int64 { try integer(Int64.self) }
  package mutating func double() throws(StateError) -> Double { Double(bitPattern: try uint64()) }
  package mutating func float() throws(StateError) -> Float { Float(bitPattern: try uint32()) }
  package mutating func name() throws(StateError) -> Name { Name(hash: try uint64()) }

  package mutating func bool() throws(StateError) -> Bool {
    switch try uint8() {
    case 0: false
    case 1: true
    default: throw .damaged
    }
  }

  /// A number of elements that follow, each of at least `size` bytes: more than can follow are damage.
  package mutating func count(ofSize size: Int) throws(StateError) -> Int {
    let count = Int(try uint32())
    guard count * size <= source.count - at else { throw .truncated }
    return count
  }

  package mutating func bytes() throws(StateError) -> [UInt8] {
    let count = try count(ofSize: 1)
    defer { at += count }
    return Array(source[at..<(at + count)])
  }
  package mutating func text() throws(StateError) -> String { String(decoding: try bytes(), as: UTF8.self) }

  package mutating func floats() throws(StateError) -> [Float] {
    var values: [Float] = []
    for _ in 0..<(try count(ofSize: 4)) { values.append(try float()) }
    return values
  }
  package mutating func doubles() throws(StateError) -> [Double] {
    var values: [Double] = []
    for _ in 0..<(try count(ofSize: 8)) { values.append(try double()) }
    return values
  }
  package mutating func integers<Value: FixedWidthInteger & BitwiseCopyable>(
    of _: Value.Type
  ) throws(StateError) -> [Value] {
    var values: [Value] = []
    for _ in 0..<(try count(ofSize: MemoryLayout<Value>.size)) { values.append(try integer(Value.self)) }
    return values
  }
}
