package import AuditModel
import Synchronization

/// The memory of everything that was received and is not durable yet, over all listeners, and each tenant's part of it.
package final class InFlightBytes: Sendable {
  package enum Refusal: Error, Hashable, Sendable {
    /// Everybody together uses it all.
    case full
    /// The tenant uses its share.
    case share

    var words: String {
      switch self {
      case .full: "everything that is under way takes limits.in_flight_bytes"
      case .share: "the tenant has its limits.tenant_share under way"
      }
    }
  }

  private struct Held {
    var all = 0
    var byTenant: [TenantID?: Int] = [:]
  }

  private let bytesMax: Int
  private let shareMax: Int
  private let held = Mutex(Held())

  package init(bytesMax: Int, sharePercent: Int) {
    self.bytesMax = bytesMax
    shareMax = bytesMax / 100 * sharePercent
  }

  package var bytes: Int { held.withLock { $0.all } }

  package func reservation(for tenant: TenantID?) -> Reservation { Reservation(self, tenant) }

  fileprivate func change(_ tenant: TenantID?, by bytes: Int, isForced: Bool = false) throws(Refusal) {
    let refusal: Refusal? = held.withLock { held in
      let own = held.byTenant[tenant, default: 0] + bytes
      if bytes > 0, !isForced {
        if own > shareMax { return .share }
        if held.all + bytes > bytesMax { return .full }
      }
      held.all += bytes
      held.byTenant[tenant] = own == 0 ? nil : own
      return nil
    }
    if let refusal { throw refusal }
  }
}

/// One peer's part; given back when nobody holds it any more.
package final class Reservation: Sendable {
  private let pool: InFlightBytes
  private let tenant: TenantID?
  private let held = Mutex(0)

  fileprivate init(_ pool: InFlightBytes, _ tenant: TenantID?) {
    self.pool = pool
    self.tenant = tenant
  }

  deinit { try? pool.change(tenant, by: -held.withLock { $0 }) }

  /// Holds exactly `bytes` from now on; what is refused leaves it as it was.
  package func hold(_ bytes: Int) throws(InFlightBytes.Refusal) {
    let before = held.withLock { $0 }
    try pool.change(tenant, by: bytes - before)
    held.withLock { $0 = bytes }
  }

  /// The same, with or without room: for what is in memory already and has to go on.
  func force(_ bytes: Int) {
    let before = held.withLock { $0 }
    try? pool.change(tenant, by: bytes - before, isForced: true)
    held.withLock { $0 = bytes }
  }

  package func grow(by bytes: Int) throws(InFlightBytes.Refusal) {
    try hold(held.withLock { $0 } + bytes)
  }
}
