/// What may be asked of a place between two bytes.
enum Assertion: UInt8, Sendable, Hashable {
  case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
  /// The byte behind is no UTF-8 continuation byte: a character ends here.
  case characterEnd

  func holds(before: ByteContext, after: ByteContext) -> Bool {
    switch self {
    case .textStart: before.contains(.edge)
    case .textEnd: after.contains(.edge)
    case .lineStart: before.contains(.edge) || before.contains(.lineFeed)
    case .lineEnd: after.contains(.edge) || after.contains(.lineFeed)
    case .wordBoundary: before.contains(.word) != after.contains(.word)
    case .noWordBoundary: before.contains(.word) == after.contains(.word)
    case .characterEnd: !after.contains(.continuation)
    }
  }

  /// What it has to know of the bytes around.
  var context: ByteContext {
    switch self {
    case .textStart, .textEnd: .edge
    case .lineStart, .lineEnd: [.edge, .lineFeed]
    case .wordBoundary, .noWordBoundary: .word
    case .characterEnd: .continuation
    }
  }
}

/// What assertions know of a byte, or of the edge of the text.
struct ByteContext: OptionSet, Hashable, Sendable {
  let rawValue: UInt8
  /// A letter, digit or underscore of ASCII.
  static let word = ByteContext(rawValue: 1)
  static let lineFeed = ByteContext(rawValue: 2)
  static let continuation = ByteContext(rawValue: 4)
  /// No byte: the text begins or ends.
  static let edge = ByteContext(rawValue: 8)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(of byte: UInt8) {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      self = .word
    case UInt8(ascii: "\n"): self = .lineFeed
    case 0x80...0xBF: self = .continuation
    default: self = []
    }
  }
}
