extension PatternParser {
  /// What follows a backslash outside of a class.
  mutating func parseEscape() throws(PatternError) -> PatternNode {
    if let named = namedSet(next) {
      at += 1
      return .set(named)
    }
    switch next {
    case "b": return assertion(.wordBoundary)
    case "B": return assertion(.noWordBoundary)
    case "A": return assertion(.textStart)
    case "z": return assertion(.textEnd)
    default: return literal(try parseCharacterEscape())
    }
  }

  private mutating func assertion(_ assertion: Assertion) -> PatternNode {
    at += 1
    return .assertion(assertion)
  }

  /// `\d`, `\w`, `\s` and their opposites, of ASCII as in RE2.
  func namedSet(_ scalar: Unicode.Scalar?) -> ScalarSet? {
    switch scalar {
    case "d": .digits
    case "D": ScalarSet.digits.inverted
    case "w": .word
    case "W": ScalarSet.word.inverted
    case "s": .blanks
    case "S": ScalarSet.blanks.inverted
    default: nil
    }
  }

  /// A single character: `\n`, `\x41`, `\x{e9}`, `\.`.
  mutating func parseCharacterEscape() throws(PatternError) -> Unicode.Scalar {
    let open = at - 1
    guard let scalar = next else {
      throw PatternError(at: open, "the pattern ends with a \\; write \\\\ for the character")
    }
    at += 1
    switch scalar {
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "f": return "\u{0C}"
    case "v": return "\u{0B}"
    case "a": return "\u{07}"
    case "0": return "\0"
    case "x": return try parseHex(of: open)
    case "1"..."9", "k", "g":
      throw PatternError(at: open, "a reference back to a group cannot be matched in linear time")
    case "p", "P", "X":
      throw PatternError(at: open, "\\\(scalar) is not supported; write the characters in [ ]")
    case "Z": throw PatternError(at: open, "\\Z is not supported; write \\z for the end of the text")
    case "u": throw PatternError(at: open, "\\u is not supported; write \\x{…}")
    case "Q", "E": throw PatternError(at: open, "\\\(scalar) is not supported; write a \\ before each sign")
    default:
      guard scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar), scalar.value >= 0x20 else {
        throw PatternError(at: open, "\\ before this character has no meaning")
      }
      return scalar
    }
  }

  private mutating func parseHex(of open: Int) throws(PatternError) -> Unicode.Scalar {
    let isLong = take("{")
    var value: UInt32 = 0
    let first = at
    while let digit = next.flatMap({ $0.isASCII ? Character($0).hexDigitValue : nil }), at - first < (isLong ? 6 : 2) {
      value = value << 4 | UInt32(digit)
      at += 1
    }
    let isWhole = isLong ? at > first && take("}") : at - first == 2
    guard isWhole, let scalar = Unicode.Scalar(value) else {
      throw PatternError(at: open, "write a character's number as \\x and two hexadecimal digits, or \\x{…}")
    }
    return scalar
  }
}
