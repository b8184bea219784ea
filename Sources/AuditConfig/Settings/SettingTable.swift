import AuditAlert
import AuditModel

/// Every setting there is. The reader, the explanation and the reference are made from these rows: a new setting is
/// a row here, its key in `SettingKey` and its property in `Configuration`.
enum SettingTable {
  /// What holds for the whole installation, in the order in which it is explained.
  static let installation: [Setting<Configuration>] =
    [
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
        .listen, listOf: .listenAddress, \.listen.addresses, flag: "--listen",
        doc:
          "Where lines are listened for: tcp, tls, unix, unix+dgram, udp, http, https, forward or forward+tls, with `?framing=`, `tenant=`, `mode=`."
      ),
      Setting(
        .httpAddress, .answeringAddress, \.listen.answering, absent: "none", flag: "--http",
        doc: "Host and port where /health and /ready are answered; nothing is taken there."),
      Setting(
        .listenPlainRemote, .truth, \.listen.allowsPlainRemote,
        doc: "Lets listeners without TLS stand on addresses that other machines reach."),
      Setting(
        .listenCertificate, .path, \.listen.certificateFile, absent: "none",
        doc: "PEM file with the listeners' certificate and its chain."),
      Setting(.listenKey, .path, \.listen.keyFile, absent: "none", doc: "PEM file with its key."),
      Setting(
        .listenClientAuthority, .path, \.listen.clientAuthorityFile, absent: "none",
        doc: "PEM file with the authorities that sign clients' certificates."),
      Setting(
        .listenClientCertificates, .word("client certificates"), \.listen.clientCertificates,
        doc: "Whether clients may or have to come with a certificate."),
      Setting(
        .listenTenantFrom, .word("source of a tenant"), \.listen.tenantFrom,
        doc: "Which part of a client's certificate names the tenant of its lines."),
      Setting(
        .listenAPIKeys, .path, \.listen.apiKeysFile, absent: "none",
        doc:
          "File of API keys for HTTP, lines of `name tenant sha256-of-the-key`; with it, requests need one or a client certificate."
      ),
      Setting(
        .listenForwardKey, .path, \.listen.forwardKeyFile, absent: "none",
        doc: "File with the shared key of Fluent Forward; with it, peers have to prove that they know it."),
      Setting(
        .listenForwardUsers, .path, \.listen.forwardUsersFile, absent: "none",
        doc: "File of Fluent Forward's users, lines of `user tenant password`, `-` for no tenant."),
      Setting(
        .listenIdle, .duration.within(.seconds(1)...(.days(7))), \.listenLimits.idleTimeout,
        doc: "A connection that brings nothing for so long is closed; one of HTTP after two minutes at the latest."),
      Setting(
        .listenSlowGrace, .duration.within(.milliseconds(100)...(.seconds(3600))), \.listenLimits.slowGrace,
        doc: "A line, request or message that has begun may take this long before its peer is cut."),
      Setting(
        .listenBytesPerSecond, .bytes.within(1...(1 << 20)), \.listenLimits.bytesPerSecondMin,
        doc: "The time of listen.slow_grace grows by a second for each of these that a peer has brought."),
      Setting(
        .listenHandshake, .duration.within(.milliseconds(100)...(.seconds(600))), \.listenLimits.handshakeTimeout,
        doc: "Longest time for the handshake of TLS or Fluent Forward."),
      Setting(
        .listenDrain, .duration.within(.zero...(.seconds(600))), \.listenLimits.drainTimeout,
        doc: "How long a shutdown waits for what peers have under way."),
      Setting(
        .collectorAssumeUTC, .truth, \.collector.assumesUTC,
        doc: "Takes a time without a zone for UTC; otherwise the line's own time counts, or the line is rejected."),
      Setting(
        .discoveryInterval, .duration.within(.milliseconds(10)...(.seconds(600))), \.discovery.interval,
        doc: "Least time between two looks at log files of which the kernel tells no news."),
      Setting(
        .discoveryWatch, .truth, \.discovery.watch,
        doc:
          "Whether the kernel is asked for news of log files (inotify); without it they are looked at again and again."
      ),

      Setting(
        .spoolDirectory, .path, \.spool.directory, absent: "spool under data_dir", flag: "--spool",
        doc: "Directory of the spool; made when there is something to keep. Each collector needs its own."),
      Setting(
        .spoolBytesMax, .bytes.within((1 << 20)...(1 << 40)), \.spool.limits.bytesMax,
        doc: "Most bytes in the spool. When they are reached, intake stops until records were stored."),
      Setting(
        .spoolTenantBytesMax, .bytes.within((1 << 20)...(1 << 40)), \.spool.limits.tenantBytesMax,
        doc: "Most bytes of one tenant in the spool."),
      Setting(
        .spoolSpillAfter, .duration.within(.milliseconds(100)...(.seconds(3600))), \.spool.limits.spillAfter,
        doc: "How long the database may not take a batch before lines of log files go to the spool."),

