import AuditAlert
import AuditModel
import AuditSample
import ServiceLifecycle
import Synchronization

/// What the demonstration has done so far, and the live line that says so.
final class DemoFigures: Service {
  private struct State {
    var written = 0
    var rotations = 0
    var anomaly: SampleAnomaly?
    var arrivals = DemoArrivals()
  }

  private let state = Mutex(State())
  private let totals: CollectorTotals
  private let duration: Duration?

  /// - Parameter duration: when to stop by itself; nil: when somebody says so.
  init(totals: CollectorTotals, duration: Duration?) {
    self.totals = totals
    self.duration = duration
  }

  func noteWritten(_ lines: Int) { state.withLock { $0.written += lines } }
  func noteRotation() { state.withLock { $0.rotations += 1 } }
  func note(_ anomaly: SampleAnomaly) { state.withLock { $0.anomaly = anomaly } }

  /// Notes a message that arrived, and prints it.
  func note(_ message: ReceivedMessage, at now: RecordTime) {
    state.withLock { $0.arrivals.note(message, at: now) }
    let words =
      "\(message.event.rawValue) [\(message.severity.rawValue)] \(message.tenant ?? "audittail"): \(message.summary)"
    let unusual = message.unusual.map { " (\($0))" } ?? ""
    StandardError.write(StandardError.isTerminal ? "\r\u{1B}[K\(words)\(unusual)\n" : "\(words)\(unusual)\n")
  }

  func run() async throws {
    let isTerminal = StandardError.isTerminal
    let began = ContinuousClock.now
    var ticks = 0
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      try? await Task.sleep(for: .seconds(1))
      ticks += 1
      if isTerminal {
        StandardError.write("\r\u{1B}[K\(line)")
      } else if ticks % 5 == 0 {
        StandardError.write(line + "\n")
      }
      if let duration, ContinuousClock.now - began >= duration { break }
    }
    StandardError.write(isTerminal ? "\r\u{1B}[K\(line)\n" : line + "\n")
  }

  private var line: String {
    let state = state.withLock { $0 }
    let sum = totals.all
    let anomaly = state.anomaly.map { ", now an anomaly: \($0.rawValue)" } ?? ""
    return "written \(state.written) lines, \(state.rotations) rotations · stored \(sum.records) records, "
      + "\(sum.rejected) rejected, \(sum.redactions) secrets taken out · \(sum.batches) batches · \(alerts(state))\(anomaly)"
  }
  private func alerts(_ state: State) -> String {
    guard let median = state.arrivals.median else { return "\(state.arrivals.count) alerts told" }
    let tenths = Int((median * 10).rounded())
    return "\(state.arrivals.count) alerts told, half within \(tenths / 10).\(tenths % 10) s of their record"
  }
}
