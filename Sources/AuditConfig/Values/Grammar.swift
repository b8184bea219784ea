/// How one kind of value is written: by the operator in a file, a variable or a flag, and by us when explained.
///
/// The same grammar reads all three sources, so a value means the same wherever it stands. `print` gives a text that
/// `parse` accepts and that is safe to show: a grammar of secrets prints them masked.
struct Grammar<Value: Sendable>: Sendable {
  /// What the reference and the messages call it, range included: `duration, 10ms to 5m`.
  let type: String
  /// A rejected value of a secret grammar is never quoted in a message.
  let isSecret: Bool
  let parse: @Sendable (String) throws(GrammarProblem) -> Value
  let print: @Sendable (Value) -> String

  init(
    _ type: String, isSecret: Bool = false, parse: @escaping @Sendable (String) throws(GrammarProblem) -> Value,
    print: @escaping @Sendable (Value) -> String
  ) {
    self.type = type
    self.isSecret = isSecret
    self.parse = parse
    self.print = print
  }

  /// The same values, but only those within `range`.
  func within(_ range: ClosedRange<Value>) -> Grammar where Value: Comparable {
    let parse = self.parse
    let bounds = (print(range.lowerBound), print(range.upperBound))
    return Grammar("\(type), \(bounds.0) to \(bounds.1)", isSecret: isSecret) { text throws(GrammarProblem) in
      let value = try parse(text)
      guard range.contains(value) else {
        throw GrammarProblem("is out of range: from \(bounds.0) to \(bounds.1) is allowed")
      }
      return value
    } print: { [print] in
      print($0)
    }
  }
}

/// Why a text is not a value. The message continues the sentence that the value begins: `"30" needs a unit: …`.
package struct GrammarProblem: Error, Equatable {
  package let message: String

  init(_ message: String) {
    self.message = message
  }
}
