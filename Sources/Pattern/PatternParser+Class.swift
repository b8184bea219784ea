extension PatternParser {
  /// What follows an opening bracket: characters, ranges and `\d`, `\w`, `\s`, until the closing one.
  mutating func parseClass() throws(PatternError) -> ScalarSet {
    let open = at - 1
    let isNegated = take("^")
    var set = ScalarSet()
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      let place = at
      if stands("[:") {
        throw PatternError(at: at, "write the characters themselves, such as a-zA-Z; [:…:] is not supported")
      }
      at += 1
      guard let low = try scalar == "\\" ? parseClassEscape(&set) : scalar else {
        if stands("-"), at + 1 < text.count, text[at + 1] != "]" {
          throw PatternError(at: at, "a range begins with a character; write \\- for the hyphen")
        }
        continue
      }
      guard next == "-", at + 1 < text.count, text[at + 1] != "]" else {
        set = set.union(ScalarSet(low.value))
        continue
      }
      at += 1
      let end = text[at]
      at += 1
      var none = ScalarSet()
      guard let high = try end == "\\" ? parseClassEscape(&none) : end else {
        throw PatternError(at: place, "a range ends with a character")
      }
      guard low <= high else { throw PatternError(at: place, "the range \(low)-\(high) is upside down") }
      set = set.union(ScalarSet([low.value...high.value]))
    }
    guard take("]") else { throw PatternError(at: open, "this [ is never closed; write \\[ for the character") }
    if flags.foldsCase { set = set.folded }
    return isNegated ? set.inverted : set
  }

  /// - Returns: nil for a set of characters, which is added.
  private mutating func parseClassEscape(_ set: inout ScalarSet) throws(PatternError) -> Unicode.Scalar? {
    if next == "b" { throw PatternError(at: at - 1, "\\b is a place between characters, and no character") }
    if let named = namedSet(next) {
      at += 1
      set = set.union(named)
      return nil
    }
    return try parseCharacterEscape()
  }
}
