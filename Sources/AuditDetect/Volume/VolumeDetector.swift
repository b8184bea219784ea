package import AuditModel
import Glibc

/// Finds callers and tools through which far more data leaves than usual: the results' bytes, counted in units of 256, judged as rates are
/// (`RateModel`), from the third day on.
package struct VolumeDetector: Detector {
  package static let name = "data-volume"
  package static let kinds: [DetectorKind] = [.dataVolume]
  package static let stateVersion: UInt16 = 1

  private static let unitBytes: Int64 = 256
  /// What one record counts for at most: 1 GiB.
  private static let unitsMax: Int64 = 1 << 22
  /// Nobody is woken up for less.
  private static let bytesMin = 64.0 * 1024

  private let rules: RateRules
  private var entries: SubjectTable<RateEntry>

  package init(settings: DetectionSettings) {
    rules = RateRules(settings)
    entries = SubjectTable(subjectsMax: max(1, settings.subjectsMax / 16))
  }

  package mutating func observe(_ observation: Observation, _ detection: inout Detection) {
    guard !observation.isLate, observation.time.nanoseconds >= 0, let bytes = observation.resultBytes, bytes > 0
    else { return }
    let units = UInt32(min((bytes - 1) / Self.unitBytes + 1, Self.unitsMax))
    for subject in RateSubject.of(observation) where subject.side == .tool || subject.side == .caller {
      add(units, observation, subject, &detection)
    }
  }

  private mutating func add(
    _ units: UInt32, _ observation: Observation, _ subject: RateSubject, _ detection: inout Detection
  ) {
    let minute = observation.time.nanoseconds / 60_000_000_000
    let rules = rules
    let alarm: RateAlarm? = entries.update(
      subject.key, make: { RateEntry(subject, RateModel(minute: minute, watchesDrops: false)) }
    ) { entry in
      entry.model.advance(to: minute, rules) { _ in }
      return entry.model.add(units, at: observation.seconds, rules)
    }
    guard let alarm, alarm.view != .firstHours, alarm.observed * Double(Self.unitBytes) >= Self.bytesMin else { return }
    report(alarm, observation, subject, &detection)
  }

  private func report(
    _ alarm: RateAlarm, _ observation: Observation, _ subject: RateSubject, _ detection: inout Detection
  ) {
    let minutes = RateRing.length(alarm.window)
    let start = observation.time.advanced(by: .seconds(-60 * minutes))
    var named = detection.subject(tool: subject.tool)
    let caller = detection.names.shown(subject.caller)
    if subject.callerIsUser { named.user = caller } else { named.client = caller }
    let who = caller.map { "\($0) received" } ?? "\(named.tool ?? "") returned"
    let observed = alarm.observed * Double(Self.unitBytes)
    let usual = alarm.usual * Double(Self.unitBytes)
    detection.report(
      Finding(
        detector: .dataVolume, at: observation.time, tenant: detection.tenant, subject: named, windowStart: start,
        windowEnd: observation.time, score: alarm.score, severity: Severity(score: alarm.score),
        summary:
          "\(who) \(Self.size(observed)) in \(RateWords.span(minutes)); the usual peak at this hour is \(Self.size(usual)).",
        evidence: Evidence(
          baseline: usual, observed: observed, unit: "bytes in \(RateWords.span(minutes))",
          probability: pow(10, -alarm.score) / (30 * 1440 / Double(minutes)),
          records: detection.recent.samples(since: start) { subject.covers($0) && ($0.resultBytes ?? 0) > 0 })))
  }

  private static func size(_ bytes: Double) -> String {
    var value = bytes
    for unit in ["B", "KiB", "MiB", "GiB"] {
      if value < 1024 {
        return value < 10 ? "\((value * 10).rounded() / 10) \(unit)" : "\(Int(value.rounded())) \(unit)"
      }
      value /= 1024
    }
    return "\(Int(value.rounded())) TiB"
  }

  package mutating func advance(to time: RecordTime, _ detection: inout Detection) {}

  package func explain(_ subject: String, _ names: borrowing NameTable) -> [String] {
    let name = Name(subject)
    var lines: [String] = []
    entries.forEach { _, entry in
      guard entry.subject.tool == name || entry.subject.caller == name else { return }
      let peaks = (0..<24).map { entry.model.peaksByHour.mean(3, hour: $0, isOff: false) }
      let highest = Double(peaks.max() ?? 0) * Double(Self.unitBytes)
      lines.append("\(subject): the usual peak of its busiest hour is \(Self.size(highest))")
    }
    return lines
  }

  package func write(to writer: inout StateWriter) { entries.write(to: &writer) }
  package mutating func read(from reader: inout StateReader) throws(StateError) { try entries.read(from: &reader) }
}
