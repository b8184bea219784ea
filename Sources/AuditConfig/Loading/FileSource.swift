import AuditModel

/// The configuration file: a YAML document whose sections nest as the dots of the keys do.
struct FileSource {
  let path: String

  func read(with reader: ConfigurationLoader.FileReader, into assembly: inout ConfigurationAssembly) {
    let text: String
    do {
      text = try reader(path)
    } catch {
      return assembly.report(ConfigurationProblem(at: .file(path: path), error.description))
    }
    do {
      guard let document = try YAMLNode.document(in: text) else { return }
      readSection(document, "", in: .installation, into: &assembly)
    } catch {
      let origin = ConfigurationOrigin.file(path: path, line: error.line, column: error.column)
      assembly.report(ConfigurationProblem(at: origin, key: error.duplicate, error.message))
    }
  }

  /// Reads what stands below `section`, a path relative to `scope`, empty for all of it.
  private func readSection(
    _ node: YAMLNode, _ section: String, in scope: SettingScope, into assembly: inout ConfigurationAssembly
  ) {
    for (name, key, value) in children(of: node, section, in: scope, into: &assembly) {
      let path = section.isEmpty ? name : "\(section).\(name)"
      if let setting = scope.descriptions.first(where: { $0.key.path == path }) {
        readSetting(setting, value, key: key, in: scope, into: &assembly)
      } else if scope.lists.contains(path), let list = SectionList(rawValue: path) {
        readList(list, value, key: key, in: scope, into: &assembly)
      } else if !scope.settings(below: path).isEmpty {
        readSection(value, path, in: scope, into: &assembly)
      } else if scope == .installation, path == SettingScope.tenantsSection {
        readTenants(value, into: &assembly)
      } else if scope == .installation, path == SettingScope.dialectsSection {
        readDialects(value, into: &assembly)
      } else {
        reportUnknown(path, at: key, in: scope, to: &assembly)
      }
    }
  }

  private func readTenants(_ node: YAMLNode, into assembly: inout ConfigurationAssembly) {
    for (name, key, value) in children(
      of: node, SettingScope.tenantsSection, in: .installation, into: &assembly)
    {
      do {
        readSection(value, "", in: .tenant(try Grammar.tenant.parse(name)), into: &assembly)
      } catch {
        let fullKey = "\(SettingScope.tenantsSection).\(name)"
        assembly.report(ConfigurationProblem(at: origin(of: key), key: fullKey, error.message))
      }
    }
  }

  private func readDialects(_ node: YAMLNode, into assembly: inout ConfigurationAssembly) {
    for (name, key, value) in children(of: node, SettingScope.dialectsSection, in: .installation, into: &assembly) {
      guard name.utf8.count <= 64, name.utf8.allSatisfy({ $0.isASCIIAlphanumeric || $0 == 45 || $0 == 95 }) else {
        assembly.report(
          ConfigurationProblem(
            at: origin(of: key), key: "\(SettingScope.dialectsSection).\(name)",
            "is not a dialect's name: 1 to 64 letters, digits, `-` and `_`"))
        continue
      }
      readSection(value, "", in: .dialect(name), into: &assembly)
      assembly.checkDialect(name, at: origin(of: key))
    }
  }

  /// The named values of a section; an empty section has none.
  private func children(
    of node: YAMLNode, _ section: String, in scope: SettingScope, into assembly: inout ConfigurationAssembly
  ) -> [(name: String, key: YAMLNode, value: YAMLNode)] {
    switch node.content {
    case .nothing:
      return []
    case .section(let children):
      for child in children where child.name == nil {
        assembly.report(ConfigurationProblem(at: origin(of: child.key), "the name of a key must be a single word"))
      }
      return children.compactMap { child in child.name.map { ($0, child.key, child.value) } }
    case .scalar, .list:
      let name = section.isEmpty && scope == .installation ? "the document" : fullSection(section, in: scope)
      let message = "must be a section: keys with their values, each on a line of its own and indented alike"
      assembly.report(ConfigurationProblem(at: origin(of: node), key: name, message))
      return []
    }
  }

  private func readSetting(
    _ setting: SettingDescription, _ value: YAMLNode, key: YAMLNode, in scope: SettingScope,
    into assembly: inout ConfigurationAssembly
  ) {
    let path = setting.key.path
    let wrong = { (node: YAMLNode, message: String) in
      ConfigurationProblem(at: origin(of: node), key: scope.fullKey(path), message)
    }
    switch (value.content, setting.isList) {
    case (.nothing, _):
      assembly.report(wrong(key, "has no value: give it one or remove the key"))
    case (.scalar(let text), false):
      assembly.set(path, in: scope, to: [text], from: origin(of: value))
    case (.scalar, true):
      assembly.report(wrong(value, "is a list: write each value on a line of its own, after `- `"))
    case (.list(let items), true):
      if let texts = texts(of: items, report: { assembly.report(wrong($0, "takes a list of single values")) }) {
        assembly.set(path, in: scope, to: texts, from: origin(of: key))
      }
    case (.list, false):
      assembly.report(wrong(value, "takes one value (\(setting.type)), not a list"))
    case (.section, _):
      assembly.report(wrong(value, "takes \(setting.isList ? "a list" : "one value") (\(setting.type)), not a section"))
    }
  }

  /// The scalars of a list, or nil after everything else in it has been reported.
  private func texts(of items: [YAMLNode], report: (YAMLNode) -> Void) -> [String]? {
    var texts: [String] = []
    for item in items {
      if case .scalar(let text) = item.content { texts.append(text) } else { report(item) }
    }
    return texts.count == items.count ? texts : nil
  }

  private func reportUnknown(
    _ path: String, at key: YAMLNode, in scope: SettingScope, to assembly: inout ConfigurationAssembly
  ) {
    assembly.report(
      ConfigurationProblem(
        at: origin(of: key), key: scope.fullKey(path), "is not a known key",
        suggestion: nearestName(to: path, among: scope.validNames).map(scope.fullKey)))
  }

  private func fullSection(_ section: String, in scope: SettingScope) -> String {
    let key = scope.fullKey(section)
    return key.hasSuffix(".") ? String(key.dropLast()) : key
  }

  func origin(of node: YAMLNode) -> ConfigurationOrigin {
    .file(path: path, line: node.place.line, column: node.place.column)
  }
}
