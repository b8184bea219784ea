import AuditAlert
import AuditModel
import AuditStore
import Synchronization

/// Looks after the collectors by what they say of themselves, and tells of what is wrong and when it is over.
final class InstallationWatch: Sendable {
  private let store: Store
  private let silentAfter: Duration
  private let nextLook = Mutex(ContinuousClock.now)

  private static let interval = Duration.seconds(5)
  /// The database has taken nothing from a collector for so long.
  private static let refusedMax: Int64 = 60
  /// A spool that is this full, in percent.
  private static let spoolPercentMax: Int64 = 80
  private static let spoolPercentOver: Int64 = 60

  init(store: Store, silentAfter: Duration) { (self.store, self.silentAfter) = (store, silentAfter) }

  func look() async throws {
    let isDue = nextLook.withLock { next in
      guard ContinuousClock.now >= next else { return false }
      next = .now + Self.interval
      return true
    }
    guard isDue else { return }
    let (now, reports) = try await store.collectorReports()
    for report in reports { try await look(at: report, now) }
  }

  private func look(at report: CollectorReport, _ now: RecordTime) async throws {
    let age = (now.nanoseconds - report.heardAt.nanoseconds) / 1_000_000_000
    let isSilent = !report.isEnded && report.heardAt.advanced(by: silentAfter) < now
    try await tell(
      .collectorSilent, report.name, .critical, isSilent,
      "The collector \(report.name) has said nothing for \(age) seconds: what its node logs is not collected.",
      over: "The collector \(report.name) is there again, or has ended.")
    if isSilent { return }
    try await tell(
      .collectorLag, report.name, .warning, report.refusedSeconds > Self.refusedMax,
      "The database has taken nothing from the collector \(report.name) for \(report.refusedSeconds) seconds.",
      over: "The collector \(report.name) stores again.")
    let percent = report.spoolBytesMax > 0 ? report.spoolBytes * 100 / report.spoolBytesMax : 0
    if percent >= Self.spoolPercentMax || percent < Self.spoolPercentOver {
      try await tell(
        .spoolFilling, report.name, .critical, percent >= Self.spoolPercentMax,
        "The spool of the collector \(report.name) is \(percent) % full; at its limit it takes no more lines.",
        over: "The spool of the collector \(report.name) has emptied to \(percent) %.")
    }
  }

  private func tell(
    _ incident: Incident, _ subject: String, _ severity: AlertSeverity, _ isOn: Bool, _ words: String, over: String
  ) async throws {
    try await store.tell(incident, about: subject, isOn ? severity : .info, isOn ? words : over, isEnd: !isOn)
  }
}
