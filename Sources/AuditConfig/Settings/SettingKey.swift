/// The name of a setting: its path in the file, with dots. It gives the name in the environment.
package struct SettingKey: Hashable, Sendable, CustomStringConvertible {
  /// For example `limits.batch_rows`.
  package let path: String

  private init(_ path: String) {
    self.path = path
  }

  package static let database = SettingKey("database")
  package static let dataDirectory = SettingKey("data_dir")
  package static let collectorName = SettingKey("collector.name")
  package static let collectorFiles = SettingKey("collector.files")
  package static let collectorTenant = SettingKey("collector.tenant")
  package static let collectorNamespacePattern = SettingKey("collector.namespace_pattern")
  package static let discoveryInterval = SettingKey("discovery.interval")
  package static let discoveryWatch = SettingKey("discovery.watch")
  package static let limitsLineBytes = SettingKey("limits.line_bytes")
  package static let limitsBatchRows = SettingKey("limits.batch_rows")
  package static let limitsBatchBytes = SettingKey("limits.batch_bytes")
  package static let limitsBatchAge = SettingKey("limits.batch_age")
  package static let limitsOpenFiles = SettingKey("limits.open_files")
  package static let limitsRejectedTextBytes = SettingKey("limits.rejected_text_bytes")
  package static let timeSkew = SettingKey("time.skew")
  package static let retentionKeep = SettingKey("retention.keep")
  package static let retentionConfirmShorter = SettingKey("retention.confirm_shorter")
  package static let redactionMode = SettingKey("redaction.mode")
  package static let redactionModes = SettingKey("redaction.modes")
  package static let redactionAllowPaths = SettingKey("redaction.allow_paths")
  package static let redactionAllowValues = SettingKey("redaction.allow_values")
  package static let redactionPseudonymKeyFile = SettingKey("redaction.pseudonym_key_file")
  package static let redactionPseudonymEpoch = SettingKey("redaction.pseudonym_epoch")
  package static let postgresConnectTimeout = SettingKey("postgres.connect_timeout")
  package static let postgresStatementTimeout = SettingKey("postgres.statement_timeout")
  package static let postgresServerBinaries = SettingKey("postgres.server_binaries")
  package static let logLevel = SettingKey("log.level")

  /// For example `AUDITTAIL_LIMITS_BATCH_ROWS`.
  package var environmentName: String {
    "AUDITTAIL_" + path.uppercased().split(separator: ".").joined(separator: "_")
  }

  package var description: String { path }
}
