import AuditModel
import Synchronization

/// The partitions that are known to be there, so that a batch asks for each only once.
final class KnownDays: Sendable {
  private struct Key: Hashable {
    let tenant: TenantID
    let day: Day
  }

  private let known = Mutex<Set<Key>>([])

  func missing(_ days: Set<Day>, of tenant: TenantID) -> [Day] {
    known.withLock { known in days.filter { !known.contains(Key(tenant: tenant, day: $0)) } }.sorted()
  }

  func insert(_ day: Day, of tenant: TenantID) {
    known.withLock { known in
      // A day that left by retention is not missed; a year of days of many tenants still fits.
      if known.count > 100_000 { known.removeAll() }
      known.insert(Key(tenant: tenant, day: day))
    }
  }

  func forget(_ tenant: TenantID) {
    known.withLock { known in known = known.filter { $0.tenant != tenant } }
  }
}