      Setting(
        .kubernetesMetadata, .metadataMode, \.kubernetes.metadata,
        doc:
          "Whether the API server is asked for labels, annotations, owner and node of pods; auto: where this runs in a cluster."
      ),
      Setting(
        .kubernetesNode, .text, \.kubernetes.node, absent: "the variable NODE_NAME",
        doc: "The node whose pods the API server is asked for: the one whose log files are read."),
      Setting(
        .kubernetesLabels, listOf: .labelPattern, \.kubernetes.labels,
        doc: "Labels of pods that are kept; * at the end of a name stands for any rest."),
      Setting(
        .kubernetesAnnotations, listOf: .labelPattern, \.kubernetes.annotations,
        doc: "Annotations of pods that are kept, likewise. They may hold anything, so name those that you need."),
      Setting(
        .kubernetesTenantLabel, .labelName, \.kubernetes.tenantLabel, absent: "none: the namespace decides",
        doc: "Label whose value is the pod's tenant; where a pod has none, its namespace decides."),
      Setting(
        .kubernetesTenantWait, .duration.within(.zero...(.seconds(300))), \.kubernetes.tenantWait,
        doc: "How long a new pod's log waits in its file for that label, before the namespace decides."),
      Setting(
        .kubernetesServiceAccount, .path, \.kubernetes.serviceAccount,
        doc: "Directory with the service account's token and the cluster's ca.crt."),

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
        .limitsDeletedBytes, .bytes.within((1 << 20)...(1 << 40)), \.limits.deletedBytesMax,
        doc:
          "Most bytes of deleted log files that are kept open until they are read; beyond it the oldest is given up, and is a gap."
      ),
      Setting(
        .limitsRejectedTextBytes, .bytes.within(0...(1 << 20)), \.limits.rejectedTextBytesMax,
        doc: "How much of a rejected line is kept, after redaction."),
      Setting(
        .limitsConnections, .count.within(1...1_000_000), \.listenLimits.connectionsMax,
        doc: "Most connections that all listeners hold together; further ones are closed at once."),
      Setting(
        .limitsListenerConnections, .count.within(1...1_000_000), \.listenLimits.listenerConnectionsMax,
        doc: "Most connections of one listener."),
      Setting(
        .limitsRequestBytes, .bytes.within((1 << 10)...(1 << 30)), \.listenLimits.requestBytesMax,
        doc: "Largest body of a request, and largest message of Fluent Forward, as it comes over the wire."),
      Setting(
        .limitsInflatedBytes, .bytes.within((1 << 10)...(1 << 30)), \.listenLimits.inflatedBytesMax,
        doc: "The same after decompression."),
      Setting(
        .limitsInFlightBytes, .bytes.within((1 << 10)...(1 << 40)), \.listenLimits.inFlightBytesMax,
        doc: "Most bytes that listeners hold in memory until they are durable; beyond it HTTP answers 503."),
      Setting(
        .limitsTenantShare, .count.within(1...100), \.listenLimits.tenantSharePercent,
        doc: "Percentage of limits.in_flight_bytes that one tenant may use; beyond it HTTP answers 429."),
      Setting(
        .limitsDatagramBuffer, .bytes.within((1 << 12)...(1 << 30)), \.listenLimits.datagramBufferBytes,
        doc: "What the kernel may hold of datagrams that are not read yet, a socket."),

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
        .signalsKeep, .duration.within(.days(1)...(.days(36500))), \.signals.keep,
        doc: "How long golden signals and usage are kept, of minutes, hours and days; usually longer than records."),
      Setting(
        .signalsCompactEvery, .duration.within(.seconds(1)...(.seconds(3600))), \.signals.compactEvery,
        doc: "How often the analyzer moves what collectors added into the tables of minutes, hours and days."),
      Setting(
        .signalsCgroupRoot, .path, \.signals.cgroupRoot,
        doc: "Where the node's control groups are, for processor and memory of the pods whose logs are read."),

      Setting(
        .usagePrices, listOf: .usagePrice, \.usage.prices,
        doc:
          "What calls cost: `TOOL call=0.002 kib=0.0001 second=0.01 since=2026-01-01 tenant=acme`; a tool may end in *."
      ),
      Setting(
        .usageTeams, listOf: .usageTeam, \.usage.teams,
        doc: "Who belongs to a team: `team=actor`, where * at the actor's beginning or end stands for any rest."),
      Setting(
        .usageBudgets, listOf: .usageBudget, \.usage.budgets,
        doc: "What a tenant may spend in a month, in the prices' unit: `tenant=amount`."),

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
        .alertsResolveAfter, .duration.within(.seconds(1)...(.days(30))), \.alerts.rules.resolveAfter,
        doc: "An alert is over when nothing more was found for so long; twice as long each time that it came back."),
      Setting(
        .alertsReopenWithin, .duration.within(.zero...(.days(30))), \.alerts.rules.reopenWithin,
        doc: "What comes back within this time after it was over is the same alert."),
      Setting(
        .alertsStormMessages, .count.within(1...10_000), \.alerts.rules.stormMessagesMax,
        doc:
          "Messages of a tenant to a receiver within alerts.storm_interval; what comes beyond is one digest with counts."
      ),
      Setting(
        .alertsStormInterval, .duration.within(.seconds(1)...(.days(1))), \.alerts.rules.stormInterval,
        doc: "The time in which these are counted."),
      Setting(
        .alertsConsole, .webAddress, \.alerts.rules.console, absent: "none",
        doc: "Address of the console as people reach it, for the links in messages."),
      Setting(
        .alertsAllowAddresses, listOf: .addressRange, \.alerts.allowAddresses,
        doc:
          "Addresses that receivers may have although they are refused otherwise: loopback, link-local, metadata services."
      ),
      Setting(
        .alertsRetryFirst, .duration.within(.milliseconds(10)...(.seconds(3600))), \.alerts.retry.first,
        doc:
          "Before the second attempt of a delivery; the time doubles with each one, and is drawn between half and whole."
      ),
      Setting(
        .alertsRetryLongest, .duration.within(.milliseconds(10)...(.days(1))), \.alerts.retry.longest,
        doc: "Longest time between two attempts."),
      Setting(
        .alertsRetrySpan, .duration.within(.seconds(1)...(.days(30))), \.alerts.retry.span,
        doc: "A delivery is given up after this time; `audittail alerts replay` sends it again."),
      Setting(
        .alertsHeartbeat, .duration.within(.seconds(1)...(.days(1))), \.alerts.heartbeat,
        doc: "Between two messages of the dead man's switch, to receivers with heartbeat: true."),
      Setting(
        .alertsCollectorSilent, .duration.within(.seconds(10)...(.days(7))), \.alerts.collectorSilent,
        doc: "A collector that has not ended and says nothing for so long raises an alert about the installation."),

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
        .detectBudget, .falseAlarms, \.detect.budget,
        doc:
          "How many false alarms are acceptable for each subject (user, client, tool …) in 30 days: the detectors' one knob."
      ),
      Setting(
        .detectModes, listOf: .detectorMode, \.detect.modes,
        doc:
          "Detectors that are off, or in shadow (what they find is written down and nobody is told); all means each of them, and the last word holds."
      ),
      Setting(
        .analyzerLockDatabase, .databaseURL, \.analyzer.lockDatabase, absent: "database",
        doc:
          "Where the analyzers' lock is held: the same database without a pooler in between, where `database` leads to a pooler."
      ),

      Setting(
        .logLevel, .logLevel, \.log.level, flag: "--log-level",
        doc: "Least severe message that the process writes about itself."),
    ] + habits

  /// What makes a dialect of the operator's own, under `dialects.<name>`.
  static let dialect: [Setting<FieldMapping>] = [
    Setting(
      .dialectMatch, listOf: .mappingCondition, \.match,
      doc: "What a line has to have: a JSON pointer to something that is there, or to this text. All of them."),
    Setting(
      .dialectFields, listOf: .mappingField, \.fields,
      doc: "Where the columns are: each names one and a JSON pointer, or a text in quotes that is always meant."),
    Setting(
      .dialectAssumeUTC, .truth, \.assumesUTC,
      doc: "Takes a time without a zone for UTC where the line has no time of its own."),
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
    Setting(
      .detectBudget, .falseAlarms, \.detect.budget, absent: "detect.budget",
      doc: "How many false alarms are acceptable for each of this tenant's subjects in 30 days."),
    Setting(
      .detectModes, listOf: .detectorMode, \.detect.modes,
      doc: "Modes of detectors for this tenant; they come behind the installation's."),
  ]
}

extension Duration {
  /// Days of 24 hours.
  static func days(_ count: Int64) -> Duration { .seconds(count * 86_400) }
}
