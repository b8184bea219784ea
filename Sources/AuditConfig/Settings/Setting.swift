/// What is known of a setting besides its value: one row of the reference.
struct SettingDescription: Sendable {
  let key: SettingKey
  /// The kind of value, range included.
  let type: String
  let isList: Bool
  let isSecret: Bool
  /// The flag that sets it, with its dashes.
  let flag: String?
  /// What holds while it is not set, for a setting that has no default value of its own.
  let absent: String
  /// What it does, in a sentence.
  let doc: String
}

/// One row of the table of settings: how its text becomes a property of `Owner`, and back.
///
/// The default is the property's initial value and stands nowhere else.
struct Setting<Owner>: Sendable {
  let description: SettingDescription
  /// Sets the property from the texts of one source: exactly one unless the setting is a list.
  let apply: @Sendable ([String], inout Owner) throws(GrammarProblem) -> Void
  /// The value, safe to print; nil where it is not set.
  let show: @Sendable (Owner) -> String?
}

/// A path to a property that may be shared between threads.
typealias PropertyPath<Owner, Value> = WritableKeyPath<Owner, Value> & Sendable

extension Setting {
  /// A setting that always has a value.
  init<Value>(
    _ key: SettingKey, _ grammar: Grammar<Value>, _ property: any PropertyPath<Owner, Value>, flag: String? = nil,
    doc: String
  ) {
    description = SettingDescription(
      key: key, type: grammar.type, isList: false, isSecret: grammar.isSecret, flag: flag, absent: "", doc: doc)
    apply = { texts, owner throws(GrammarProblem) in
      owner[keyPath: property] = try grammar.parse(only(texts))
    }
    show = { grammar.print($0[keyPath: property]) }
  }

  /// A setting that may be absent; `absent` says what holds then.
  init<Value>(
    _ key: SettingKey, _ grammar: Grammar<Value>, _ property: any PropertyPath<Owner, Value?>, absent: String,
    flag: String? = nil, doc: String
  ) {
    description = SettingDescription(
      key: key, type: grammar.type, isList: false, isSecret: grammar.isSecret, flag: flag, absent: absent, doc: doc)
    apply = { texts, owner throws(GrammarProblem) in
      owner[keyPath: property] = try grammar.parse(only(texts))
    }
    show = { $0[keyPath: property].map(grammar.print) }
  }

  /// A setting that is a list. A source that sets it replaces it; lists of several sources are not joined.
  init<Value>(
    _ key: SettingKey, listOf grammar: Grammar<Value>, _ property: any PropertyPath<Owner, [Value]>,
    flag: String? = nil, doc: String
  ) {
    description = SettingDescription(
      key: key, type: "list, each a \(grammar.type)", isList: true, isSecret: grammar.isSecret, flag: flag,
      absent: "none",
      doc: doc)
    apply = { texts, owner throws(GrammarProblem) in
      var values: [Value] = []
      for text in texts { values.append(try grammar.parse(text)) }
      owner[keyPath: property] = values
    }
    show = { owner in
      let values = owner[keyPath: property]
      return values.isEmpty ? nil : values.map(grammar.print).joined(separator: ", ")
    }
  }
}

private func only(_ texts: [String]) throws(GrammarProblem) -> String {
  guard texts.count == 1 else { throw GrammarProblem("takes one value, and \(texts.count) are given") }
  return texts[0]
}
