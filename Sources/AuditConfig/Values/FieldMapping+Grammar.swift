import AuditModel

extension Grammar where Value == FieldMapping.Condition {
  static let mappingCondition = Grammar("pointer or pointer=text") { text throws(GrammarProblem) in
    guard let condition = FieldMapping.Condition(text) else {
      throw GrammarProblem("is not a JSON pointer, such as /call/name or /kind=tool-call")
    }
    return condition
  } print: {
    $0.text
  }
}

extension Grammar where Value == FieldMapping.Assignment {
  static let mappingField = Grammar("column=pointer or column=\"text\"") { text throws(GrammarProblem) in
    guard let field = FieldMapping.Assignment(text) else {
      let column = text.prefix { $0 != "=" }
      let known = FieldMapping.Column.allCases.map(\.rawValue)
      guard known.contains(String(column)) else {
        let suggestion = nearestName(to: String(column), among: known).map { "; did you mean \($0)?" } ?? ""
        throw GrammarProblem("does not begin with a column: \(known.joined(separator: ", "))\(suggestion)")
      }
      throw GrammarProblem("is not a column with a JSON pointer or a text in quotes, such as tool=/call/name")
    }
    return field
  } print: {
    $0.text
  }
}
