import AuditConfig
import AuditKubernetes
import AuditModel
import AuditRedact
import AuditStore
import Logging
import Postgres

/// Stores what becomes known of pods, for the tenants that have a source of them. Over a connection of its own and in transactions of its
/// own: metadata is no record, and no record waits for it.
struct PodRecorder: Sendable {
  let store: Store
  let collector: Int32
  let directory: PodDirectory
  let notes: PodNotes
  let configuration: Configuration
  let logger: Logger

  /// Between two looks at what changed.
  private static let interval = Duration.milliseconds(200)

  /// Returns when it is cancelled.
  func run() async {
    var rules: [TenantID?: RedactionRules] = [:]
    var pending: [PodNotes.Note: RecordTime] = [:]
    var backoff = Backoff()
    var isTold = false
    while !Task.isCancelled {
      let changed = directory.takeChanged()
      for note in notes.take(changed: changed, isKnown: { directory[$0] != nil }) { pending[note] = .now }
      notes.note(unwritten: pending.count)
      do {
        try await write(&pending, &rules)
        notes.note(unwritten: pending.count)
        backoff.reset()
        isTold = false
        try? await Task.sleep(for: Self.interval)
      } catch {
        if !isTold, !Task.isCancelled {
          logger.warning("Pods' metadata is not stored now; trying again.", metadata: ["error": "\(error)"])
        }
        isTold = true
        try? await Task.sleep(for: backoff.next())
      }
    }
  }

  private func write(
    _ pending: inout [PodNotes.Note: RecordTime], _ rules: inout [TenantID?: RedactionRules]
  ) async throws {
    for (note, seen) in pending {
      // Not known yet: it comes back as a change.
      if let pod = directory[note.uid] {
        let row = try row(pod, of: note.tenant, &rules)
        try await store.note(row, of: note.tenant, collector: collector, seen: seen)
      }
      pending[note] = nil
    }
  }

  private func row(
    _ pod: PodMetadata, of tenant: TenantID, _ rules: inout [TenantID?: RedactionRules]
  ) throws -> Redacted<PodRow> {
    let key = configuration.tenants[tenant] == nil ? nil : tenant
    let known = try rules[key] ?? RedactionRules(policy: RedactionPolicy(configuration.redaction(for: tenant)))
    rules[key] = known
    var redactor = Redactor(rules: known)
    return redactor.podRow(pod)
  }
}
