import AuditModel

/// One setting as it holds, safe to print.
package struct ExplainedSetting: Hashable, Sendable, CustomStringConvertible {
  /// The full key, such as `tenants.acme.retention.keep`.
  package let key: String
  /// The value with its secrets masked, or in brackets what holds because there is none.
  package let value: String
  package let origin: ConfigurationOrigin

  /// `limits.batch_rows = 5000   (default)`, `log.level = debug   (from environment AUDITTAIL_LOG_LEVEL)`.
  package var description: String {
    "\(key) = \(value)   (\(origin == .defaults ? "" : "from ")\(origin))"
  }
}

extension Configuration {
  /// Every setting as it holds and where it comes from: the installation's in the order of the reference, then the
  /// tenants' own and the operator's dialects, by name; of these only what is set.
  package func explain() -> [ExplainedSetting] {
    let own = SettingTable.installation.map { explained($0, of: self, in: .installation) }
    let lists = explained(redaction.rules, redaction.tests, in: .installation)
    let tenants = self.tenants.sorted { $0.key < $1.key }.flatMap { name, tenant in
      SettingTable.tenant.map { explained($0, of: tenant, in: .tenant(name)) }.filter { $0.origin != .defaults }
        + explained(tenant.redaction.rules, tenant.redaction.tests, in: .tenant(name))
    }
    let dialects = self.dialects.flatMap { mapping in
      SettingTable.dialect.map { explained($0, of: mapping, in: .dialect(mapping.name)) }.filter {
        $0.origin != .defaults
      }
    }
    return own + lists + tenants + dialects
  }

  /// The lists of sections that are not empty: the rules' names, and how many tests there are.
  private func explained(_ rules: [RedactionRule], _ tests: [RedactionTest], in scope: SettingScope)
    -> [ExplainedSetting]
  {
    let values = [
      (SectionList.redactionRules, rules.map(\.name).joined(separator: ", ")),
      (.redactionTests, tests.isEmpty ? "" : tests.count == 1 ? "1 test" : "\(tests.count) tests"),
    ]
    return values.filter { !$0.1.isEmpty }.map { list, value in
      let key = scope.fullKey(list.rawValue)
      return ExplainedSetting(key: key, value: value, origin: origins[key] ?? .defaults)
    }
  }

  private func explained<Owner>(_ setting: Setting<Owner>, of owner: Owner, in scope: SettingScope)
    -> ExplainedSetting
  {
    let key = scope.fullKey(setting.description.key.path)
    let value = setting.show(owner) ?? "(\(setting.description.absent))"
    return ExplainedSetting(key: key, value: value, origin: origins[key] ?? .defaults)
  }
}
