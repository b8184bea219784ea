import JSON

/// Arrays whose elements are named elsewhere: rows of a table whose columns stand in a sibling, parameters of a
/// statement in a sibling.
extension Redactor {
  /// Columns and parameters that are looked at.
  private static let columnsMax = 1024

  /// What each element of the array under `key` is, or nothing where no sibling says so.
  mutating func columns(
    ofArray key: Int, _ verdict: KeyVerdict, in object: Int, _ siblings: inout Siblings, _ tape: Span<JSONToken>,
    _ bytes: Span<UInt8>
  ) -> [KeyVerdict] {
    let array = key + 1
    let first = array + 1
    guard tape.end(of: array) > first else { return [] }
    if tape[first].kind == .array {
      needsAnotherLook = true
      let columns = siblings.columns ?? headColumns(in: object, tape, bytes)
      siblings.columns = columns
      return columns
    }
    guard verdict.traits.contains(.bindRole), tape[first].kind == .string || tape[first].kind == .number else {
      return []
    }
    needsAnotherLook = true
    let parameters = siblings.parameters ?? statementColumns(in: object, tape, bytes)
    siblings.parameters = parameters
    return parameters
  }

  /// `{"columns":["user","password"],"rows":[[…]]}`, `{"fields":[{"name":"user"},…],"rows":[[…]]}`.
  private mutating func headColumns(
    in object: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>
  ) -> [KeyVerdict] {
    var member = object + 1
    let end = tape.end(of: object)
    for _ in 0..<32 where member < end {
      let head = member + 1
      if tape[head].kind == .array, isHead(member, tape, bytes) {
        let found = names(in: head, tape, bytes)
        if found.contains(where: { $0.strength == .strong }) { return found }
      }
      member = tape.end(of: head)
    }
    return []
  }

  private mutating func isHead(_ key: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>) -> Bool {
    for name: StaticString in [
      "columns", "fields", "header", "headers", "cols", "columnNames", "column_names", "schema", "names", "keys",
    ] where tape[key].isText(in: bytes, name) { return true }
    return false
  }

  private mutating func names(in head: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>) -> [KeyVerdict] {
    var found: [KeyVerdict] = []
    var element = head + 1
    let end = tape.end(of: head)
    while element < end, found.count < Self.columnsMax {
      var named = KeyVerdict.none
      if tape[element].kind == .string {
        named = verdict(ofKey: element, tape, bytes)
      } else if tape[element].kind == .object {
        var member = element + 1
        while member < tape.end(of: element) {
          if tape[member + 1].kind == .string, verdict(ofKey: member, tape, bytes).traits.contains(.nameRole) {
            named = verdict(ofKey: member + 1, tape, bytes)
            break
          }
          member = tape.end(of: member + 1)
        }
      }
      found.append(named)
      element = tape.end(of: element)
    }
    return found
  }

  /// `{"sql":"UPDATE u SET password = ? WHERE id = ?","params":[…]}`.
  private mutating func statementColumns(
    in object: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>
  ) -> [KeyVerdict] {
    var member = object + 1
    let end = tape.end(of: object)
    for _ in 0..<32 where member < end {
      if tape[member + 1].kind == .string, isStatement(member, tape, bytes) {
        var text: [UInt8] = []
        tape[member + 1].decode(in: bytes, into: &text)
        let found = placeholders(text.span)
        return found.contains { $0.strength == .strong } ? found : []
      }
      member = tape.end(of: member + 1)
    }
    return []
  }

  private mutating func isStatement(_ key: Int, _ tape: Span<JSONToken>, _ bytes: Span<UInt8>) -> Bool {
    for name: StaticString in ["sql", "query", "statement", "text", "stmt", "command", "cypher", "q"]
    where tape[key].isText(in: bytes, name) { return true }
    return false
  }

