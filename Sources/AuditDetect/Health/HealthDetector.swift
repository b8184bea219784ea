package import AuditModel
import Glibc

/// Finds tools whose calls fail more often than they did (error-rate), or take longer (latency), in the last hour.
///
/// Errors: the surprise of so many failures among so many calls, binomially, at the tool's usual rate. Durations: how far the mean of
/// their logarithms is above the usual one, as a normal deviate. Both are calibrated by what the tool's own days have brought, and never
/// count for more than the formula itself says.
package struct HealthDetector: Detector {
  package static let name = "health"
  package static let kinds: [DetectorKind] = [.errorRate, .latency]
  package static let stateVersion: UInt16 = 1

  private static let callsMin = 5.0
  private static let callsKnownMin = 30.0
  /// A tool is slow when it takes this much longer at least, whatever its days were like.
  private static let slowdownMin = 1.3
  private static let quiet = 3 * 3600.0
  /// Windows of an hour in 30 days.
  private static let windows = 720.0
  /// Failures and durations come in clumps; the formulas count only half.
  private static let clumps = 0.5

  private var states: SubjectTable<HealthState>

  package init(settings: DetectionSettings) {
    states = SubjectTable(subjectsMax: max(1, settings.subjectsMax / 4))
  }

  package mutating func observe(_ observation: Observation, _ detection: inout Detection) {
    guard !observation.isLate, observation.time.nanoseconds >= 0 else { return }
    let step = observation.time.nanoseconds / 300_000_000_000
    let threshold = detection.threshold
    let key = SubjectKey(0x20, observation.tool, observation.server)
    let found = states.update(
      key, make: { HealthState(tool: observation.tool, server: observation.server, step: step) }
    ) { state in
      state.begin(step: step)
      return (
        Self.judgeErrors(observation, &state, threshold), Self.judgeLatency(observation, &state, threshold),
        state.errorRate,
        exp(state.logMean)
      )
    }
    if let errors = found.0 { reportErrors(errors, observation, usual: found.2, &detection) }
    if let latency = found.1 { reportLatency(latency, observation, usual: found.3, &detection) }
  }

  private struct Alarm {
    var score: Double
    var surprise: Double
    var calls: Double
    /// Errors, or the geometric mean of durations in nanoseconds.
    var observed: Double
  }

  private static func judgeErrors(
    _ observation: Observation, _ state: inout HealthState, _ threshold: Double
  ) -> Alarm? {
    guard observation.outcome != .unknown else { return nil }
    let isError = observation.outcome == .error
    state.recent.add(1, isError ? 1 : 0)
    defer { if state.errorGate.isArmed || !isError { state.learn(isError: isError) } }
    guard isError, state.calls >= callsKnownMin else { return nil }
    let sums = state.recent.sums(steps: 12)
    guard Double(sums.first) >= callsMin else { return nil }
    let surprise = BinomialTail.surprise(
      hits: Double(sums.second), trials: Double(sums.first), rate: state.errorRate)
    let formula = Calibration.score(log10Probability: -surprise * clumps, windows: windows)
    let score = min(formula, state.errorGauge.isReady ? state.errorGauge.score(Float(surprise)) : formula - 1)
    let isStrange = score >= threshold
    state.errorGauge.note(Float(surprise), alarmedAt: isStrange ? threshold : nil)
    guard isStrange, state.errorGate.strange(at: observation.seconds, quiet: quiet) else { return nil }
    return Alarm(score: score, surprise: surprise, calls: Double(sums.first), observed: Double(sums.second))
  }

  private static func judgeLatency(
    _ observation: Observation, _ state: inout HealthState, _ threshold: Double
  ) -> Alarm? {
    guard let duration = observation.duration, observation.outcome != .denied else { return nil }
    let logDuration = log(max(Double(duration), 1_000))
    state.recent.add(0, 0, Float(logDuration - state.logMean))
    let sums = state.recent.sums(steps: 3)
    var alarm: Alarm?
    if state.timed >= callsKnownMin, Double(sums.first) >= callsMin {
      let calls = Double(sums.first)
      let mean = Double(sums.third) / calls
      let deviate = mean / (max(state.logVariance, 1e-4) / calls).squareRoot()
      let surprise = max(0, deviate) * max(0, deviate) / 2 / log(10)
      let formula = Calibration.score(log10Probability: -surprise * clumps, windows: windows)
      let score = min(
        formula, state.latencyGauge.isReady ? state.latencyGauge.score(Float(surprise)) : formula - 1)
      let isStrange = score >= threshold && mean >= log(slowdownMin)
      state.latencyGauge.note(Float(surprise), alarmedAt: isStrange ? threshold : nil)
      if isStrange, state.latencyGate.strange(at: observation.seconds, quiet: quiet) {
        alarm = Alarm(score: score, surprise: surprise, calls: calls, observed: exp(state.logMean + mean))
      }
      if isStrange {
        // Learned only a little, so that a lasting change is learned in the end.
        state.learn(logDuration: min(logDuration, state.logMean + state.logVariance.squareRoot()))
        return alarm
      }
    }
    state.learn(logDuration: logDuration)
    return alarm
  }

  // MARK: Words

  private func reportErrors(
    _ alarm: Alarm, _ observation: Observation, usual: Double, _ detection: inout Detection
  ) {
    let start = observation.time.advanced(by: .seconds(-3600))
    let tool = detection.names.shown(observation.tool) ?? ""
    let share = Int((100 * alarm.observed / alarm.calls).rounded())
    detection.report(
      Finding(
        detector: .errorRate, at: observation.time, tenant: detection.tenant,
        subject: detection.subject(tool: observation.tool, server: observation.server), windowStart: start,
        windowEnd: observation.time, score: alarm.score, severity: Severity(score: alarm.score),
        summary:
          "\(Int(alarm.observed)) of \(Int(alarm.calls)) calls of \(tool) failed within an hour (\(share) %); \(Self.percent(usual)) % are usual.",
        evidence: Evidence(
          baseline: usual * alarm.calls, observed: alarm.observed, unit: "errors in 1 hour",
          probability: pow(10, -alarm.surprise),
          records: detection.recent.samples(since: start) {
            $0.tool == observation.tool && $0.server == observation.server && $0.outcome == .error
          })))
  }

  private func reportLatency(
    _ alarm: Alarm, _ observation: Observation, usual: Double, _ detection: inout Detection
  ) {
    let start = observation.time.advanced(by: .seconds(-900))
    let tool = detection.names.shown(observation.tool) ?? ""
    detection.report(
      Finding(
        detector: .latency, at: observation.time, tenant: detection.tenant,
        subject: detection.subject(tool: observation.tool, server: observation.server), windowStart: start,
        windowEnd: observation.time, score: alarm.score, severity: Severity(score: alarm.score),
        summary:
          "Calls of \(tool) take \(Self.milliseconds(alarm.observed)); \(Self.milliseconds(usual)) are usual.",
        evidence: Evidence(
          baseline: usual / 1e6, observed: alarm.observed / 1e6, unit: "ms, geometric mean of 15 minutes",
          probability: pow(10, -alarm.surprise),
          records: detection.recent.samples(since: start) {
            $0.tool == observation.tool && $0.server == observation.server && ($0.duration ?? 0) > Int64(usual)
          })))
  }

  private static func percent(_ share: Double) -> String {
    let percent = share * 100
    return percent < 10 ? "\((percent * 10).rounded() / 10)" : "\(Int(percent.rounded()))"
  }

  private static func milliseconds(_ nanoseconds: Double) -> String {
    let value = nanoseconds / 1e6
    return value < 10 ? "\((value * 10).rounded() / 10) ms" : "\(Int(value.rounded())) ms"
  }

  package func explain(_ subject: String, _ names: borrowing NameTable) -> [String] {
    let name = Name(subject)
    var lines: [String] = []
    states.forEach { _, state in
      guard state.tool == name || state.server == name else { return }
      let tool = names.shown(state.tool) ?? ""
      lines.append(
        "\(tool): \(Self.percent(state.errorRate)) % of calls fail, of \(Int(state.calls)) that count; they take \(Self.milliseconds(exp(state.logMean)))"
      )
    }
    return lines
  }

  package mutating func advance(to time: RecordTime, _ detection: inout Detection) {}

  package func write(to writer: inout StateWriter) { states.write(to: &writer) }
  package mutating func read(from reader: inout StateReader) throws(StateError) { try states.read(from: &reader) }
}
