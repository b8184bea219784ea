import AuditSource
import AuditSpool

/// What is looked at now and then for whoever reads metrics.
extension Collector {
  private static let gaugeInterval = Duration.seconds(1)

  func gauge(_ batches: BatchLanes, _ now: ContinuousClock.Instant) {
    guard let metrics, metrics.isShown, now >= nextGauge else { return }
    nextGauge = now + Self.gaugeInterval
    var gauges = CollectorMetrics.Gauges()
    for lineage in lineages.values {
      gauges.lagBytes += lineage.unreadBytes
      guard let place = ContainerLogPath(lineage.path), let uid = place.uid else { continue }
      gauges.pods[uid] = .init(namespace: place.namespace ?? "", pod: place.pod ?? "")
    }
    gauges.files = lineages.count
    unreadSince = gauges.lagBytes > 0 ? unreadSince ?? now : nil
    var waits = [unreadSince]
    for (tenant, intake) in tenants { waits += [intake.open?.openedAt, batches.busySince(tenant)] }
    waits += spool?.spool.backlogs.values.map(\.since) ?? []
    gauges.waitingSince = waits.compactMap { $0 }.min()
    metrics.note(gauges)
  }
}