  /// The columns that a statement's `?`, `%s` and `$1` stand for, in the order of the parameters.
  private mutating func placeholders(_ text: Span<UInt8>) -> [KeyVerdict] {
    var found: [KeyVerdict] = []
    var listed: [KeyVerdict] = []  // of the last list of names in parentheses
    var open = -1
    var position = 0
    var index = 0
    while index < text.count, found.count < Self.columnsMax {
      let byte = text[index]
      var number: Int?
      switch byte {
      case UInt8(ascii: "("): (open, position) = (index, 0)
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: ")"):
        if open >= 0 {
          let names = listedNames(text, open + 1..<index)
          if !names.isEmpty { listed = names }
        }
        open = -1
      case UInt8(ascii: "?"): number = found.count
      case UInt8(ascii: "%"): if index + 1 < text.count, text[index + 1] == UInt8(ascii: "s") { number = found.count }
      case UInt8(ascii: "$"):
        var value = 0
        var digit = index + 1
        while digit < text.count, digit < index + 5, text[digit] &- 48 < 10 {
          value = value * 10 + Int(text[digit] &- 48)
          digit += 1
        }
        if value > 0, value <= Self.columnsMax { number = value - 1 }
      default: break
      }
      if let number {
        while found.count <= number { found.append(.none) }
        if let compared = comparedName(text, index) {
          found[number] = compared
        } else if open >= 0, position < listed.count {
          found[number] = listed[position]
        }
      }
      index += 1
    }
    return found
  }

  /// The name before `= ?`.
  private mutating func comparedName(_ text: Span<UInt8>, _ place: Int) -> KeyVerdict? {
    var end = place
    var isCompared = false
    while end > 0, text[end - 1] <= 0x20 || text[end - 1] == UInt8(ascii: "=") {
      isCompared = isCompared || text[end - 1] == UInt8(ascii: "=")
      end -= 1
    }
    while end > 0, isQuote(text[end - 1]) || text[end - 1] == UInt8(ascii: "]") { end -= 1 }
    var start = end
    while start > 0, end - start < KeyClassifier.lengthMax, tables[text[start - 1]].meets(.identifier) { start -= 1 }
    return isCompared && start < end ? verdict(of: text, start..<end) : nil
  }

  /// The names of `(a, b)`; nothing where it is no list of names.
  private mutating func listedNames(_ text: Span<UInt8>, _ range: Range<Int>) -> [KeyVerdict] {
    var names: [KeyVerdict] = []
    var start = range.lowerBound
    for index in range.lowerBound...range.upperBound
    where index == range.upperBound || text[index] == UInt8(ascii: ",") {
      var (first, last) = (start, index)
      while first < last, text[first] <= 0x20 || isQuote(text[first]) { first += 1 }
      while last > first, text[last - 1] <= 0x20 || isQuote(text[last - 1]) { last -= 1 }
      guard first < last, tables[text[first]].meets([.alpha, .underscore, .nonASCII]) else { return [] }
      names.append(verdict(of: text, first..<last))
      start = index + 1
    }
    return names
  }

  /// Walks an array whose elements are columns, or whose elements are arrays of columns.
  mutating func walkColumns(
    _ array: Int, _ columns: [KeyVerdict], _ tape: Span<JSONToken>, _ bytes: Span<UInt8>, depth: Int, personal: Bool
  ) {
    var element = array + 1
    var index = 0
    let end = tape.end(of: array)
    let isTable = element < end && tape[element].kind == .array
    while element < end {
      if isTable, tape[element].kind == .array {
        walkColumns(row: element, columns, tape, bytes, depth: depth, personal: personal)
      } else {
        let verdict = index < columns.count ? columns[index] : .none
        walk(element, verdict, tape, bytes, depth: depth, personal: personal)
      }
      element = tape.end(of: element)
      index += 1
    }
  }

  private mutating func walkColumns(
    row: Int, _ columns: [KeyVerdict], _ tape: Span<JSONToken>, _ bytes: Span<UInt8>, depth: Int, personal: Bool
  ) {
    var element = row + 1
    var index = 0
    while element < tape.end(of: row) {
      let verdict = index < columns.count ? columns[index] : .none
      walk(element, verdict, tape, bytes, depth: depth, personal: personal)
      element = tape.end(of: element)
      index += 1
    }
  }
}
