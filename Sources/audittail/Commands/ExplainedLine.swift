import AuditModel
import AuditQuery
import AuditSource
import AuditStore
import Glibc

/// A line of a file that is at hand, and the way from it to what is stored: which source the file is, which batch read the bytes, and
/// what begins there.
struct ExplainedLine: Sendable {
  private let file: String
  private let identity: FileIdentity
  private let location: LineLocation
  /// The file's beginning, by which a source is known again.
  private let beginning: [UInt8]

  init(_ file: String, _ number: Int, lineBytesMax: Int) throws {
    self.file = file
    let log: LogFile
    do throws(LogFile.OpenError) {
      log = try LogFile(path: file)
    } catch {
      throw CommandFailure(.noInput, error.description)
    }
    identity = log.identity
    var bytes: [UInt8] = []
    let count = try log.read(at: 0, into: &bytes, count: Fingerprint.lengthMax)
    beginning = Array(bytes.prefix(count))
    var finder = LineFinder(lineBytesMax: lineBytesMax) { offset, buffer, count in
      try log.read(at: offset, into: &buffer, count: count)
    }
    do {
      location = try finder.find(number)
    } catch let failure as LineFinder.Failure {
      throw CommandFailure(.noInput, Self.words(failure, file, number))
    }
  }

  private static func words(_ failure: LineFinder.Failure, _ file: String, _ number: Int) -> String {
    switch failure {
    case .beyondEnd(let lines): "\(file) has \(lines.counted("line")), and no line \(number)."
    case .tooLong(let line): "Line \(line) of \(file) is too long to be looked at."
    }
  }

  /// One answer for each source that the file is: one, unless several collectors read it, or one that read it for several tenants.
  func trace(in tenants: [TenantID], of store: Store) async throws -> [LineTrace] {
    var traces: [LineTrace] = []
    for tenant in tenants {
      var found = 0
      for source in try await sources(of: tenant, in: store) {
        let trace = try await trace(source, in: store)
        traces.append(trace)
        found += trace.isStored ? 1 : 0
      }
      // Asked is asked, also where the answer is that nothing is there.
      try await store.logAccess(
        to: tenant, who: currentUser(), action: "explain",
        question: "{\"file\":\(RecordFormat.quoted(file)),\"line\":\(location.number)}", rows: Int64(found))
    }
    // One that has it is the answer; who has not read so far is of interest only where nobody has.
    let read = traces.filter(\.isAccounted)
    if !read.isEmpty { return read }
    return traces.isEmpty ? [LineTrace(line: line(beginsAt: nil), batch: nil, outcome: .unknown)] : traces
  }

  private func line(beginsAt: Int?) -> LineTrace.Line {
    LineTrace.Line(file: file, number: location.number, offset: location.offset, beginsAt: beginsAt)
  }

  /// The sources that this file is: the same file by identity and beginning, or, for one that was moved to another file system or
  /// copied back, one of the same name and beginning.
  private func sources(of tenant: TenantID, in store: Store) async throws -> [TracedSource] {
    let paths = [file, absolutePath(file)].flatMap { [$0, RotatedName.lineage(of: $0)] }
    let candidates = try await store.tracedSources(
      of: tenant, inode: identity.inode, fingerprint: Fingerprint(of: beginning), paths: paths
    )
    .filter { isBeginning($0.record.fingerprint) }
    let own = candidates.filter { $0.record.identity == identity }
    return own.isEmpty ? candidates.filter { ($0.record.fingerprint?.length ?? 0) > 0 } : own
  }

  private func isBeginning(_ fingerprint: Fingerprint?) -> Bool {
    guard let fingerprint, Int(fingerprint.length) <= beginning.count else { return false }
    return Fingerprint(of: Array(beginning.prefix(Int(fingerprint.length)))) == fingerprint
  }

  private func trace(_ source: TracedSource, in store: Store) async throws -> LineTrace {
    guard let batch = try await store.batch(of: source, reading: location.offset) else {
      let reach = try await store.reach(of: source)
      let reached = LineTrace.Batch.Reached(
        tenant: source.tenant, collectorName: source.collectorName, offset: reach)
      return LineTrace(
        line: line(beginsAt: nil), batch: nil, outcome: reach > location.offset ? .gap : .unread(reached))
    }
    // It ended in the batch that read its last byte; where its end is in another file, in that one or a later one.
    var last = Int64.max
    if let end = location.end, let closing = try await store.batch(of: source, reading: end - 1) {
      last = closing.sequence
    }
    let isPiece = location.start != location.offset
    if let stored = try await store.outcome(
      of: source, number: source.record.id, offset: location.start,
      batches: batch.sequence...max(batch.sequence, last))
    {
      return LineTrace(
        line: line(beginsAt: isPiece ? location.startNumber : nil), batch: stored.batch,
        outcome: stored.outcome)
    }
    if location.mayContinue, let trace = try await traceBefore(source, batch, upTo: last, in: store) { return trace }
    let pieces = line(beginsAt: isPiece ? location.startNumber : nil)
    if location.isBlank { return LineTrace(line: pieces, batch: batch, outcome: .blank) }
    let pruned = try await store.prunedDays(of: batch)
    if !pruned.isEmpty { return LineTrace(line: pieces, batch: batch, outcome: .pruned(days: pruned)) }
    return LineTrace(line: pieces, batch: batch, outcome: last == .max ? .open : .missing)
  }

  /// A line that began in the file before this one is stored under its beginning there.
  private func traceBefore(
    _ source: TracedSource, _ batch: LineTrace.Batch, upTo last: Int64, in store: Store
  ) async throws -> LineTrace? {
    let lineage = RotatedName.lineage(of: source.record.path)
    guard
      let before = try await store.sources(before: source, beginning: lineage)
        .first(where: { RotatedName.lineage(of: $0.record.path) == lineage }),
      let pending = try await store.pendingLines(after: before).first(where: {
        !$0.isWhole && $0.stream == location.stream
      })
    else { return nil }
    guard
      let stored = try await store.outcome(
        of: source, number: pending.source, offset: pending.offset,
        batches: batch.sequence...max(batch.sequence, last))
    else { return last == .max ? LineTrace(line: line(beginsAt: 0), batch: batch, outcome: .open) : nil }
    return LineTrace(
      line: line(beginsAt: 0), batch: stored.batch, outcome: stored.outcome)
  }
}
