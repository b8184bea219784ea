import ArgumentParser
import AuditConfig
import AuditModel
import AuditQuery
import AuditStore

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Collectors, analyzers, how far behind they are, tenants, partitions and findings.",
    discussion: """
      For each tenant: its days and bytes, what each collector brought (records, rejected lines, batches, lost bytes, when its last batch \
      came), and how far the analyzer is. Then for each collector that runs or ran as a service, as it said of itself (every ten seconds): \
      its spool (bytes, limit, what waits and since when, damage) and its listeners (connections, refusals, lines).
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, ndjson }

  @OptionGroup var options: ConfigurationOptions
  @Option(name: .long, help: "table or ndjson; table on a terminal, ndjson otherwise.")
  var format: Format?

  func run() async throws {
    try await reporting {
      let configuration = try options.load()
      let format = format ?? (StandardOutput.isTerminal ? .table : .ndjson)
      try await withStore(configuration, logger: configuration.logger("audittail.status")) { store, _ in
        let tenants = try await store.tenants()
        if tenants.isEmpty { StandardError.write("No tenant yet: nothing was collected into this database.\n") }
        let analyzers = try await store.analyzers()
        for analyzer in analyzers where format == .table {
          try StandardOutput.write(AnalysisStatusText.table(analyzer))
        }
        for tenant in tenants {
          let status = try await store.status(of: tenant)
          let analysis = try await store.analysis(of: tenant)
          try StandardOutput.write(
            format == .table
              ? Self.table(status) + AnalysisStatusText.table(analysis)
              : Self.ndjson(status, AnalysisStatusText.ndjson(analysis, analyzers)))
        }
        for report in try await store.collectorReports().reports {
          let words = CollectorWords(report)
          try StandardOutput.write(format == .table ? words.table : words.ndjson)
        }
      }
    }
  }

  private static func table(_ status: TenantStatus) -> String {
    var text = "\(status.tenant)  (schema \(status.schemaName), \(ByteCount(Int(status.byteCount))))\n"
    if let first = status.partitions.first, let last = status.partitions.last {
      text += "  days        \(status.partitions.count) partitions, \(first.day) to \(last.day)\n"
    }
    for collector in status.collectors {
      text +=
        "  collector   \(collector.name): \(collector.records.counted("record")) and "
        + "\(collector.rejected.counted("rejected line")) in \(collector.batches.counted("batch", "batches")) from "
        + "\(collector.sources.counted("source")), last \(ago(collector.lastReceived))\n"
      if collector.gapBytes > 0 {
        text += "              at least \(Int(collector.gapBytes).counted("byte")) lost before they could be read\n"
      }
    }
    return text
  }

  static func ago(_ time: RecordTime) -> String {
    let seconds = max(0, (RecordTime.now.nanoseconds - time.nanoseconds) / 1_000_000_000)
    return seconds == 0 ? "just now" : DurationGrammar.print(.seconds(seconds)) + " ago"
  }

  private static func ndjson(_ status: TenantStatus, _ analysis: String) -> String {
    let collectors = status.collectors.map { collector in
      "{\"name\":\(RecordFormat.quoted(collector.name)),\"records\":\(collector.records),\"rejected\":\(collector.rejected),"
        + "\"batches\":\(collector.batches),\"sources\":\(collector.sources),\"gapBytes\":\(collector.gapBytes),"
        + "\"lastReceived\":\"\(collector.lastReceived.rfc3339)\"}"
    }
    var line =
      "{\"tenant\":\(RecordFormat.quoted(status.tenant.name)),\"schema\":\"\(status.schemaName)\",\"bytes\":\(status.byteCount)"
    line += ",\"partitions\":\(status.partitions.count)"
    if let first = status.partitions.first, let last = status.partitions.last {
      line += ",\"firstDay\":\"\(first.day)\",\"lastDay\":\"\(last.day)\""
    }
    return line + ",\"collectors\":[\(collectors.joined(separator: ","))],\(analysis)}\n"
  }
}
