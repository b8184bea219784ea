import AuditConfig
import AuditModel
import AuditSource

/// A lineage whose lines have begun something that has not ended: a call without its response, a stage of an event, half a document.
struct OpenLineage {
  let tenant: TenantID
  let server: [UInt8]?
  /// The last one that was read of it; what ends without a further line is noted behind it.
  var span: SourceSpan
}

extension Collector {
  /// Takes note of what a lineage has open after a step.
  func noteOpenEvents(of lineage: Lineage, _ span: SourceSpan?) -> SourceSpan? {
    guard let span else { return nil }
    let isOpen = intake(of: lineage.tenant).use { $0.hasOpenEvents }
    openLineages[lineage.path] =
      isOpen ? OpenLineage(tenant: lineage.tenant, server: lineage.server, span: span) : nil
    return span
  }

  /// Ends what has been open for too long, or everything: no line would end it.
  func expireOpenEvents(all: Bool = false) {
    let wall = clock()
    let limits = configuration.limits
    for (path, lineage) in openLineages {
      guard let window = tenants[lineage.tenant]?.window(now: wall, skew: limits.timeSkewMax),
        var batch = tenants[lineage.tenant]?.takeBatch(textBytesMax: limits.rejectedTextBytesMax)
      else { continue }
      let rows = batch.rowCount
      let isOpen = intake(of: lineage.tenant).use { intake in
        intake.enter(path)
        if all {
          intake.finish(server: lineage.server, window: window, now: wall, into: &batch)
        } else {
          intake.expire(server: lineage.server, window: window, now: wall, into: &batch)
        }
        return intake.hasOpenEvents
      }
      if batch.rowCount > rows {
        var span = lineage.span
        span.from = span.to
        span.lines = 0
        batch.note(span, byteCount: 0, now: .now)
      }
      tenants[lineage.tenant]?.open = batch
      if !isOpen { openLineages[path] = nil }
    }
  }
}
