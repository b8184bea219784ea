import JSON
import Pattern

/// The operators' own rules. With none of them each of these hooks is a test of one flag.
extension Redactor {
  /// Tries the rules that a text's literals make due; what they find is merged with the rest by `scanText`.
  mutating func scanOperatorRules(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    let due = rules.operators.due(in: bytes, range, scope: operators.scope)
    if !due.isEmpty { tryOperatorRules(due, bytes, range) }
  }

  /// Too short for the built-in rules; a rule for a certain place may want it.
  mutating func scanShortText(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    guard !operators.scope.isEmpty, !range.isEmpty else { return }
    let first = regions.count
    scanOperatorRules(bytes, range)
    mergeRegions(from: first)
  }

  private mutating func tryOperatorRules(_ due: LiteralGroups, _ bytes: Span<UInt8>, _ range: Range<Int>) {
    findUnmarkedParts(bytes, range)
    var due = due
    while let index = due.popFirst() {
      let rule = rules.operators.rules[index]
      while operators.matchers.count <= index { operators.matchers.append(nil) }
      var matcher = operators.matchers[index].take() ?? PatternMatcher(rule.pattern)
      for part in operators.parts {
        matcher.start(bytes, part: part, of: range)
        while let match = matcher.next(bytes) {
          guard let taken = rule.pattern.hasCapture ? match.captured : match.range, !taken.isEmpty,
            taken.count >= rule.lengthMin
          else { continue }
          let whole = wholeCharacters(bytes, taken, range)
          regions.append(Region(start: whole.lowerBound, end: whole.upperBound, rule: rules.operators.rule(index)))
        }
      }
      operators.matchers[index] = matcher
    }
  }

  /// No rule matches in a marker or across one: redacting twice changes nothing, and a marker tells the truth.
  private mutating func findUnmarkedParts(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    operators.parts.removeAll(keepingCapacity: true)
    var start = range.lowerBound
    var place = start
    while place < range.upperBound {
      if bytes[place] == UInt8(ascii: "["), isMarker(bytes, place..<range.upperBound), let end = markerEnd(bytes, place)
      {
        if start < place { operators.parts.append(start..<place) }
        start = end
        place = end
      } else {
        place += 1
      }
    }
    if start < range.upperBound { operators.parts.append(start..<range.upperBound) }
  }

  /// A pattern may say `\x{80}`, but half a character may not stay: what comes out is UTF-8 if what went in was.
  private func wholeCharacters(_ bytes: Span<UInt8>, _ taken: Range<Int>, _ range: Range<Int>) -> Range<Int> {
    var start = taken.lowerBound
    while start > range.lowerBound, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    var end = taken.upperBound
    while end < range.upperBound, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return start..<end
  }

  /// A number in which a rule finds something goes as a whole: half of one is none.
  mutating func scanOperatorNumber(_ token: JSONToken, _ bytes: Span<UInt8>) {
    let first = regions.count
    scanOperatorRules(bytes, token.range)
    guard regions.count > first else { return }
    let rule = regions[first].rule
    regions.removeSubrange(first...)
    regions.append(Region(start: Int(token.start), end: Int(token.end), rule: rule, quotes: 1))
  }

  // MARK: Paths

  /// Finds where the rules with paths hold, before a document is walked.
  mutating func findOperatorPlaces(_ tape: Span<JSONToken>, _ line: Span<UInt8>) {
    operators.findPlaces(rules.operators, root: rootValue, key: rootKey, tape, line)
  }

  /// Whether rules with paths hold for a value; the values inside of one (`depth` > 0) have its path.
  mutating func isInOperatorScope(_ value: Int, depth: Int) -> Bool {
    if depth == 0 { operators.enter(value, rules.operators) }
    return !operators.scope.isEmpty
  }
}
