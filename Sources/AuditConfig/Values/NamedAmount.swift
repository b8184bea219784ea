/// How much of something has a name: `platform=200`.
package struct NamedAmount: Sendable, Hashable {
  package let name: String
  /// Not negative, finite.
  package let amount: Double
}

extension Grammar where Value == NamedAmount {
  static let namedAmount = Grammar("name=number") { text throws(GrammarProblem) in
    guard let mark = text.lastIndex(of: "="), mark > text.startIndex,
      let amount = Double(text[text.index(after: mark)...]), amount.isFinite, amount >= 0
    else { throw GrammarProblem("is no name and number, such as platform=200") }
    return NamedAmount(name: String(text[..<mark]), amount: amount)
  } print: {
    "\($0.name)=\($0.amount == $0.amount.rounded() && $0.amount < 1e15 ? "\(Int64($0.amount))" : "\($0.amount)")"
  }
}
