import AuditModel

extension Grammar where Value == ListenAddress {
  static let listenAddress = Grammar("URL to listen on") { text throws(GrammarProblem) in
    do throws(ListenAddress.Problem) {
      return try ListenAddress(text)
    } catch {
      throw GrammarProblem(error.description)
    }
  } print: {
    $0.url
  }

  static let answeringAddress = Grammar("host:port") { text throws(GrammarProblem) in
    do throws(ListenAddress.Problem) {
      return try ListenAddress(answeringOn: text)
    } catch {
      throw GrammarProblem(error.description)
    }
  } print: {
    String($0.description.dropFirst("http://".count))
  }
}

extension Grammar
where Value: RawRepresentable & CaseIterable, Value.RawValue == String, Value.AllCases: Sendable {
  /// One of a few words.
  static func word(_ what: String) -> Grammar {
    let words = Value.allCases.map(\.rawValue)
    return Grammar(words.joined(separator: ", ")) { text throws(GrammarProblem) in
      guard let value = Value(rawValue: text) else {
        let suggestion = nearestName(to: text, among: words).map { "; did you mean \($0)?" } ?? ""
        throw GrammarProblem("is not a word for \(what): \(words.joined(separator: ", "))\(suggestion)")
      }
      return value
    } print: {
      $0.rawValue
    }
  }
}
