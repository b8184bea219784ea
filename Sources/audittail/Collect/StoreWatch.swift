import AuditStore

/// Asks the database now and then what metrics say of it. It has a connection of its own, and no record waits for it.
struct StoreWatch: Sendable {
  let store: Store
  let metrics: CollectorMetrics

  private static let interval = Duration.seconds(30)

  /// Returns when it is cancelled.
  func run() async {
    while !Task.isCancelled {
      do {
        for tenant in try await store.tenants() { metrics.note(tenant, days: try await store.partitions(of: tenant)) }
      } catch {
        // Whoever commits says that the database is away; the figures stay as they were.
      }
      try? await Task.sleep(for: Self.interval)
    }
    await store.close()
  }
}
