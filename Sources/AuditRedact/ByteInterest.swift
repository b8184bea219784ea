/// Why a byte may be worth a look, as bits, so that six of them can be weighed in one word; the same as `text_scan_kind`.
///
/// Ids are full of digits and hyphens that mean nothing: a digit behind three small letters, digits or underscores
/// begins no number, and a hyphen behind a letter begins no option. They are told apart without a branch.
enum ByteInterest {
  /// A literal may begin here, or a scanner has to look at this byte whatever stands before.
  private static let certain: UInt8 = 1
  private static let digit: UInt8 = 2
  private static let hyphen: UInt8 = 4
  /// A small letter, digit or underscore.
  private static let small: UInt8 = 8
  /// A letter, digit or underscore.
  private static let word: UInt8 = 16

  /// The bits of one byte.
  static func of(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit | small | word
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"): small | word
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): word
    case UInt8(ascii: "-"): hyphen
    default: TextTrigger.trigger(byte) == .none ? 0 : certain
    }
  }

  /// The lowest bit of each of six bytes that is worth a look.
  /// - Parameters:
  ///   - kinds: the bits of six bytes, the first in the lowest.
  ///   - behind: those of the three bytes before, or 0 where they are not known.
  @inline(always)
  static func places(_ kinds: UInt64, behind: UInt64) -> UInt64 {
    let lows: UInt64 = 0x0000_0101_0101_0101
    let before = behind & 0xFF_FFFF | kinds &<< 24  // the three before, and the first five
    let small = before &>> 3
    let isInside = small & (small &>> 8) & (small &>> 16)
    let isBehindWord = before &>> 20  // the byte right before is two further on, its bit four up
    return (kinds | (kinds &>> 1) & ~isInside | (kinds &>> 2) & ~isBehindWord) & lows
  }
}
