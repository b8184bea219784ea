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
  package static let listen = SettingKey("collector.listen")
  package static let httpAddress = SettingKey("http.address")
  package static let listenPlainRemote = SettingKey("listen.allow_plain_remote")
  package static let listenCertificate = SettingKey("listen.tls.certificate")
  package static let listenKey = SettingKey("listen.tls.key")
  package static let listenClientAuthority = SettingKey("listen.tls.client_ca")
  package static let listenClientCertificates = SettingKey("listen.tls.client_certificates")
  package static let listenTenantFrom = SettingKey("listen.tls.tenant_from")
  package static let listenAPIKeys = SettingKey("listen.api_keys_file")
  package static let listenForwardKey = SettingKey("listen.forward.key_file")
  package static let listenForwardUsers = SettingKey("listen.forward.users_file")
  package static let listenIdle = SettingKey("listen.idle_timeout")
  package static let listenSlowGrace = SettingKey("listen.slow_grace")
  package static let listenBytesPerSecond = SettingKey("listen.bytes_per_second")
  package static let listenHandshake = SettingKey("listen.handshake_timeout")
  package static let listenDrain = SettingKey("listen.drain_timeout")
  package static let limitsConnections = SettingKey("limits.connections")
  package static let limitsListenerConnections = SettingKey("limits.listener_connections")
  package static let limitsRequestBytes = SettingKey("limits.request_bytes")
  package static let limitsInflatedBytes = SettingKey("limits.inflated_bytes")
  package static let limitsInFlightBytes = SettingKey("limits.in_flight_bytes")
  package static let limitsTenantShare = SettingKey("limits.tenant_share")
  package static let limitsDatagramBuffer = SettingKey("limits.datagram_buffer")
  package static let collectorAssumeUTC = SettingKey("collector.assume_utc")
  package static let discoveryInterval = SettingKey("discovery.interval")
  package static let discoveryWatch = SettingKey("discovery.watch")
  package static let spoolDirectory = SettingKey("spool.directory")
  package static let spoolBytesMax = SettingKey("spool.bytes_max")
  package static let spoolTenantBytesMax = SettingKey("spool.tenant_bytes_max")
  package static let spoolSpillAfter = SettingKey("spool.spill_after")
  package static let kubernetesMetadata = SettingKey("kubernetes.metadata")
  package static let kubernetesNode = SettingKey("kubernetes.node")
  package static let kubernetesLabels = SettingKey("kubernetes.labels")
  package static let kubernetesAnnotations = SettingKey("kubernetes.annotations")
  package static let kubernetesTenantLabel = SettingKey("kubernetes.tenant_label")
  package static let kubernetesTenantWait = SettingKey("kubernetes.tenant_wait")
  package static let kubernetesServiceAccount = SettingKey("kubernetes.service_account")
  package static let limitsLineBytes = SettingKey("limits.line_bytes")
  package static let limitsBatchRows = SettingKey("limits.batch_rows")
  package static let limitsBatchBytes = SettingKey("limits.batch_bytes")
  package static let limitsBatchAge = SettingKey("limits.batch_age")
  package static let limitsOpenFiles = SettingKey("limits.open_files")
  package static let limitsDeletedBytes = SettingKey("limits.deleted_bytes")
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
  package static let dialectMatch = SettingKey("match")
  package static let dialectFields = SettingKey("fields")
  package static let dialectAssumeUTC = SettingKey("assume_utc")
  package static let analyzerLockDatabase = SettingKey("analyzer.lock_database")
  package static let logLevel = SettingKey("log.level")

  /// For example `AUDITTAIL_LIMITS_BATCH_ROWS`.
  package var environmentName: String {
    "AUDITTAIL_" + path.uppercased().split(separator: ".").joined(separator: "_")
  }

  package var description: String { path }
}
