import JSON
import Pattern

/// What a redactor needs to try the operators' rules: a matcher for each that was ever due, and where those with paths hold.
struct OperatorScan: Sendable {
  var matchers: [PatternMatcher?] = []
  /// The rules with paths that hold for the value that is being looked at.
  var scope = LiteralGroups()
  /// The parts of the present text between markers.
  var parts: [Range<Int>] = []
  /// For each rule with paths the tokens below them, sorted and apart.
  private var places: [[Range<Int>]] = []

  /// Finds where the rules with paths hold in a document.
  /// - Parameters:
  ///   - root: the value where pointers begin.
  ///   - key: its key, which is the pointers' first step, or -1.
  mutating func findPlaces(
    _ table: OperatorRuleTable, root: Int, key: Int, _ tape: Span<JSONToken>, _ line: Span<UInt8>
  ) {
    scope = LiteralGroups()
    while places.count < table.scoped.count { places.append([]) }
    for (slot, index) in table.scoped.enumerated() {
      places[slot].removeAll(keepingCapacity: true)
      for path in table.rules[index].paths { Self.descend(path[...], root, key, tape, line, &places[slot]) }
      if places[slot].count > 1 { places[slot] = Self.joined(places[slot]) }
    }
  }

  private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var joined: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, range.lowerBound < last.upperBound {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    return joined
  }

  private static func descend(
    _ path: ArraySlice<OperatorRule.Step>, _ value: Int, _ key: Int, _ tape: Span<JSONToken>, _ line: Span<UInt8>,
    _ ranges: inout [Range<Int>]
  ) {
    guard let step = path.first else { return ranges.append(value..<tape.end(of: value)) }
    if key >= 0 {
      if step.isAny || isStep(step, key, tape, line) { descend(path.dropFirst(), value, -1, tape, line, &ranges) }
      return
    }
    guard tape[value].kind == .object || tape[value].kind == .array else { return }
    let isObject = tape[value].kind == .object
    var child = value + 1
    var index = 0
    while child < tape.end(of: value) {
      let member = isObject ? child + 1 : child
      if step.isAny || (isObject ? isStep(step, child, tape, line) : step.number == index) {
        descend(path.dropFirst(), member, -1, tape, line, &ranges)
      }
      child = tape.end(of: member)
      index += 1
    }
  }

  /// Whether a key is a step's name.
  private static func isStep(
    _ step: OperatorRule.Step, _ key: Int, _ tape: Span<JSONToken>, _ line: Span<UInt8>
  ) -> Bool {
    let token = tape[key]
    guard !token.hasEscapes else {
      var name: [UInt8] = []
      token.decode(in: line, into: &name)
      return name == step.name
    }
    let range = token.range
    guard range.count == step.name.count else { return false }
    for offset in 0..<range.count where line[range.lowerBound + offset] != step.name[offset] { return false }
    return true
  }

  /// Notes which rules with paths hold for a value.
  mutating func enter(_ value: Int, _ table: OperatorRuleTable) {
    scope = LiteralGroups()
    for (rule, ranges) in zip(table.scoped, places) {
      // The last range that begins at or before the value.
      var low = 0
      var high = ranges.count
      while low < high {
        let middle = (low + high) / 2
        if ranges[middle].lowerBound <= value { low = middle + 1 } else { high = middle }
      }
      if low > 0, ranges[low - 1].contains(value) { scope.insert(rule) }
    }
  }
}
