import AuditConfig
import AuditStore

/// Asks the database now and then what metrics say of it. It has a connection of its own, and no record waits for it.
struct StoreWatch: Sendable {
  let store: Store
  let metrics: CollectorMetrics
  let configuration: Configuration

  private static let interval = Duration.seconds(30)

  /// Returns when it is cancelled.
  func run() async {
    var pause = Duration.seconds(1)
    while !Task.isCancelled {
      do {
        let tenants = try await store.tenants()
        // A new installation has its first tenant in a moment.
        if !tenants.isEmpty { pause = Self.interval }
        for tenant in tenants {
          metrics.note(
            tenant, days: try await store.partitions(of: tenant), retention: configuration.retention(for: tenant))
        }
      } catch {
        // Whoever commits says that the database is away; the figures stay as they were.
      }
      try? await Task.sleep(for: pause)
    }
    await store.close()
  }
}
