import JSON

/// Remembers short members of lines that the redactor found nothing in: a tool's name, a status or a user comes again in the next
/// line, and what a member becomes depends on nothing but its own bytes, key and value.
///
/// A table of fixed size in which a newcomer takes the place of whoever was there; it holds nothing that would be redacted.
package struct CleanTexts: Sendable {
  private static let slotCount = 2048
  /// Eight bytes each.
  private static let slotWords = 8

  private var words = [UInt64](repeating: 0, count: slotCount * slotWords)
  /// Length of each slot's member in bytes; 0 is free.
  private var lengths = [UInt8](repeating: 0, count: slotCount)
  /// The member that was looked up last, so that it can be remembered.
  private var last = [UInt64](repeating: 0, count: slotWords)

  package init() {}

  /// The member's place in the line: from the key's first byte to the value's last; nil where it cannot be remembered.
  static func member(_ value: Int, _ tape: borrowing JSONTape) -> Range<Int>? {
    let token = tape.tokens[value]
    guard case .string = token.kind, !token.hasEscapes else { return nil }
    let start = Int(tape.tokens[value - 1].start)
    return Int(token.end) - start <= slotWords * 8 ? start..<Int(token.end) : nil
  }

  /// - Returns: whether exactly this member was clean before, and its slot.
  mutating func find(_ member: Range<Int>, _ line: Span<UInt8>) -> (isKnown: Bool, slot: Int) {
    let bytes = line.bytes
    let count = (member.count + 7) / 8
    var hash = UInt64(truncatingIfNeeded: member.count) &* 0x9E37_79B9_7F4A_7C15
    for word in 0..<count {
      let at = member.lowerBound + word * 8
      let value: UInt64
      if at + 8 <= member.upperBound {
        value = bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
      } else {
        var rest: UInt64 = 0
        for index in (at..<member.upperBound).reversed() { rest = rest << 8 | UInt64(line[index]) }
        value = rest
      }
      last[word] = value
      hash = (hash ^ value) &* 0xD6E8_FEB8_6659_FD93
      hash ^= hash >> 32
    }
    let slot = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
    guard Int(lengths[slot]) == member.count else { return (false, slot) }
    for word in 0..<count where words[slot * Self.slotWords + word] != last[word] { return (false, slot) }
    return (true, slot)
  }

  /// Remembers the member that `find` looked up last.
  mutating func remember(_ member: Range<Int>, in slot: Int) {
    for word in 0..<Self.slotWords { words[slot * Self.slotWords + word] = last[word] }
    lengths[slot] = UInt8(member.count)
  }
}
