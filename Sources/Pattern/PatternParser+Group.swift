extension PatternParser {
  /// What follows an opening parenthesis.
  mutating func parseGroup() throws(PatternError) -> PatternNode? {
    let open = at - 1
    guard next == "?" else {
      if next == "*" { throw PatternError(at: open, "(*…) is not supported") }
      return try parseCapture(named: nil, of: open)
    }
    for (word, message) in Self.refused where stands(word) { throw PatternError(at: open, message) }
    at += 1
    if stands("P<") || stands("<") {
      at += next == "P" ? 2 : 1
      return try parseCapture(named: try parseName(of: open), of: open)
    }
    return try parseFlags(of: open)
  }

  private static let lookAround =
    "looking ahead or behind cannot be done in linear time; match the text around and capture the part that goes"

  /// Longer words first.
  private static let refused: [(word: String, message: String)] = [
    ("?<=", lookAround), ("?<!", lookAround), ("?=", lookAround), ("?!", lookAround),
    ("?P=", "a reference back to a group cannot be matched in linear time"),
    ("?P>", "recursion is not supported"), ("?R", "recursion is not supported"), ("?&", "recursion is not supported"),
    ("?>", "atomic groups are not supported; write (?:…)"), ("?(", "conditions are not supported"),
    ("?#", "comments are not supported"), ("?|", "(?|…) is not supported; write (?:…)"),
    ("?'", "write the group's name as (?P<name>…)"),
  ]

  private mutating func parseName(of open: Int) throws(PatternError) -> String {
    var name = String.UnicodeScalarView()
    while let scalar = next, scalar != ">" {
      guard scalar.isASCII, scalar.properties.isAlphabetic || scalar == "_" || ("0"..."9").contains(scalar) else {
        break
      }
      name.append(scalar)
      at += 1
    }
    guard take(">"), let first = name.first, !("0"..."9").contains(first) else {
      throw PatternError(at: open, "a group's name is letters, digits and _ between < and >")
    }
    return String(name)
  }

  /// `(?i)`, `(?i-s)`, `(?i:…)`, `(?:…)`.
  private mutating func parseFlags(of open: Int) throws(PatternError) -> PatternNode? {
    var changed = flags
    var isOn = true
    while let scalar = next {
      at += 1
      switch scalar {
      case "i": changed.foldsCase = isOn
      case "s": changed.dotTakesLineFeed = isOn
      case "m": changed.anchorsMeanLines = isOn
      case "-" where isOn: isOn = false
      case ")":
        flags = changed
        return nil
      case ":":
        let saved = flags
        flags = changed
        let node = try parseInside(of: open)
        flags = saved
        return node
      default: throw PatternError(at: at - 1, "\(scalar) is no flag; there are i, m and s")
      }
    }
    throw PatternError(at: open, "this group is never closed")
  }
}
