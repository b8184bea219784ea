import AuditModel
import Synchronization

/// Which tenants have a source of which pod: told by the collector, read by the recorder. The collector never waits here.
final class PodNotes: Sendable {
  /// One pod in one tenant.
  struct Note: Hashable, Sendable {
    let uid: String
    let tenant: TenantID
  }

  private struct State {
    var tenants: [String: Set<TenantID>] = [:]
    var fresh: Set<Note> = []
    var unwritten = 0
  }

  private let state = Mutex(State())
  /// Pods that are remembered; beyond it those are forgotten that nobody knows.
  static let podsMax = 20_000

  /// A log file of the pod is read for the tenant.
  func want(_ uid: String, for tenant: TenantID) {
    state.withLock { state in
      guard state.tenants.count < Self.podsMax || state.tenants[uid] != nil else { return }
      guard state.tenants[uid, default: []].insert(tenant).inserted else { return }
      state.fresh.insert(Note(uid: uid, tenant: tenant))
    }
  }

  /// What there is to write: what was not there at the last call, and what changed.
  func take(changed: Set<String>, isKnown: (String) -> Bool) -> Set<Note> {
    state.withLock { state in
      if state.tenants.count >= Self.podsMax { state.tenants = state.tenants.filter { isKnown($0.key) } }
      var notes = state.fresh
      state.fresh = []
      for uid in changed {
        for tenant in state.tenants[uid] ?? [] { notes.insert(Note(uid: uid, tenant: tenant)) }
      }
      return notes
    }
  }

  /// Told by the recorder after each round.
  func note(unwritten: Int) { state.withLock { $0.unwritten = unwritten } }

  var isWritten: Bool { state.withLock { $0.unwritten == 0 && $0.fresh.isEmpty } }
}
