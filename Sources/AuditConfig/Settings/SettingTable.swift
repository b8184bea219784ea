import AuditModel

/// Every setting there is. The reader, the explanation and the reference are made from these rows: a new setting is
/// a row here, its key in `SettingKey` and its property in `Configuration`.
enum SettingTable {
  /// What holds for the whole installation, in the order in which it is explained.
  static let installation: [Setting<Configuration>] = [
    Setting(
      .database, .databaseURL, \.database, absent: "an embedded PostgreSQL under data_dir", flag: "--database",
      doc: "Where records are stored; several hosts are allowed. The password is never shown."),
    Setting(
      .dataDirectory, .path, \.dataDirectory, flag: "--data-dir",
      doc: "Directory of everything the process itself keeps: the spool and the embedded database."),

    Setting(
      .collectorName, .text, \.collector.name, absent: "the host's name",
      doc: "Name of this collector in the ledger. It must be unique, and stay the same over restarts."),
    Setting(
      .collectorFiles, listOf: .glob, \.collector.files, flag: "--files",
      doc: "Log files to tail; a file that appears later is found."),
    Setting(
      .collectorTenant, .tenant, \.collector.tenant, absent: "none", flag: "--tenant",
      doc: "Tenant of records for which nothing else decides it."),
    Setting(
      .collectorNamespacePattern, .namespacePattern, \.collector.namespacePattern,
      doc: "How the Kubernetes namespace in a log file's path names the tenant."),
    Setting(
      .discoveryInterval, .duration.within(.milliseconds(10)...(.seconds(600))), \.discovery.interval,
      doc: "Least time between two looks at log files of which the kernel tells no news."),
    Setting(
      .discoveryWatch, .truth, \.discovery.watch,
      doc: "Whether the kernel is asked for news of log files (inotify); without it they are looked at again and again."),

    Setting(
      .limitsLineBytes, .bytes.within((1 << 10)...(64 << 20)), \.limits.lineBytesMax,
      doc: "Longest line that is read as a record; a longer one is rejected, and kept as such."),
    Setting(
      .limitsBatchRows, .count.within(1...1_000_000), \.limits.batchRowsMax,
      doc: "Most records in a batch, which is one transaction."),
    Setting(
      .limitsBatchBytes, .bytes.within((1 << 10)...(1 << 30)), \.limits.batchBytesMax,
      doc: "Most bytes in a batch; at least limits.line_bytes."),
    Setting(
      .limitsBatchAge, .duration.within(.milliseconds(1)...(.seconds(300))), \.limits.batchAgeMax,
      doc: "Longest time that a record waits for its batch to fill."),
    Setting(
      .limitsOpenFiles, .count.within(16...1_000_000), \.limits.openFilesMax,
      doc: "Most log files held open at a time."),
    Setting(
      .limitsRejectedTextBytes, .bytes.within(0...(1 << 20)), \.limits.rejectedTextBytesMax,
      doc: "How much of a rejected line is kept, after redaction."),

    Setting(
      .timeSkew, .duration.within(.zero...(.days(30))), \.limits.timeSkewMax,
      doc: "How far ahead of this host's clock a record's time may be before the line is rejected."),

    Setting(
      .retentionKeep, .duration.within(.days(1)...(.days(36500))), \.retention.keep, flag: "--keep",
      doc: "How long records are kept. Less than 90d is refused without retention.confirm_shorter."),
    Setting(
      .retentionConfirmShorter, .truth, \.retention.confirmShorter,
      doc: "Says a second time that records may leave before 90d."),

    Setting(
      .redactionMode, .redactionMode, \.redaction.mode,
      doc: "What stays behind of a value that a rule takes: a mask, a pseudonym, nothing, or the value itself."),
    Setting(
      .redactionModes, listOf: .redactionException, \.redaction.modes,
      doc: "Other modes for single rules or families of them; the rules are in redaction-rules.md."),
    Setting(
      .redactionAllowPaths, listOf: .text, \.redaction.allowPaths,
      doc: "JSON pointers into a line under which nothing is taken; a step * is any one step."),
    Setting(
      .redactionAllowValues, listOf: .text, \.redaction.allowValues,
      doc: "Values that stay wherever they stand, such as a public support address."),
    Setting(
      .redactionPseudonymKeyFile, .path, \.redaction.pseudonymKeyFile, absent: "none",
      doc: "File with the secret key of pseudonyms, 32 bytes or more; each tenant should have its own."),
    Setting(
      .redactionPseudonymEpoch, .count.within(0...Int(UInt32.max)), \.redaction.pseudonymEpoch,
      doc: "Counts the keys: with a new one every pseudonym is a new one."),

    Setting(
      .postgresConnectTimeout, .duration.within(.seconds(1)...(.seconds(600))), \.postgres.connectTimeout,
      doc: "Longest wait for a connection, for each host of the URL."),
    Setting(
      .postgresStatementTimeout, .duration.within(.milliseconds(1)...(.days(1))), \.postgres.statementTimeout,
      doc: "Longest time a statement may take before it is cancelled."),
    Setting(
      .postgresServerBinaries, .path, \.postgres.serverBinaries, absent: "searched where distributions put them",
      doc: "Directory of the server programs (initdb, postgres) for the embedded database."),

    Setting(
      .logLevel, .logLevel, \.log.level, flag: "--log-level",
      doc: "Least severe message that the process writes about itself."),
  ]

  /// What one tenant may have of its own, under `tenants.<name>`.
  static let tenant: [Setting<Configuration.Tenant>] = [
    Setting(
      .retentionKeep, .duration.within(.days(1)...(.days(36500))), \.keep, absent: "retention.keep",
      doc: "How long this tenant's records are kept. Less than 90d is refused without its own confirm_shorter."),
    Setting(
      .retentionConfirmShorter, .truth, \.confirmShorter,
      doc: "Says a second time that this tenant's records may leave before 90d."),
    Setting(
      .redactionMode, .redactionMode, \.redaction.mode, absent: "redaction.mode",
      doc: "What stays behind of a value that a rule takes: a mask, a pseudonym, nothing, or the value itself."),
    Setting(
      .redactionModes, listOf: .redactionException, \.redaction.modes,
      doc: "Other modes for single rules or families of them; the rules are in redaction-rules.md."),
    Setting(
      .redactionAllowPaths, listOf: .text, \.redaction.allowPaths,
      doc: "JSON pointers into a line under which nothing is taken; a step * is any one step."),
    Setting(
      .redactionAllowValues, listOf: .text, \.redaction.allowValues,
      doc: "Values that stay wherever they stand, such as a public support address."),
    Setting(
      .redactionPseudonymKeyFile, .path, \.redaction.pseudonymKeyFile, absent: "redaction.pseudonym_key_file",
      doc: "File with the secret key of pseudonyms, 32 bytes or more; each tenant should have its own."),
    Setting(
      .redactionPseudonymEpoch, .count.within(0...Int(UInt32.max)), \.redaction.pseudonymEpoch,
      absent: "redaction.pseudonym_epoch",
      doc: "Counts the keys: with a new one every pseudonym is a new one."),
  ]
}

extension Duration {
  /// Days of 24 hours.
  static func days(_ count: Int64) -> Duration { .seconds(count * 86_400) }
}
