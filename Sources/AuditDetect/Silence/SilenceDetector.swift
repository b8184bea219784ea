package import AuditModel
import Glibc

/// Who always spoke and is silent now: a server, or a collector.
struct SilenceState: SubjectState {
  /// None for a collector.
  let server: Name
  let collector: Int32
  /// Seconds since 1970.
  var last: Double
  /// The logarithms of the longest gaps of days, working days and days off.
  var working: ExtremeGauge
  var off: ExtremeGauge
  var isReported = false
  var records = 0

  init(server: Name, collector: Int32, at seconds: Double) {
    self.server = server
    self.collector = collector
    last = seconds
    let hour = Int64(seconds / 3600)
    working = ExtremeGauge(hour: hour, floor: 0, scaleMin: 0.2, scaleOfMedian: 0)
    off = ExtremeGauge(hour: hour, floor: 0, scaleMin: 0.2, scaleOfMedian: 0)
  }

  func write(to writer: inout StateWriter) {
    writer.put(server)
    writer.put(collector)
    writer.put(last)
    working.write(to: &writer)
    off.write(to: &writer)
    writer.put(isReported)
    writer.put(UInt64(records))
  }

  init(from reader: inout StateReader) throws(StateError) {
    server = try reader.name()
    collector = try reader.int32()
    last = try reader.double()
    working = try ExtremeGauge(from: &reader)
    off = try ExtremeGauge(from: &reader)
    isReported = try reader.bool()
    records = Int(clamping: try reader.uint64())
  }
}

/// Finds servers and collectors that always spoke and went quiet: the gap since the last record is longer than the subject's days have
/// had, working days and days off apart.
package struct SilenceDetector: Detector {
  package static let name = "silence"
  package static let kinds: [DetectorKind] = [.silence]
  package static let stateVersion: UInt16 = 1

  /// Servers and collectors that are watched at most.
  private static let subjectsMax = 10_000
  private static let daysMin = 3
  /// What speaks more seldom than this is not missed: its longest daily gap, in seconds.
  private static let gapMax = 4 * 3600.0
  /// Nobody is woken up for a shorter gap.
  private static let gapMin = 300.0

  private let rules: RateRules
  private var states: SubjectTable<SilenceState>

  package init(settings: DetectionSettings) {
    rules = RateRules(settings)
    states = SubjectTable(subjectsMax: Self.subjectsMax)
  }

  package mutating func observe(_ observation: Observation, _ detection: inout Detection) {
    guard !observation.isLate, observation.time.nanoseconds >= 0 else { return }
    let threshold = detection.threshold
    if !observation.server.isNone {
      speak(SubjectKey(0x40, observation.server), observation.server, 0, observation.seconds, threshold)
    }
    speak(
      SubjectKey(0x41, Name(hash: UInt64(bitPattern: Int64(observation.record.collector)) &+ 1)), .none,
      observation.record.collector, observation.seconds, threshold)
  }

  private mutating func speak(
    _ key: SubjectKey, _ server: Name, _ collector: Int32, _ seconds: Double, _ threshold: Double
  ) {
    let isOff = rules.isOff(Int64(seconds / 60))
    states.update(key, make: { SilenceState(server: server, collector: collector, at: seconds) }) { state in
      let gap = Float(log(max(seconds - state.last, 1)))
      let hour = Int64(seconds / 3600)
      if isOff {
        state.off.begin(hour: hour)
        state.off.note(gap, alarmedAt: state.isReported ? threshold : nil)
      } else {
        state.working.begin(hour: hour)
        state.working.note(gap, alarmedAt: state.isReported ? threshold : nil)
      }
      state.last = seconds
      state.isReported = false
      state.records += 1
    }
  }

  package mutating func advance(to time: RecordTime, _ detection: inout Detection) {
    let now = Double(time.nanoseconds) * 1e-9
    let threshold = detection.threshold
    let rules = rules
    var quiet: [(SilenceState, limit: Double)] = []
    states.updateEach { _, state in
      guard !state.isReported, now - state.last > Self.gapMin, let limit = Self.limit(of: state, threshold, rules),
        now - state.last > limit
      else { return }
      state.isReported = true
      quiet.append((state, limit))
    }
    for (state, limit) in quiet { report(state, limit, &detection) }
  }

  /// The longest silence that is no news, in seconds; nil for who is often silent. It depends on the last record alone, not on when it is
  /// asked for.
  private static func limit(of state: SilenceState, _ threshold: Double, _ rules: RateRules) -> Double? {
    let gauges = gauges(of: state, rules)
    guard gauges.allSatisfy({ $0.daysKnown >= daysMin && usual($0) < gapMax }) else { return nil }
    return gauges.map { max(gapMin, exp(Double($0.value(ofScore: threshold)))) }.max()
  }

  /// Of the kind of day it is, and of the one that begins within half a day.
  private static func gauges(of state: SilenceState, _ rules: RateRules) -> [ExtremeGauge] {
    let minute = Int64(state.last / 60)
    let kinds = Set([rules.isOff(minute), rules.isOff(minute + 720)])
    return kinds.sorted { !$0 && $1 }.map { $0 ? state.off : state.working }
  }

  /// What every second day exceeds, roughly.
  private static func usual(_ gauge: ExtremeGauge) -> Double { exp(Double(gauge.value(ofScore: -log10(15)))) }

  private func report(_ state: SilenceState, _ limit: Double, _ detection: inout Detection) {
    // The full minute at which it was looked at, however time was advanced.
    let at = RecordTime(nanoseconds: (Int64((state.last + limit) / 60) + 1) * 60_000_000_000)
    let gauges = Self.gauges(of: state, rules)
    let usual = gauges.map(Self.usual).max() ?? 0
    let score = gauges.map { $0.score(Float(log(limit))) }.min() ?? 0
    let who = detection.names.shown(state.server) ?? "Collector \(state.collector)"
    detection.report(
      Finding(
        detector: .silence, at: at, tenant: detection.tenant,
        subject: detection.subject(server: state.server),
        windowStart: RecordTime(nanoseconds: Int64(state.last * 1e9)), windowEnd: at,
        score: max(detection.threshold, score), severity: .warning,
        summary:
          "\(who) has said nothing for \(Self.words(limit)); its longest silence on a usual day is \(Self.words(usual)).",
        evidence: Evidence(
          baseline: usual, observed: limit, unit: "seconds without a record",
          more: state.server.isNone ? [("collector", .number(Double(state.collector)))] : [])))
  }

  private static func words(_ seconds: Double) -> String {
    let minutes = seconds / 60
    if minutes < 1.5 { return "\(Int(seconds.rounded())) seconds" }
    return minutes < 100 ? "\(Int(minutes.rounded())) minutes" : "\(Int((minutes / 60).rounded())) hours"
  }

  package func explain(_ subject: String, _ names: borrowing NameTable) -> [String] {
    guard let state = states[SubjectKey(0x40, Name(subject))] else { return [] }
    let usual = Self.usual(state.working)
    return ["\(subject): \(state.records) records; the longest silence of a usual working day is \(Self.words(usual))"]
  }

  package func write(to writer: inout StateWriter) { states.write(to: &writer) }
  package mutating func read(from reader: inout StateReader) throws(StateError) { try states.read(from: &reader) }
}
