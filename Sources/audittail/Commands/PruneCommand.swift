import ArgumentParser
import AuditAlert
import AuditConfig
import AuditModel
import AuditStore
import Synchronization

struct PruneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Drop the days that are older than the retention.",
    discussion:
      "The ledger's roots stay, so `audittail verify` goes on proving the rest. The exit status is 1 if a day had to stay."
  )

  @OptionGroup var options: ConfigurationOptions
  @Flag(name: .long, help: "Only say what would be dropped.")
  var dryRun = false
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Keep this long instead of what the configuration says.", valueName: "duration"))
  var keep: String?
  @Option(name: .long, help: ArgumentHelp("One tenant; all of them without it.", valueName: "tenant"))
  var tenant: String?

  func run() async throws {
    try await reporting {
      let configuration = try options.load(keep.map { [.retentionKeep: [$0]] } ?? [:])
      let stayed = try await withStore(configuration, logger: configuration.logger("audittail.prune")) { store, _ in
        let stayed = Mutex(0)
        for tenant in try await selectedTenants(tenant, in: store) {
          let kept = keep == nil ? configuration.retention(for: tenant) : configuration.retention.keep
          let first = RecordTime.now.advanced(by: .zero - kept).day
          let before = stayed.withLock { $0 }
          try await store.prune(tenant, keepFrom: first, isDryRun: dryRun) { pruned in
            try? StandardOutput.write(Self.line(pruned))
            if pruned.outcome == .contended || pruned.outcome == .pendingDetach { stayed.withLock { $0 += 1 } }
          }
          if !dryRun { try await tellPruned(tenant, stayed: stayed.withLock { $0 } - before, store) }
          // The pods' metadata goes after the records that it describes.
          if !dryRun { try await store.prunePods(of: tenant, before: first) }
          StandardError.write("\(tenant): everything from \(first) on is kept\n")
        }
        return stayed.withLock { $0 }
      }
      if stayed > 0 { throw ExitCode(CommandFailure.Status.no.rawValue) }
    }
  }

  /// Whoever is on call hears of days that stay; a user who may not tell has printed it.
  private func tellPruned(_ tenant: TenantID, stayed: Int, _ store: Store) async throws {
    let words =
      stayed > 0
      ? "\(stayed.counted("day")) of \(tenant) had to stay beyond the retention: the lock was not to be had."
      : "Every day of \(tenant) beyond the retention has left."
    try? await store.tell(.pruneFailed, about: tenant.name, stayed > 0 ? .warning : .info, words, isEnd: stayed == 0)
  }

  private static func line(_ pruned: PrunedDay) -> String {
    "{\"tenant\":\"\(pruned.tenant)\",\"day\":\"\(pruned.partition.day)\",\"outcome\":\"\(pruned.outcome.rawValue)\","
      + "\"bytes\":\(pruned.partition.byteCount)}\n"
  }
}
