import AuditConfig
import AuditDetect
import AuditModel
import AuditStore

/// The detectors over records that are stored, in the order of event time, as if they were new: what would have been found with this
/// configuration. Learns from what lies in the range and from nothing else; writes nothing.
struct BackTest: Sendable {
  let configuration: Configuration
  let tenant: TenantID?
  let since: RecordTime?
  let until: RecordTime?
  let budget: Double?

  /// Records are read so much of the time at once.
  private static let window = Duration.seconds(3600)

  /// - Parameter explain: a subject of which is said, at the end, what was learned.
  func run(_ store: Store, explain: String?) async throws {
    let tenants = try await tenants(store)
    var watches: [(tenant: TenantID, watch: RecordWatch)] = []
    let geo = try GeoDatabaseFile.read(configuration)
    var range: (first: RecordTime, last: RecordTime)?
    for tenant in tenants {
      guard let times = try await store.retainedTimes(of: tenant) else { continue }
      var settings = configuration.detection(for: tenant, geo: geo)
      if let budget { settings.budget = budget }
      watches.append((tenant, RecordWatch(tenant: tenant, settings: settings)))
      range = (
        min(range?.first ?? times.lowerBound, times.lowerBound), max(range?.last ?? times.upperBound, times.upperBound)
      )
    }
    guard let range else { return }
    let end = min(until ?? range.last.advanced(by: .nanoseconds(1)), range.last.advanced(by: .nanoseconds(1)))
    var from = max(since ?? range.first, range.first)
    let progress = Progress()
    while from < end, !Task.isCancelled {
      let to = min(from.advanced(by: Self.window), end)
      for (tenant, watch) in watches {
        try await store.records(from: from, until: to, in: tenant) { tuple, id in watch.observe(tuple, id) }
        watch.advance(to: to)
      }
      try print(watches.map(\.watch))
      from = to
      progress.note("\(from.rfc3339.prefix(16))")
    }
    for (_, watch) in watches { watch.finish() }
    try print(watches.map(\.watch))
    progress.end()
    if let explain { StandardError.write(Self.explanation(of: explain, watches)) }
  }

  private func tenants(_ store: Store) async throws -> [TenantID] {
    let known = try await store.tenants()
    guard let tenant else { return known }
    guard known.contains(tenant) else { throw StoreError.unknownTenant(tenant.name) }
    return [tenant]
  }

  /// What was found in a window, all tenants together, in the order of time.
  private func print(_ watches: [RecordWatch]) throws {
    let found = watches.flatMap { $0.takeFindings() }
    let order = found.indices.sorted { (found[$0].at, $0) < (found[$1].at, $1) }
    try StandardOutput.write(order.flatMap { Array((found[$0].json + "\n").utf8) })
  }

  private static func explanation(of subject: String, _ watches: [(tenant: TenantID, watch: RecordWatch)]) -> String {
    let lines = watches.flatMap { tenant, watch in watch.explain(subject).map { "\(tenant): \($0)\n" } }
    return lines.isEmpty ? "Nothing was learned of \(subject).\n" : lines.joined()
  }
}

/// Where a long reading has come, on standard error, when that is a terminal and it takes longer than two seconds.
private final class Progress {
  private let began = ContinuousClock.now
  private var shown: ContinuousClock.Instant?

  func note(_ place: String) {
    let now = ContinuousClock.now
    guard StandardError.isTerminal, now - began > .seconds(2), shown.map({ now - $0 > .milliseconds(500) }) ?? true
    else { return }
    StandardError.write("\r\u{1B}[Kread up to \(place)")
    shown = now
  }

  func end() {
    if shown != nil { StandardError.write("\r\u{1B}[K") }
  }
}
