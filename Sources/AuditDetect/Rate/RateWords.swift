import AuditModel
import Glibc

/// What rate models find, in words for people.
enum RateWords {
  static func finding(_ alarm: RateAlarm, _ subject: RateSubject, _ detection: Detection) -> Finding {
    let minutes = RateRing.length(alarm.window)
    let at = RecordTime(nanoseconds: Int64((alarm.at * 1e9).rounded()))
    let start = at.advanced(by: .seconds(-60 * minutes))
    var named = detection.subject(tool: subject.tool)
    let caller = detection.names.shown(subject.caller)
    if subject.callerIsUser { named.user = caller } else { named.client = caller }
    var evidence = Evidence(
      baseline: alarm.usual, observed: alarm.observed, unit: "calls in \(span(minutes))",
      probability: pow(10, -alarm.score) / (30 * 86_400 / Double(minutes * 60)))
    evidence.more = [("view", .text(view(alarm)))]
    if !alarm.isDrop {
      evidence.records = detection.recent.samples(since: start) { subject.covers($0) }
    }
    return Finding(
      detector: alarm.isDrop ? .rateDrop : .rateSpike, at: at, tenant: detection.tenant, subject: named,
      windowStart: start, windowEnd: at, score: alarm.score, severity: Severity(score: alarm.score),
      summary: summary(alarm, tool: named.tool, caller: caller, minutes), evidence: evidence)
  }

  static func span(_ minutes: Int) -> String {
    minutes == 1
      ? "1 minute" : minutes % 60 == 0 ? "\(minutes / 60) hour\(minutes == 60 ? "" : "s")" : "\(minutes) minutes"
  }

  private static func view(_ alarm: RateAlarm) -> String {
    switch alarm.view {
    case .record: "beyond its busiest days"
    case .hour: "unusual at this hour"
    case .firstHours: "beyond the first hours that were seen"
    }
  }

  private static func summary(_ alarm: RateAlarm, tool: String?, caller: String?, _ minutes: Int) -> String {
    let count = Int(alarm.observed)
    let times = count == 1 ? "once" : "\(count) times"
    let who =
      switch (tool, caller) {
      case (let tool?, let caller?): "\(caller) called \(tool) \(times)"
      case (let tool?, nil): "\(tool) was called \(times)"
      case (nil, let caller?): "\(caller) made \(count) calls"
      case (nil, nil): "The whole tenant made \(count) calls"
      }
    let usual = alarm.usual < 10 ? "\((alarm.usual * 10).rounded() / 10)" : "\(Int(alarm.usual.rounded()))"
    return alarm.isDrop
      ? "\(who) in \(span(minutes)); at this hour at least about \(usual) are usual."
      : "\(who) in \(span(minutes)); the usual peak at this hour is \(usual)."
  }
}

extension RateEntry {
  /// What was learned of the subject.
  func explanation(_ names: borrowing NameTable) -> [String] {
    let tool = names.shown(subject.tool)
    let caller = names.shown(subject.caller)
    let whose = [caller, tool].compactMap { $0 }.joined(separator: " · ")
    let title = "\(whose): \(model.days) days"
    guard model.days > 0 else { return ["\(title); too few to say more."] }
    let hours = (0..<24).map { hour in
      let peak = model.peaksByHour.mean(3, hour: hour, isOff: false)
      return "\(Int(peak.rounded()))"
    }
    let off = (0..<24).map { "\(Int(model.peaksByHour.mean(3, hour: $0, isOff: true).rounded()))" }
    return [
      "\(title); usual peak of an hour's calls by hour (UTC), working days: \(hours.joined(separator: " "))",
      "\(whose): days off: \(off.joined(separator: " "))",
    ]
  }
}
