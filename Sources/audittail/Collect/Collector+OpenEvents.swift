import AuditConfig
import AuditModel
import AuditSource

/// A lineage whose lines have begun something that has not ended: a call without its response, a stage of an event, half a document.
struct OpenLineage {
  let tenant: TenantID
  let server: [UInt8]?
  /// The last one that was read of it; what ends without a further line is noted behind it.
  var span: SourceSpan
  /// The lines that have to be read again after a restart, as they were told last.
  var lines: [PendingLine] = []
}

extension Collector {
  /// What a step told, with the places of what is open afterwards: a restarted collector reads these lines again. The newest source of
  /// a lineage is where it looks for them, so a line that came late in an older file adds a span without a byte.
  func withOpenLines(of lineage: Lineage, _ span: SourceSpan) -> [SourceSpan] {
    let (isOpen, lines) = intake(of: lineage.tenant).use { ($0.hasOpenEvents, $0.openLines) }
    let before = openLineages[lineage.path]
    openLineages[lineage.path] = nil
    guard isOpen || before != nil else { return [span] }
    let standing = lineage.standing.flatMap { $0.source == span.source ? nil : $0 }
    if isOpen {
      openLineages[lineage.path] = OpenLineage(
        tenant: lineage.tenant, server: lineage.server, span: standing ?? span, lines: lines)
    }
    guard let standing else { return [span.opening(lines)] }
    return lines == before?.lines ?? [] ? [span] : [span, standing.opening(lines)]
  }

  /// Reads again what an earlier run had open in a lineage.
  func readAgain(_ lineage: Lineage, _ buffer: inout [UInt8], window: TimeWindow) throws(LogFile.OpenError) {
    guard lineage.hasLinesToReadAgain else { return }
    let wall = clock()
    let (isOpen, lines, standing) = try intake(of: lineage.tenant).use { intake throws(LogFile.OpenError) in
      intake.enter(lineage.path)
      intake.forgetOpen()
      let standing = try lineage.readAgain(&buffer) { line, framed in
        intake.recall(line, framed, window: window, now: wall)
      }
      return (intake.hasOpenEvents, intake.openLines, standing)
    }
    guard isOpen, let standing else { return }
    openLineages[lineage.path] = OpenLineage(
      tenant: lineage.tenant, server: lineage.server, span: standing, lines: lines)
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
      let (isOpen, lines) = intake(of: lineage.tenant).use { intake in
        intake.enter(path)
        if all {
          intake.finish(server: lineage.server, window: window, now: wall, into: &batch)
        } else {
          intake.expire(server: lineage.server, window: window, now: wall, into: &batch)
        }
        return (intake.hasOpenEvents, intake.openLines)
      }
      if batch.rowCount > rows || lines != lineage.lines {
        var span = lineages[path]?.standing ?? lineage.span
        span.from = span.to
        span.lines = 0
        batch.note(span.opening(lines), byteCount: 0, now: .now)
        openLineages[path]?.lines = lines
      }
      tenants[lineage.tenant]?.open = batch
      if !isOpen { openLineages[path] = nil }
    }
  }
}

extension SourceSpan {
  /// The span with these whole lines open at its end.
  fileprivate func opening(_ lines: [PendingLine]) -> SourceSpan {
    var span = self
    span.pending.removeAll(where: \.isWhole)
    span.pending += lines
    return span
  }
}
