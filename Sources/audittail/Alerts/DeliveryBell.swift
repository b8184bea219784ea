import AuditAlert
import AuditModel
import Synchronization

/// Which scopes have deliveries that nobody has looked at yet. Rung by whoever plans them, asked by whoever sends them.
final class DeliveryBell: Sendable {
  private let rung = Mutex<Set<AlertScope>>([])

  func ring(_ scope: AlertScope) { rung.withLock { _ = $0.insert(scope) } }

  /// The scopes since the last time.
  func take() -> Set<AlertScope> {
    rung.withLock { rung in
      defer { rung = [] }
      return rung
    }
  }
}

/// When a receiver has something due, by scope, as far as is known.
final class DueTimes: Sendable {
  private let times = Mutex<[AlertScope: RecordTime]>([:])

  /// Notes that something may be due at a time.
  func note(_ scope: AlertScope, _ time: RecordTime) {
    times.withLock { times in times[scope] = min(times[scope] ?? time, time) }
  }

  /// The scopes that are due, the longest first; they are forgotten until they are noted again.
  func take(_ now: RecordTime) -> [AlertScope] {
    times.withLock { times in
      let due = times.filter { $0.value <= now }.sorted { ($0.value, $0.key.name) < ($1.value, $1.key.name) }
      for (scope, _) in due { times[scope] = nil }
      return due.map(\.key)
    }
  }
}
