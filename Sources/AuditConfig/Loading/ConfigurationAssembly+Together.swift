import AuditModel

extension ConfigurationAssembly {
  /// The rules that concern more than one setting. They hold for the effective values, whatever source these are of.
  mutating func checkTogether() {
    checkRetention()
    checkAlerts()
    let kubernetes = configuration.kubernetes
    if kubernetes.tenantLabel != nil, kubernetes.metadata == .off {
      reportTogether(
        .kubernetesTenantLabel, orAt: .kubernetesMetadata,
        "no label is known where kubernetes.metadata is off; leave it at auto")
    }
    let limits = configuration.limits
    if limits.lineBytesMax > limits.batchBytesMax {
      reportTogether(
        .limitsLineBytes, orAt: .limitsBatchBytes,
        "a line of \(ByteCount(limits.lineBytesMax)) would not fit into a batch of \(ByteCount(limits.batchBytesMax)); "
          + "raise limits.batch_bytes")
    }
  }

  private mutating func checkRetention() {
    let retention = configuration.retention
    checkRetention(retention.keep, confirmed: retention.confirmShorter, in: .installation)
    for (name, tenant) in configuration.tenants.sorted(by: { $0.key < $1.key }) {
      guard let keep = tenant.keep else { continue }
      checkRetention(keep, confirmed: tenant.confirmShorter, in: .tenant(name))
    }
  }

  private mutating func checkRetention(_ keep: Duration, confirmed: Bool, in scope: SettingScope) {
    let minimum = Configuration.Retention.unconfirmedMinimum
    guard keep < minimum, !confirmed else { return }
    let key = scope.fullKey(SettingKey.retentionKeep.path)
    let confirmation = scope.fullKey(SettingKey.retentionConfirmShorter.path)
    report(
      ConfigurationProblem(
        at: configuration.origins[key] ?? .defaults, key: key,
        "\(DurationGrammar.print(keep)) is less than \(DurationGrammar.print(minimum)); "
          + "if records may really leave so early, set \(confirmation) to true as well"))
  }

  /// A dialect says which lines it means, and what their tool is.
  mutating func checkDialect(_ name: String, at origin: ConfigurationOrigin) {
    let mapping = configuration.dialectsByName[name] ?? FieldMapping(name: name)
    let key = "\(SettingScope.dialectsSection).\(name)"
    if mapping.match.isEmpty {
      report(ConfigurationProblem(at: origin, key: key, "needs a match: without one it would take every line"))
    }
    let columns = mapping.fields.map(\.column)
    if !columns.contains(.tool) {
      report(ConfigurationProblem(at: origin, key: key, "needs a field for the tool, as in tool=/call/name"))
    }
    if let twice = columns.first(where: { column in columns.count { $0 == column } > 1 }) {
      report(ConfigurationProblem(at: origin, key: key, "has two fields for \(twice.rawValue)"))
    }
  }

  /// Blames the first key, or the second where the first is a default.
  private mutating func reportTogether(_ first: SettingKey, orAt second: SettingKey, _ message: String) {
    let key = configuration.origins[first.path] == nil ? second : first
    report(ConfigurationProblem(at: configuration.origins[key.path] ?? .defaults, key: key.path, message))
  }
}
