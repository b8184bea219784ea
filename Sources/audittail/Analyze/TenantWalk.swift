import AuditAlert
import AuditDetect
import AuditModel
import AuditStore
import Logging
import Postgres

/// The walk through one tenant's ledger for one leadership: batches in, findings out, each exactly once.
///
/// Findings, the cursors and the entry of the journal commit together. What was learned is in memory, and in a snapshot from time to time;
/// whoever leads next repeats the entries behind the snapshot, in their order and with their watermarks, and so knows what was known. The
/// findings of the repetition are there already.
actor TenantWalk {
  let tenant: TenantID
  private let lead: Lead
  private let settings: DetectionSettings
  private var watch: RecordWatch
  private var pace: WatermarkPace
  private var snapshots = SnapshotPace()
  private var cursors: [Int32: Int64] = [:]
  private var lastEntry: Int64 = 0
  private var feedback: Int64 = 0
  private var isBegun = false
  private var summarized: ContinuousClock.Instant?
  private var listened: ContinuousClock.Instant?
  /// A step that was taken and whose COMMIT was not answered; it is handed in again before anything else.
  private var unstored: (entry: WalkEntry, findings: [FindingRow])?

  /// Records of one step: a bite that is over in a fraction of a second.
  private static let recordsMax: Int64 = 20_000
  /// A detector's shortest window is a minute: what comes so late is in its place well enough.
  private static let toleratedDelay = Duration.seconds(60)
  private static let listenInterval = Duration.seconds(1)
  private static let summarizeInterval = Duration.seconds(10)
  /// When what was learned is lost, so much of the past is learned again.
  private static let relearned = Duration.seconds(28 * 86_400)

  /// - Parameter geo: where addresses are; one for all tenants.
  init(_ tenant: TenantID, _ lead: Lead, geo: GeoDatabase?) {
    self.tenant = tenant
    self.lead = lead
    settings = lead.configuration.detection(for: tenant, geo: geo)
    watch = RecordWatch(tenant: tenant, settings: settings, toleratedDelay: Self.toleratedDelay)
    pace = WatermarkPace(reorderMax: settings.reorderMax)
  }

  /// Where the store's thread is, there is the detectors' work: it would hold up Swift's own pool.
  nonisolated var unownedExecutor: UnownedSerialExecutor { lead.store.session.unownedExecutor }

  /// Walks as far as one step goes.
  func pass() async throws -> DutyPass {
    if !isBegun { try await begin() }
    if unstored != nil { try await store() }
    let ahead: LedgerAhead
    do {
      ahead = try await lead.store.ahead(of: cursors, in: tenant, recordsMax: Self.recordsMax)
      try await take(ahead)
    } catch {
      // What the detectors were given in part, they have to forget.
      isBegun = false
      throw error
    }
    try await store()
    try await keep()
    try await summarize(ahead)
    return ahead.hasMore ? .more : .idle
  }

  /// Now and then, so that little is searched for what comes next.
  private func summarize(_ ahead: LedgerAhead) async throws {
    guard let day = ahead.stretches.compactMap({ $0.times?.upperBound }).max()?.day else { return }
    let now = ContinuousClock.now
    if let summarized, now - summarized < Self.summarizeInterval { return }
    try await lead.store.summarize(day, of: tenant)
    summarized = now
  }

  /// Hears what was said about findings since the last time.
  /// - Returns: whether there was something.
  private func listen() async throws -> Bool {
    let now = ContinuousClock.now
    if let listened, now - listened < Self.listenInterval { return false }
    listened = now
    let heard = try await lead.store.feedback(on: tenant, (feedback + 1)...Int64.max)
    for word in heard { watch.hear(word.finding) }
    feedback = heard.last?.number ?? feedback
    return !heard.isEmpty
  }

  private func take(_ ahead: LedgerAhead) async throws {
    let before = watch.watermark
    let hasHeard = try await listen()
    try await read(ahead.stretches)
    let progress = watch.takeProgress()
    let now = ContinuousClock.now
    if let watermark = pace.next(newest: progress.newest, isCaughtUp: !ahead.hasMore, now: .now, at: now) {
      watch.advance(to: watermark)
    }
    let findings = watch.takeFindings().map(FindingRow.init)
    // Time that passes and brings nothing need not be written down: in one step or in several, it comes to the same.
    if ahead.stretches.isEmpty, findings.isEmpty, !hasHeard { return }
    lastEntry += 1
    let entry = WalkEntry(
      number: lastEntry, before: before, after: watch.watermark, feedback: feedback, stretches: ahead.stretches)
    unstored = (entry, findings)
    snapshots.note(records: progress.records)
  }

  private func read(_ stretches: [LedgerStretch]) async throws {
    if stretches.isEmpty { return }
    try await lead.store.records(of: stretches, in: tenant) { [watch] tuple, id in watch.observe(tuple, id) }
  }

  private func store() async throws {
    guard let (entry, findings) = unstored else { return }
    try await lead.store.store(
      entry, findings: findings, of: tenant, lead.epoch, found: .now,
      alerting: (lead.alerting.setup.pipeline, lead.since))
    if !findings.isEmpty { lead.alerting.bell.ring(.tenant(tenant)) }
    for stretch in entry.stretches { cursors[stretch.collector] = stretch.last }
    unstored = nil
    if !findings.isEmpty { lead.wakes.wake(AnalyzerDuties.afterFindings) }
  }

  private func keep() async throws {
    if snapshots.isDue(at: .now) { try await keepNow() }
  }

  /// Writes down what was learned.
  func keepNow() async throws {
    if !isBegun { try await begin() }
    if unstored != nil { try await store() }
    let state = watch.save()
    try await lead.store.keep(state, upTo: lastEntry, of: tenant, lead.epoch)
    snapshots.kept(bytes: state.count, at: .now)
  }

  /// What the detectors know when event time has come to `watermark`, or where it is.
  func learned(at watermark: RecordTime? = nil) async throws -> (state: [UInt8], watermark: RecordTime) {
    if !isBegun { try await begin() }
    if let watermark { watch.advance(to: watermark) }
    return (watch.save(), watch.watermark)
  }

  /// Knows again what the last leader knew.
  private func begin() async throws {
    let start = try await lead.store.beginWalk(of: tenant, lead.epoch)
    watch = RecordWatch(tenant: tenant, settings: settings, toleratedDelay: Self.toleratedDelay)
    pace = WatermarkPace(reorderMax: settings.reorderMax)
    (cursors, lastEntry, feedback, unstored) = (start.cursors, start.lastEntry, start.feedback, nil)
    if try restore(start) {
      var heard: Int64 = 0
      for entry in start.journal {
        try await repeatEntry(entry, heard)
        heard = entry.feedback
      }
    } else {
      try await learnAnew(until: start.journal.last?.after)
    }
    _ = watch.takeFindings()
    _ = watch.takeProgress()
    isBegun = true
  }

  /// - Returns: false where there is nothing to go on from, although something was walked.
  private func restore(_ start: WalkStart) throws -> Bool {
    guard let snapshot = start.snapshot else {
      return start.cursors.isEmpty || start.journal.first?.number == 1
    }
    snapshots.kept(bytes: snapshot.state.count, at: .now)
    do throws(StateError) {
      let anew = try watch.restore(snapshot.state)
      if !anew.isEmpty {
        lead.logger.notice(
          "Detectors begin to learn anew: what they had learned is of another version.",
          metadata: ["tenant": "\(tenant)", "detectors": "\(anew.joined(separator: ", "))"])
      }
      return true
    } catch {
      lead.logger.warning(
        "What the detectors had learned cannot be read; they learn from the retained records again.",
        metadata: ["tenant": "\(tenant)", "error": "\(error)"])
      watch = RecordWatch(tenant: tenant, settings: settings, toleratedDelay: Self.toleratedDelay)
      return false
    }
  }

  /// - Parameter heard: what was said up to this number is known. What the snapshot knows already may be heard again.
  private func repeatEntry(_ entry: WalkEntry, _ heard: Int64) async throws {
    watch.advance(to: entry.before)
    if entry.feedback > heard {
      for word in try await lead.store.feedback(on: tenant, (heard + 1)...entry.feedback) { watch.hear(word.finding) }
    }
    try await read(entry.stretches)
    watch.advance(to: entry.after)
    _ = watch.takeFindings()
    snapshots.note(records: watch.takeProgress().records)
  }

  /// Goes through the retained records of what was walked, as far back as matters, and finds nothing.
  private func learnAnew(until watermark: RecordTime?) async throws {
    if let times = try await lead.store.retainedTimes(of: tenant) {
      let last = times.upperBound
      var from = max(times.lowerBound, last.advanced(by: .zero - Self.relearned))
      while from <= last {
        let until = from.advanced(by: .seconds(3600))
        try await lead.store.records(from: from, until: until, in: tenant, upTo: cursors) { [watch] tuple, id in
          watch.observe(tuple, id)
        }
        watch.advance(to: min(until, watermark ?? until, .now))
        _ = watch.takeFindings()
        from = until
      }
    }
    if feedback > 0 {
      for word in try await lead.store.feedback(on: tenant, 1...feedback) { watch.hear(word.finding) }
    }
    let state = watch.save()
    try await lead.store.keep(state, upTo: lastEntry, of: tenant, lead.epoch)
    snapshots.kept(bytes: state.count, at: .now)
  }
}
