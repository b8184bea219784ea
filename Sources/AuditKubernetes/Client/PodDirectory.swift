package import AuditModel
import Synchronization

/// What is known of the pods of this node now: filled by `PodMetadataService`, asked by everybody else, who never waits for it.
package final class PodDirectory: Sendable {
  private struct State {
    var table: PodTable
    var isSynced = false
    /// Pods of which something new is kept, since somebody took note; no more than the table has.
    var changed: Set<String> = []

    mutating func take(_ pod: PodMetadata, _ now: ContinuousClock.Instant) {
      if table.take(pod, now: now) { changed.insert(pod.uid) }
    }
  }

  private let state: Mutex<State>

  package init(limits: KubernetesLimits = KubernetesLimits()) {
    state = Mutex(State(table: PodTable(limits: limits)))
  }

  /// What is known of the pod with this uid, as the path of its log files has it.
  package subscript(uid: String) -> PodMetadata? { state.withLock { $0.table[uid] } }

  /// Whether a whole list arrived since the program began.
  package var isSynced: Bool { state.withLock { $0.isSynced } }

  package var count: Int { state.withLock { $0.table.count } }

  /// Pods for which there was no room.
  package var refused: Int { state.withLock { $0.table.refused } }

  /// The uids of the pods of which something new is kept since the last call.
  package func takeChanged() -> Set<String> {
    state.withLock { state in
      defer { state.changed = [] }
      return state.changed
    }
  }

  /// As if the API server had listed exactly these.
  package func fill(_ pods: [PodMetadata]) { take(pods, isFirstPage: true, isLastPage: true, now: .now) }

  func take(_ pods: [PodMetadata], isFirstPage: Bool, isLastPage: Bool, now: ContinuousClock.Instant) {
    state.withLock { state in
      if isFirstPage { state.table.beginList() }
      for pod in pods { state.take(pod, now) }
      guard isLastPage else { return }
      state.table.endList(now: now)
      state.isSynced = true
    }
  }

  func take(_ event: PodObjectReader.Event, now: ContinuousClock.Instant) {
    state.withLock { state in
      switch event {
      case .changed(let pod): state.take(pod, now)
      case .deleted(let uid, _): state.table.remove(uid, now: now)
      case .bookmark: state.table.forget(now: now)
      case .error: break
      }
    }
  }
}
