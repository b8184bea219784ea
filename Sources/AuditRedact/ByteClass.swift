/// What a byte can be part of, as bits, so that one table answers every scanner.
struct ByteClass: OptionSet, Sendable {
  let rawValue: UInt16

  static let digit = ByteClass(rawValue: 1)
  static let lower = ByteClass(rawValue: 2)
  static let upper = ByteClass(rawValue: 4)
  /// `_`
  static let underscore = ByteClass(rawValue: 8)
  /// `-`
  static let hyphen = ByteClass(rawValue: 16)
  /// `.`
  static let dot = ByteClass(rawValue: 32)
  /// `+` and `/`
  static let plusSlash = ByteClass(rawValue: 64)
  /// `=`
  static let equals = ByteClass(rawValue: 128)
  /// `~`, `%`, `!`, `$`, `:` as they stand inside some vendors' tokens
  static let tokenSymbol = ByteClass(rawValue: 256)
  /// `a-f`, `A-F`; digits have their own bit
  static let hexLetter = ByteClass(rawValue: 512)
  /// Blank, tab, line feed, carriage return
  static let blank = ByteClass(rawValue: 1024)
  /// 0x80 and above: a part of some letter
  static let nonASCII = ByteClass(rawValue: 2048)
  /// A digit of base64 that text can begin with: its six bits are the first of a printable byte, a line feed, carriage
  /// return or tab, or of what begins a scalar of UTF-8.
  static let base64Start = ByteClass(rawValue: 4096)
  /// A hexadecimal digit that can not be the first of a text: 0x80 to 0xBF begin nothing in UTF-8.
  static let hexInside = ByteClass(rawValue: 8192)

  static let alpha: ByteClass = [.lower, .upper]
  static let alnum: ByteClass = [.digit, .lower, .upper]
  static let hex: ByteClass = [.digit, .hexLetter]
  static let word: ByteClass = [.digit, .lower, .upper, .underscore]
  /// `[A-Za-z0-9_-]`
  static let tokenChar: ByteClass = [.digit, .lower, .upper, .underscore, .hyphen]
  /// base64 and base64url without padding
  static let base64: ByteClass = [.digit, .lower, .upper, .underscore, .hyphen, .plusSlash]
  /// What a key in a text is made of
  static let identifier: ByteClass = [.digit, .lower, .upper, .underscore, .hyphen, .dot, .nonASCII]

  /// Whether any bit is shared.
  @inline(__always)
  func meets(_ other: ByteClass) -> Bool { rawValue & other.rawValue != 0 }

  /// The class of a byte.
  static func of(_ byte: UInt8) -> ByteClass { classify(byte).union(beginning(byte)) }

  private static func beginning(_ byte: UInt8) -> ByteClass {
    switch byte {
    case UInt8(ascii: "a"), UInt8(ascii: "b"): [.base64Start, .hexInside]
    case UInt8(ascii: "8"), UInt8(ascii: "9"): [.base64Start, .hexInside]
    case UInt8(ascii: "A"), UInt8(ascii: "B"): .hexInside
    // The values 2 and 3 (0x08 to 0x0F), 8 to 31 (0x20 to 0x7F) and 48 to 61 (0xC0 to 0xF7).
    case UInt8(ascii: "C"), UInt8(ascii: "D"), UInt8(ascii: "I")...UInt8(ascii: "Z"),
      UInt8(ascii: "c")...UInt8(ascii: "f"), UInt8(ascii: "w")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "7"):
      .base64Start
    default: []
    }
  }

  private static func classify(_ byte: UInt8) -> ByteClass {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
    case UInt8(ascii: "a")...UInt8(ascii: "f"): [.lower, .hexLetter]
    case UInt8(ascii: "A")...UInt8(ascii: "F"): [.upper, .hexLetter]
    case UInt8(ascii: "g")...UInt8(ascii: "z"): .lower
    case UInt8(ascii: "G")...UInt8(ascii: "Z"): .upper
    case UInt8(ascii: "_"): .underscore
    case UInt8(ascii: "-"): .hyphen
    case UInt8(ascii: "."): .dot
    case UInt8(ascii: "+"), UInt8(ascii: "/"): .plusSlash
    case UInt8(ascii: "="): .equals
    case UInt8(ascii: "~"), UInt8(ascii: "%"), UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: ":"): .tokenSymbol
    case 0x20, 0x09, 0x0A, 0x0D: .blank
    case 0x80...0xFF: .nonASCII
    default: []
    }
  }
}
