extension FileSource {
  /// One field of a section: its texts, and where it stands.
  struct Field {
    let texts: [String]
    let origin: ConfigurationOrigin
  }

  /// Reads a list of sections. What is wrong with one of them leaves the others.
  func readList(
    _ list: SectionList, _ node: YAMLNode, key: YAMLNode, in scope: SettingScope,
    into assembly: inout ConfigurationAssembly
  ) {
    let path = scope.fullKey(list.rawValue)
    switch node.content {
    case .nothing:
      assembly.report(
        ConfigurationProblem(at: origin(of: key), key: path, "has no value: give it one or remove the key"))
    case .scalar, .section:
      assembly.report(
        ConfigurationProblem(
          at: origin(of: node), key: path, "is a list of sections: begin each with `- \(list.fields[0].name): `"))
    case .list(let items):
      for (index, item) in items.enumerated() { readItem(list, item, number: index + 1, in: scope, into: &assembly) }
      assembly.note(list, in: scope, from: origin(of: key))
    }
  }

  private func readItem(
    _ list: SectionList, _ node: YAMLNode, number: Int, in scope: SettingScope,
    into assembly: inout ConfigurationAssembly
  ) {
    var place = SectionPlace(key: "\(scope.fullKey(list.rawValue)).\(number)", origin: origin(of: node))
    guard case .section(let children) = node.content else {
      return assembly.report(place.problem(nil, "must be a section that begins with \(list.fields[0].name)"))
    }
    let before = assembly.problems.count
    var fields: [String: Field] = [:]
    for child in children {
      guard let name = child.name, let field = list.fields.first(where: { $0.name == name }) else {
        let nearest = child.name.flatMap { nearestName(to: $0, among: list.fields.map(\.name)) }
        assembly.report(
          ConfigurationProblem(
            at: origin(of: child.key), key: child.name.map { "\(place.key).\($0)" }, "is not a known key",
            suggestion: nearest))
        continue
      }
      guard let texts = texts(of: child.value, for: field, place, key: child.key, into: &assembly) else { continue }
      fields[name] = Field(texts: texts, origin: origin(of: child.value))
      place.fields[name] = origin(of: child.value)
    }
    for field in list.fields where field.isRequired && !children.contains(where: { $0.name == field.name }) {
      assembly.report(place.problem(nil, "has no \(field.name)"))
    }
    guard assembly.problems.count == before else { return }
    do {
      switch list {
      case .redactionRules: assembly.add(try rule(fields, place, in: scope), in: scope)
      case .redactionTests: assembly.add(try test(fields, place), in: scope)
      case .alertReceivers, .alertRoutes, .alertInhibitions, .alertMaintenance, .alertLabels:
        try readAlertSection(list, fields, place, into: &assembly)
      }
    } catch {
      assembly.report(error.problem)
    }
  }

  private func texts(
    of node: YAMLNode, for field: SectionField, _ place: SectionPlace, key: YAMLNode,
    into assembly: inout ConfigurationAssembly
  ) -> [String]? {
    func wrong(_ node: YAMLNode, _ message: String) -> [String]? {
      assembly.report(ConfigurationProblem(at: origin(of: node), key: "\(place.key).\(field.name)", message))
      return nil
    }
    switch (node.content, field.isList) {
    case (.nothing, _): return wrong(key, "has no value: give it one or remove the key")
    case (.scalar(let text), false): return [text]
    case (.scalar, true): return wrong(node, "is a list: write each value on a line of its own, after `- `")
    case (.list(let items), true):
      let texts = items.compactMap { if case .scalar(let text) = $0.content { text } else { nil } }
      return texts.count == items.count ? texts : wrong(node, "takes a list of single values")
    case (.list, false), (.section, _):
      return wrong(node, "takes one value (\(field.type)); write JSON between single quotes")
    }
  }

  struct WrongField: Error {
    let problem: ConfigurationProblem
  }

  private func rule(_ fields: [String: Field], _ place: SectionPlace, in scope: SettingScope) throws(WrongField)
    -> RedactionRule
  {
    var rule = RedactionRule()
    rule.name = try text(fields, "name", place) ?? ""
    rule.place = place
    if !rule.name.contains(where: \.isNewline) {
      rule.place.key = "\(scope.fullKey(SectionList.redactionRules.rawValue)).\(rule.name)"
    }
    rule.pattern = try text(fields, "pattern", place) ?? ""
    rule.keywords = fields["keywords"]?.texts ?? []
    rule.capture = try text(fields, "capture", place)
    rule.paths = fields["paths"]?.texts ?? []
    rule.minLength =
      try fields["min_length"].map { field throws(WrongField) in
        do throws(GrammarProblem) {
          return try Grammar<Int>.count.within(0...4096).parse(field.texts[0])
        } catch {
          throw WrongField(
            problem: place.problem("min_length", "\(field.texts[0].prefix(40).debugDescription) \(error.message)"))
        }
      } ?? 0
    return rule
  }

  private func test(_ fields: [String: Field], _ place: SectionPlace) throws(WrongField) -> RedactionTest {
    var test = RedactionTest()
    test.place = place
    test.input = Self.trimmed(try text(fields, "input", place) ?? "")
    test.expect = fields["expect"].map { Self.trimmed($0.texts[0]) }
    test.rule = try text(fields, "rule", place)
    test.removes = try text(fields, "removes", place)
    if let keeps = fields["keeps"] {
      guard keeps.texts[0] == "true" else {
        throw WrongField(
          problem: place.problem("keeps", "is true or left out; for what goes, write expect, rule or removes"))
      }
      test.keeps = true
    }
    let others = test.expect != nil || test.rule != nil || test.removes != nil
    guard test.keeps != others else {
      throw WrongField(
        problem: place.problem(
          nil,
          others
            ? "keeps says that nothing goes, and the rest that something does"
            : "says nothing of its input: write expect, keeps, rule or removes"))
    }
    return test
  }

  /// A text that is not empty.
  func text(_ fields: [String: Field], _ name: String, _ place: SectionPlace) throws(WrongField) -> String? {
    guard let text = fields[name]?.texts[0] else { return nil }
    guard !text.isEmpty else { throw WrongField(problem: place.problem(name, "is empty")) }
    return text
  }

  /// A block of YAML ends with a line feed that nobody means.
  private static func trimmed(_ text: String) -> String { text.hasSuffix("\n") ? String(text.dropLast()) : text }
}
