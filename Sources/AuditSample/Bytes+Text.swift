/// The few ways in which a line is put together, none of which makes a String.
extension [UInt8] {
  @inline(__always)
  mutating func put(_ text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// In decimal.
  @inline(__always)
  mutating func put(_ value: Int) {
    precondition(value >= 0, "Only counts and identifiers are written.")
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var at = 20
    var rest = UInt64(value)
    repeat {
      at -= 1
      digits[at] = UInt8(truncatingIfNeeded: 0x30 &+ rest % 10)
      rest /= 10
    } while rest > 0
    while at < 20 {
      append(digits[at])
      at += 1
    }
  }

  /// The lowest digits of a number in lower-case hexadecimal.
  @inline(__always)
  mutating func put(hex value: UInt64, digits: Int) {
    var shift = digits * 4
    while shift > 0 {
      shift -= 4
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift) & 15)
      append(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
    }
  }
}
