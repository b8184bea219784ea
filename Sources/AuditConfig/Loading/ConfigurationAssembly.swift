import AuditModel

/// A configuration while the sources are read into it, one over the other, with the problems found on the way.
struct ConfigurationAssembly {
  private(set) var configuration = Configuration()
  private(set) var problems: [ConfigurationProblem] = []

  mutating func report(_ problem: ConfigurationProblem) {
    problems.append(problem)
  }

  /// Sets a setting from the texts of one source, or reports why they are not a value of it.
  ///
  /// `path` is the key relative to `scope`, and must be in its table.
  mutating func set(_ path: String, in scope: SettingScope, to texts: [String], from origin: ConfigurationOrigin) {
    let key = scope.fullKey(path)
    do {
      switch scope {
      case .installation:
        try setting(path, of: SettingTable.installation).apply(texts, &configuration)
      case .tenant(let name):
        let setting = setting(path, of: SettingTable.tenant)
        try setting.apply(texts, &configuration.tenants[name, default: Configuration.Tenant()])
      case .dialect(let name):
        let setting = setting(path, of: SettingTable.dialect)
        try setting.apply(texts, &configuration.dialectsByName[name, default: FieldMapping(name: name)])
      }
      configuration.origins[key] = origin
    } catch {
      let subject = subject(texts, of: scope.descriptions.first { $0.key.path == path })
      report(
        ConfigurationProblem(
          at: origin, key: key, "\(subject) \(error.message)", isUsage: Self.isUsage(origin, of: path)))
    }
  }

  /// A database's address is a matter of configuration wherever it stands; what else a flag is given is the command line's.
  private static func isUsage(_ origin: ConfigurationOrigin, of path: String) -> Bool {
    guard case .flag = origin else { return false }
    return path != SettingKey.database.path
  }

  /// Adds a rule of the operator's own, unless there is one of its name.
  mutating func add(_ rule: RedactionRule, in scope: SettingScope) {
    let there = rules(in: scope).first { $0.name == rule.name }
    guard there == nil else { return report(rule.problem("name", "there is another rule of this name before")) }
    switch scope {
    case .installation: configuration.redaction.rules.append(rule)
    case .tenant(let name): configuration.tenants[name, default: Configuration.Tenant()].redaction.rules.append(rule)
    case .dialect: preconditionFailure("a dialect has no rules")
    }
  }

  mutating func add(_ test: RedactionTest, in scope: SettingScope) {
    switch scope {
    case .installation: configuration.redaction.tests.append(test)
    case .tenant(let name): configuration.tenants[name, default: Configuration.Tenant()].redaction.tests.append(test)
    case .dialect: preconditionFailure("a dialect has no tests")
    }
  }

  /// Changes what is configured of alerts.
  mutating func changeAlerts(_ change: (inout Configuration.Alerts) -> Void) { change(&configuration.alerts) }

  /// Remembers where a list of sections comes from.
  mutating func note(_ list: SectionList, in scope: SettingScope, from origin: ConfigurationOrigin) {
    configuration.origins[scope.fullKey(list.rawValue)] = origin
  }

  private func rules(in scope: SettingScope) -> [RedactionRule] {
    switch scope {
    case .installation: configuration.redaction.rules
    case .tenant(let name): configuration.tenants[name]?.redaction.rules ?? []
    case .dialect: []
    }
  }

  private func setting<Owner>(_ path: String, of table: [Setting<Owner>]) -> Setting<Owner> {
    guard let setting = table.first(where: { $0.description.key.path == path }) else {
      preconditionFailure("no setting \(path)")
    }
    return setting
  }

  /// The rejected value as a message names it: quoted and cut, or not at all where it may hold a secret, be it in a URL
  /// that was put under the wrong key.
  private func subject(_ texts: [String], of setting: SettingDescription?) -> String {
    guard let setting, !setting.isList else { return "a value of the list" }
    guard !setting.isSecret, texts.count == 1, !texts[0].contains("://") else { return "the value" }
    let limit = 40
    return texts[0].count > limit ? texts[0].prefix(limit).debugDescription + "…" : texts[0].debugDescription
  }
}
