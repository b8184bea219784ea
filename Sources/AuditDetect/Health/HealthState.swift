import AuditModel
import Glibc

/// What is known of the calls of one tool, or one caller: how many fail, and how long they take.
struct HealthState: SubjectState {
  let tool: Name
  let server: Name
  /// Calls, errors, and the sum of the logarithms of durations.
  var recent: SlidingSums
  /// Of the last weeks, fading: calls, errors; durations: weight, mean and variance of the logarithm.
  var calls = 0.0
  var errors = 0.0
  var timed = 0.0
  var logMean = 0.0
  var logVariance = 0.25
  var errorGauge: ExtremeGauge
  var latencyGauge: ExtremeGauge
  var errorGate = OnsetGate()
  var latencyGate = OnsetGate()

  /// A call weighs half after 50,000 further ones.
  private static let fade = 1 - 1.4e-5

  init(tool: Name, server: Name, step: Int64) {
    self.tool = tool
    self.server = server
    recent = SlidingSums(step: step)
    errorGauge = ExtremeGauge(hour: step / 12, floor: 0, scaleMin: 0.5)
    latencyGauge = ExtremeGauge(hour: step / 12, floor: 0, scaleMin: 0.5)
  }

  mutating func begin(step: Int64) {
    guard step > recent.step else { return }
    recent.advance(to: step)
    errorGauge.begin(hour: step / 12)
    latencyGauge.begin(hour: step / 12)
  }

  /// The usual share of errors; one of a hundred is believed before anything was seen.
  var errorRate: Double { (errors + 0.5) / (calls + 50) }

  mutating func learn(isError: Bool) {
    calls = calls * Self.fade + 1
    errors = errors * Self.fade + (isError ? 1 : 0)
  }

  mutating func learn(logDuration: Double) {
    timed = timed * Self.fade + 1
    let rate = max(1 / timed, 1e-4)
    let stray = logDuration - logMean
    logMean += rate * stray
    if timed > 1.5 { logVariance += rate * (stray * stray - logVariance) }
  }

  func write(to writer: inout StateWriter) {
    writer.put(tool)
    writer.put(server)
    recent.write(to: &writer)
    for value in [calls, errors, timed, logMean, logVariance] { writer.put(value) }
    errorGauge.write(to: &writer)
    latencyGauge.write(to: &writer)
    errorGate.write(to: &writer)
    latencyGate.write(to: &writer)
  }

  init(from reader: inout StateReader) throws(StateError) {
    tool = try reader.name()
    server = try reader.name()
    recent = try SlidingSums(from: &reader)
    calls = try reader.double()
    errors = try reader.double()
    timed = try reader.double()
    logMean = try reader.double()
    logVariance = try reader.double()
    errorGauge = try ExtremeGauge(from: &reader)
    latencyGauge = try ExtremeGauge(from: &reader)
    errorGate = try OnsetGate(from: &reader)
    latencyGate = try OnsetGate(from: &reader)
  }
}
