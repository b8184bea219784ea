package import AuditModel

/// Finds sudden or slow rises and falls of how often something is called: by tool, by caller (client, or user where there is no client), by
/// both together, and of the whole tenant.
///
/// A subject has a model after its first few records. Records that come late are not counted: what was late is no burst.
package struct RateDetector: Detector {
  package static let name = "rate"
  package static let kinds: [DetectorKind] = [.rateSpike, .rateDrop]
  package static let stateVersion: UInt16 = 1

  /// Records after which a subject gets a model.
  private static let recordsMin: UInt8 = 8
  /// A finding on a wider subject is not made where a narrower one explains this share of the calls.
  private static let explainedShare = 0.8

  private let rules: RateRules
  private var seeds: SubjectTable<RateSeed>
  private var entries: SubjectTable<RateEntry>
  /// The last sweep over the busy subjects, in steps of five minutes since 1970.
  private var swept: Int64 = .min

  package init(settings: DetectionSettings) {
    rules = RateRules(settings)
    seeds = SubjectTable(subjectsMax: settings.subjectsMax)
    // Below 4 KiB each, so a million subjects with seeds and models stay below 2 GiB.
    entries = SubjectTable(subjectsMax: max(1, settings.subjectsMax / 4))
  }

  package mutating func observe(_ observation: Observation, _ detection: inout Detection) {
    guard !observation.isLate, observation.time.nanoseconds >= 0 else { return }
    var explained = 0.0
    for subject in RateSubject.of(observation) {
      count(observation, for: subject, &explained, &detection)
    }
  }

  private mutating func count(
    _ observation: Observation, for subject: RateSubject, _ explained: inout Double, _ detection: inout Detection
  ) {
    let key = subject.key
    let minute = observation.time.nanoseconds / 60_000_000_000
    let seconds = observation.seconds
    let rules = rules
    var alarms: [RateAlarm] = []
    var share = 0.0
    let isKnown: Void? = entries.updateKnown(key) { entry in
      entry.model.advance(to: minute, rules) { alarms.append($0) }
      if let alarm = entry.model.add(at: seconds, rules) { alarms.append(alarm) }
      if entry.model.spikes.isOpen(at: seconds) { share = Double(entry.model.ring.sums[3]) }
    }
    guard isKnown != nil else { return plant(subject, key, minute, seconds) }
    for alarm in alarms {
      if !alarm.isDrop, subject.side != .callerAndTool,
        explained >= Self.explainedShare * Double(entries[key]?.model.ring.sums[3] ?? 0)
      {
        continue
      }
      report(alarm, subject, &detection)
    }
    explained = max(explained, share)
  }

  private mutating func plant(_ subject: RateSubject, _ key: SubjectKey, _ minute: Int64, _ seconds: Double) {
    let isEnough = seeds.update(key, make: { RateSeed() }) { seed in
      seed.count += 1
      return seed.count >= Self.recordsMin
    }
    guard isEnough else { return }
    seeds.remove(key)
    let rules = rules
    entries.update(key, make: { RateEntry(subject, RateModel(minute: minute)) }) { entry in
      _ = entry.model.add(at: seconds, rules)
    }
  }

  package mutating func advance(to time: RecordTime, _ detection: inout Detection) {
    let step = time.nanoseconds / 300_000_000_000
    guard step > swept else { return }
    swept = step
    let rules = rules
    var found: [(alarm: RateAlarm, subject: RateSubject)] = []
    entries.updateEach { _, entry in
      guard entry.model.isBusy else { return }
      entry.model.advance(to: step * 5, rules) { found.append(($0, entry.subject)) }
    }
    for (alarm, subject) in found where !Self.isExplained(alarm, subject, by: found) {
      report(alarm, subject, &detection)
    }
  }

  /// Whether a narrower subject that dropped at the same time brings most of the calls of a wider one.
  private static func isExplained(
    _ alarm: RateAlarm, _ subject: RateSubject, by found: [(alarm: RateAlarm, subject: RateSubject)]
  ) -> Bool {
    found.contains { other in
      other.subject.side.rawValue < subject.side.rawValue && other.alarm.at == alarm.at
        && (subject.tool.isNone || subject.tool == other.subject.tool)
        && (subject.caller.isNone || subject.caller == other.subject.caller)
        && other.alarm.usual >= explainedShare * alarm.usual
    }
  }

  // MARK: State

  package func write(to writer: inout StateWriter) {
    writer.put(swept)
    seeds.write(to: &writer)
    entries.write(to: &writer)
  }

  package mutating func read(from reader: inout StateReader) throws(StateError) {
    swept = try reader.int64()
    try seeds.read(from: &reader)
    try entries.read(from: &reader)
  }

  // MARK: Words

  package func explain(_ subject: String, _ names: borrowing NameTable) -> [String] {
    let name = Name(subject)
    var lines: [String] = []
    entries.forEach { _, entry in
      guard entry.subject.tool == name || entry.subject.caller == name else { return }
      lines.append(contentsOf: entry.explanation(names))
    }
    return lines
  }

  private func report(_ alarm: RateAlarm, _ subject: RateSubject, _ detection: inout Detection) {
    detection.report(RateWords.finding(alarm, subject, detection))
  }
}
