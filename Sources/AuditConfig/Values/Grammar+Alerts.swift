import AuditAlert

extension Grammar where Value == String {
  /// The beginning of an http or https URL, without a slash at the end.
  static let webAddress = Grammar("URL") { text throws(GrammarProblem) in
    var text = text[...]
    while text.last == "/" { text.removeLast() }
    guard text.hasPrefix("https://") || text.hasPrefix("http://"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      !text.contains("@")
    else { throw GrammarProblem("is no http or https URL") }
    return String(text)
  } print: {
    $0
  }
}

extension Grammar where Value == AddressGuard.Range {
  static let addressRange = Grammar("address or range") { text throws(GrammarProblem) in
    guard let range = AddressGuard.Range(text) else {
      throw GrammarProblem("is no address or range of addresses, such as 127.0.0.0/8 or ::1")
    }
    return range
  } print: {
    $0.description
  }
}
