/// Durations as operators write them: whole numbers with units, from large to small, each unit once at most.
///
///     duration = 1*(number unit)      90d   12h   30s   500ms   1h30m
///     unit     = "d" / "h" / "m" / "s" / "ms"
///
/// A day is 24 hours. There are no fractions, no signs and no bare numbers: `30` could be seconds or days.
package enum DurationGrammar {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// What to write, for the end of a message.
  private static let hint = "write a number and a unit (d, h, m, s or ms), as in 90d, 12h, 30s, 500ms or 1h30m"

  /// The duration that `text` says, exact to the millisecond.
  package static func parse(_ text: String) throws(GrammarProblem) -> Duration {
    guard !text.isEmpty else { throw GrammarProblem("is empty: \(hint)") }
    guard text.utf8.first != UInt8(ascii: "-") else { throw GrammarProblem("is negative: \(hint)") }
    var rest = text[...]
    var total: Int64 = 0
    var unitsLeft = units[...]
    while !rest.isEmpty {
      let (number, unit) = try nextComponent(of: &rest)
      guard let index = units.firstIndex(where: { $0.name == unit }) else {
        throw GrammarProblem("has an unknown unit: \(hint)")
      }
      guard unitsLeft.indices.contains(index) else {
        throw GrammarProblem("has its units out of order: they go from large to small, each once, as in 1h30m")
      }
      unitsLeft = units[(index + 1)...]
      let (part, overflowOfPart) = number.multipliedReportingOverflow(by: units[index].milliseconds)
      let (sum, overflowOfSum) = total.addingReportingOverflow(part)
      guard !overflowOfPart, !overflowOfSum else { throw GrammarProblem("is too long a duration") }
      total = sum
    }
    return .milliseconds(total)
  }

  /// Takes one number and its unit off the front.
  private static func nextComponent(of rest: inout Substring) throws(GrammarProblem) -> (Int64, Substring) {
    let digits = rest.prefix { ("0"..."9").contains($0) }
    guard !digits.isEmpty else { throw GrammarProblem("is not a duration: \(hint)") }
    guard let number = Int64(digits) else { throw GrammarProblem("is too long a duration") }
    rest.removeFirst(digits.count)
    let unit = rest.prefix { !("0"..."9").contains($0) }
    guard !unit.isEmpty else { throw GrammarProblem("needs a unit: \(hint)") }
    rest.removeFirst(unit.count)
    return (number, unit)
  }

  /// The shortest text with that meaning, `1h30m` for 90 minutes; what is below a millisecond is cut off, and a
  /// negative duration, which no configuration can hold, has a `-` in front.
  package static func print(_ duration: Duration) -> String {
    guard duration >= .zero else { return "-" + print(.zero - duration) }
    var (seconds, attoseconds) = duration.components
    var text = ""
    for unit in units where unit.milliseconds >= 1000 {
      let (count, remainder) = seconds.quotientAndRemainder(dividingBy: unit.milliseconds / 1000)
      if count > 0 { text += "\(count)\(unit.name)" }
      seconds = remainder
    }
    attoseconds /= 1_000_000_000_000_000
    if attoseconds > 0 { text += "\(attoseconds)ms" }
    return text.isEmpty ? "0s" : text
  }
}

extension Grammar where Value == Duration {
  static let duration = Grammar("duration", parse: DurationGrammar.parse, print: DurationGrammar.print)
}
