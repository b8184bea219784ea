import AuditConfig
import AuditListen
import AuditModel
import AuditRedact
import AuditSource
import AuditSpool
import Postgres

/// Makes submissions durable: lines are parsed, redacted and encoded on a thread of its own, then the spool writes and syncs them. It needs
/// no database.
actor SubmissionIntake: SubmissionSink {
  private nonisolated let executor = ThreadExecutor(name: "submissions")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let access: SpoolAccess
  private let configuration: Configuration
  private let clock: @Sendable () -> RecordTime
  private let shared: IntakeBox
  private var own: [TenantID: IntakeBox] = [:]

  init(_ access: SpoolAccess, configuration: Configuration, clock: @escaping @Sendable () -> RecordTime = { .now })
    throws
  {
    self.access = access
    self.configuration = configuration
    self.clock = clock
    // The collector's number is the ledger's to give; rows get it when they leave the spool.
    shared = IntakeBox(LineIntake(collector: 0, policy: try RedactionPolicy(configuration.redaction), configuration))
    for tenant in configuration.tenants.keys {
      let policy = try RedactionPolicy(configuration.redaction(for: tenant))
      own[tenant] = IntakeBox(LineIntake(collector: 0, policy: policy, configuration))
    }
  }

  deinit { executor.stop() }

  /// - Throws: `SpoolError` where nobody can say whether the lines are durable.
  func take(_ submission: Submission) async throws -> SubmissionOutcome {
    if submission.lines.isEmpty { return .durable(records: 0, rejected: 0) }
    let tenant = submission.tenant ?? configuration.collector.tenant ?? .unnamed
    let piece = encode(submission, of: tenant)
    let outcome = try await access.spool.append(piece)
    switch outcome {
    case .durable:
      let backlog = access.spool.backlog(of: tenant)
      if backlog.pieces <= 1 || backlog.rows >= configuration.limits.batchRowsMax { access.rang() }
      return .durable(records: piece.records.value.count, rejected: piece.rejected.value.count)
    case .repeated(let records, let rejected): return .repeated(records: records, rejected: rejected)
    case .conflict: return .conflict
    case .full: return .full(retryAfter: access.spool.limits.retryAfter)
    }
  }

  /// The submission's only source within its piece; the spool gives it its identity and its place.
  private static let source = SourceID(1)

  private func encode(_ submission: Submission, of tenant: TenantID) -> SpoolPiece {
    let now = clock()
    let limits = configuration.limits
    let window = TimeWindow(
      earliest: now.advanced(by: .zero - configuration.retention(for: tenant)).day.start,
      latest: now.advanced(by: limits.timeSkewMax))
    var batch = OpenBatch(
      sequence: 0, textBytesMax: limits.rejectedTextBytesMax, reservingBytes: submission.bytes.count)
    var at: Int64 = 0
    let bytes = submission.bytes.span
    (own[tenant] ?? shared).use { intake in
      intake.enter(submission.listener)
      // A submission that finds no room comes again, and may not be taken for a repetition of itself.
      intake.forgetOpen()
      for line in submission.lines {
        let content = bytes.extracting(line.range.clamped(to: 0..<bytes.count))
        let isTooLong =
          content.count > limits.lineBytesMax || line.isCut && content.count == limits.lineBytesMax
        let framed = FramedLine(
          offset: at, source: Self.source, byteCount: content.count,
          ending: isTooLong ? .tooLong : line.isCut ? .cut : .whole, runtimeTime: line.time)
        intake.take(content, framed, server: nil, window: window, now: now, into: &batch)
        // As if it stood in a file, with its line feed.
        at += Int64(content.count) + 1
      }
      // What its lines left open, a call without its response, ends here: once acknowledged it may not wait in memory for more.
      intake.finish(server: nil, window: window, now: now, into: &batch)
    }
    let span = SourceSpan(
      source: Self.source, from: .start, to: SourcePosition(at), lines: Int32(clamping: submission.lines.count),
      pending: [])
    return batch.piece(
      of: tenant, span: span,
      source: SourceRecord(id: Self.source, path: submission.listener, identity: nil, fingerprint: nil),
      key: submission.key, byteCount: submission.bytes.count, received: now)
  }
}
