import ArgumentParser
import AuditAlert
import AuditModel
import AuditQuery
import AuditStore
import Synchronization

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Prove that nothing was lost or changed: recompute the ledger from the records.",
    discussion: "Each fault is one line: which batch, which day, what. The exit status is 1 if there is any.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case table, ndjson }

  @OptionGroup var options: ConfigurationOptions
  @Option(name: .long, help: ArgumentHelp("One tenant; all of them without it.", valueName: "tenant"))
  var tenant: String?
  @Option(
    name: .long, parsing: .unconditional, help: ArgumentHelp("Hash the records from this day on.", valueName: "time"))
  var since: String?
  @Option(
    name: .long, parsing: .unconditional, help: ArgumentHelp("Hash the records before this day.", valueName: "time"))
  var until: String?
  @Option(name: .long, help: "table or ndjson; table on a terminal, ndjson otherwise.")
  var format: Format?

  func run() async throws {
    try await reporting {
      let configuration = try options.load()
      let since = try since.map { try TimeExpression.time($0, now: .now).day }
      let until = try until.map { try TimeExpression.time($0, now: .now).day }
      var asked = RecordFilter()
      asked.since = since?.start
      asked.until = until?.start
      let format = format ?? (StandardOutput.isTerminal ? .table : .ndjson)
      let faults = try await withStore(configuration, logger: configuration.logger("audittail.verify")) {
        [asked] store, _ in
        var faults = 0
        for tenant in try await selectedTenants(tenant, in: store) {
          let summary = try await store.verify(tenant, since: since, until: until) { fault in
            try? StandardOutput.write(Self.line(fault, format))
          }
          try await store.logAccess(
            to: tenant, who: currentUser(), action: "verify", question: asked.json, rows: Int64(summary.records))
          StandardError.write(Self.words(summary, tenant))
          faults += summary.faults
          let words =
            summary.faults > 0
            ? "Verification of \(tenant) found \(summary.faults.counted("fault")): records or the ledger were changed."
            : "Verification of \(tenant) finds all as it was stored."
          // A user who may not tell has printed it.
          try? await store.tell(
            .verificationFailed, about: tenant.name, summary.faults > 0 ? .critical : .info, words,
            isEnd: summary.faults == 0)
        }
        return faults
      }
      if faults > 0 { throw ExitCode(CommandFailure.Status.no.rawValue) }
    }
  }

  private static func words(_ summary: VerificationSummary, _ tenant: TenantID) -> String {
    let pruned =
      summary.prunedDays == 0 ? "" : ", \(summary.prunedDays.counted("pruned day")) whose roots remain"
    let found = summary.faults == 0 ? "all as it was stored" : summary.faults.counted("fault")
    return "\(tenant): \(summary.batches.counted("batch", "batches")), \(summary.records.counted("record")), "
      + "\(summary.rejected.counted("rejected line")), \(summary.sources.counted("source"))\(pruned): \(found)\n"
  }

  private static func line(_ fault: LedgerFault, _ format: Format) -> String {
    switch format {
    case .table:
      return "\(fault.tenant)  batch \(fault.collector)-\(fault.sequence.map { "\($0)" } ?? "?")"
        + "  \(fault.day?.description ?? "-")  \(fault.kind.rawValue): \(fault.detail)\n"
    case .ndjson:
      var line = "{\"tenant\":\(RecordFormat.quoted(fault.tenant.name)),\"collector\":\(fault.collector)"
      if let sequence = fault.sequence { line += ",\"batch\":\(sequence)" }
      if let day = fault.day { line += ",\"day\":\"\(day)\"" }
      return line + ",\"fault\":\"\(fault.kind.rawValue)\",\"detail\":\(RecordFormat.quoted(fault.detail))}\n"
    }
  }
}
