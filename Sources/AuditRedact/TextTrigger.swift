/// Single bytes at which a text scanner looks around.
enum TextTrigger: UInt8, Sendable {
  case none, assign, at, digit, percent, backslash, quote, hyphen, angle, ampersand, wide

  static func trigger(_ byte: UInt8) -> TextTrigger {
    switch byte {
    case UInt8(ascii: "="), UInt8(ascii: ":"): .assign
    case UInt8(ascii: "@"): .at
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
    case UInt8(ascii: "%"): .percent
    case UInt8(ascii: "\\"): .backslash
    case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): .quote
    case UInt8(ascii: "-"): .hyphen
    case UInt8(ascii: "<"): .angle
    case UInt8(ascii: "&"): .ampersand
    case 0xEF: .wide
    default: .none
    }
  }
}
