extension [UInt8] {
  /// Appends the integer's bytes, most significant first, as the wire and the digests want them.
  @inlinable
  package mutating func appendBigEndian(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }

  /// Appends the bytes of a span in one copy.
  @inlinable
  package mutating func append(span: Span<UInt8>) {
    span.withUnsafeBufferPointer { append(contentsOf: $0) }
  }

  /// Overwrites the bytes of an integer at `index`, big-endian: lengths are known only after what they measure was written.
  @inlinable
  package mutating func putBigEndian<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at index: Int) {
    precondition(index >= 0 && index + Value.bitWidth / 8 <= count)
    withUnsafeMutableBytes { $0.storeBytes(of: value.bigEndian, toByteOffset: index, as: Value.self) }
  }
}
