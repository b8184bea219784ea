/// Reads the text of a pattern: the part of RE2's syntax that has a meaning without remembering and without looking around.
///
/// What other engines understand and this one cannot is refused with its column, never taken for something else.
struct PatternParser {
  struct Group: Sendable {
    let name: String?
    let place: Int
  }

  struct Flags {
    var foldsCase = false
    var dotTakesLineFeed = false
    var anchorsMeanLines = false
  }

  let text: [Unicode.Scalar]
  var at = 0
  var flags = Flags()
  /// The capturing groups, in the order of their opening.
  private(set) var groups: [Group] = []
  private var depth = 0

  /// Groups within groups.
  static let depthMax = 32
  /// The largest number in `{m,n}`.
  static let countMax = 1000

  init(_ text: String) { self.text = Array(text.unicodeScalars) }

  /// The whole pattern.
  mutating func parse() throws(PatternError) -> PatternNode {
    let node = try parseChoice()
    guard at == text.count else { throw PatternError(at: at, "this ) closes nothing; write \\) for the character") }
    return node
  }

  var next: Unicode.Scalar? { at < text.count ? text[at] : nil }

  func stands(_ word: String) -> Bool { text[at...].starts(with: word.unicodeScalars) }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    at += 1
    return true
  }

  private mutating func parseChoice() throws(PatternError) -> PatternNode {
    var choices = [try parseSequence()]
    while take("|") { choices.append(try parseSequence()) }
    return choices.count == 1 ? choices[0] : .choice(choices)
  }

  private mutating func parseSequence() throws(PatternError) -> PatternNode {
    var nodes: [PatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let place = at
      guard let node = try parseAtom(scalar) else { continue }
      nodes.append(try parseRepetition(of: node, from: place))
    }
    return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
  }

  /// - Returns: nil for what has no place in the pattern itself, such as `(?i)`.
  private mutating func parseAtom(_ scalar: Unicode.Scalar) throws(PatternError) -> PatternNode? {
    at += 1
    switch scalar {
    case "(": return try parseGroup()
    case "[": return .set(try parseClass())
    case "\\": return try parseEscape()
    case ".": return .set(flags.dotTakesLineFeed ? .all : ScalarSet(0x0A).inverted)
    case "^": return .assertion(flags.anchorsMeanLines ? .lineStart : .textStart)
    case "$": return .assertion(flags.anchorsMeanLines ? .lineEnd : .textEnd)
    case "*", "+", "?":
      throw PatternError(at: at - 1, "\(scalar) has nothing to repeat; write \\\(scalar) for the character")
    default:
      if scalar == "{" {
        let place = at - 1
        at = place
        if try parseCount() != nil {
          throw PatternError(at: place, "{…} has nothing to repeat; write \\{ for the character")
        }
        at = place + 1
      }
      return literal(scalar)
    }
  }

  func literal(_ scalar: Unicode.Scalar) -> PatternNode {
    let set = ScalarSet(scalar.value)
    return .set(flags.foldsCase ? set.folded : set)
  }

  private mutating func parseRepetition(of node: PatternNode, from place: Int) throws(PatternError) -> PatternNode {
    guard let bounds = try parseBounds() else { return node }
    let isLazy = take("?")
    if next == "+" {
      throw PatternError(at: at, "possessive repetition is not supported; write the repetition without +")
    }
    let again = at
    if try parseBounds() != nil {
      throw PatternError(at: again, "a repetition of a repetition; put the inner one into (?:…) if it is meant")
    }
    return .repeated(node, min: bounds.min, max: bounds.max, isLazy: isLazy, place: place)
  }

  private mutating func parseBounds() throws(PatternError) -> (min: Int, max: Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    return next == "{" ? try parseCount() : nil
  }

  /// `{m}`, `{m,}`, `{m,n}`; nil, and nothing taken, where the brace is a character like others.
  private mutating func parseCount() throws(PatternError) -> (min: Int, max: Int?)? {
    let start = at
    at += 1
    guard let min = try parseNumber() else {
      let isOpen = stands(",") && text[(at + 1)...].first.map { ("0"..."9").contains($0) } == true
      at = start
      if isOpen { throw PatternError(at: start, "the least number is missing; write {0,n}") }
      return nil
    }
    var max: Int? = min
    if take(",") { max = try parseNumber() }
    guard take("}") else {
      at = start
      return nil
    }
    if let max, max < min { throw PatternError(at: start, "the most is less than the least") }
    return (min, max)
  }

  private mutating func parseNumber() throws(PatternError) -> Int? {
    let start = at
    var number = 0
    while let scalar = next, ("0"..."9").contains(scalar) {
      number = number * 10 + Int(scalar.value - 0x30)
      at += 1
      if number > Self.countMax { throw PatternError(at: start, "at most \(Self.countMax) repetitions can be counted") }
    }
    return at > start ? number : nil
  }

  /// A group within the present one. Flags that are set inside end with it.
  mutating func parseInside(of open: Int) throws(PatternError) -> PatternNode {
    depth += 1
    guard depth <= Self.depthMax else {
      throw PatternError(at: open, "more than \(Self.depthMax) groups within groups")
    }
    let saved = flags
    let node = try parseChoice()
    guard take(")") else { throw PatternError(at: open, "this group is never closed") }
    flags = saved
    depth -= 1
    return node
  }

  /// A group that captures.
  mutating func parseCapture(named name: String?, of open: Int) throws(PatternError) -> PatternNode {
    if let name, groups.contains(where: { $0.name == name }) {
      throw PatternError(at: open, "there are two groups named \(name)")
    }
    groups.append(Group(name: name, place: open))
    let number = groups.count
    return .capture(try parseInside(of: open), number: number)
  }
}
