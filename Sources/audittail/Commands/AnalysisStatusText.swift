import AuditModel
import AuditQuery
import AuditStore

/// What `status` says of analyzers: who leads, how far each tenant's ledger was walked, and what was found.
enum AnalysisStatusText {
  static func table(_ analyzer: AnalyzerStatus) -> String {
    let role = analyzer.epoch.map { "leads in epoch \($0)" } ?? "waits to take over"
    return "analyzer    \(analyzer.name) \(role), last seen \(StatusCommand.ago(analyzer.seen))\n"
  }

  static func table(_ analysis: TenantAnalysis) -> String {
    var text = ""
    if let since = analysis.waitingSince {
      text +=
        "  analysis    \(Int(analysis.recordsAhead).counted("record")) in "
        + "\(Int(analysis.batchesAhead).counted("batch", "batches")) not looked at yet, the oldest of \(StatusCommand.ago(since))\n"
    } else {
      text += "  analysis    up to date\n"
    }
    for finding in analysis.findings {
      text +=
        "  findings    \(finding.detector): \(finding.count)\(finding.mode == "shadow" ? " (shadow)" : ""), "
        + "last \(StatusCommand.ago(finding.last))\n"
    }
    return text
  }

  /// Members of the tenant's object; analyzers are the installation's, and stand in each line.
  static func ndjson(_ analysis: TenantAnalysis, _ analyzers: [AnalyzerStatus]) -> String {
    let who = analyzers.map { analyzer in
      "{\"name\":\(RecordFormat.quoted(analyzer.name)),\"leads\":\(analyzer.epoch != nil),\"seen\":\"\(analyzer.seen.rfc3339)\"}"
    }
    let findings = analysis.findings.map { finding in
      "{\"detector\":\"\(finding.detector)\",\"mode\":\"\(finding.mode)\",\"count\":\(finding.count),"
        + "\"last\":\"\(finding.last.rfc3339)\"}"
    }
    var text = "\"analysis\":{\"recordsAhead\":\(analysis.recordsAhead),\"batchesAhead\":\(analysis.batchesAhead)"
    if let since = analysis.waitingSince { text += ",\"waitingSince\":\"\(since.rfc3339)\"" }
    return text + ",\"findings\":[\(findings.joined(separator: ","))]},\"analyzers\":[\(who.joined(separator: ","))]"
  }
}
