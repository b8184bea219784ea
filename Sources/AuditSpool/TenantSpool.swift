import AuditModel
import AuditRedact
import Glibc

/// The segments of one tenant. Only the `Spool` has one, and uses it on its thread.
///
/// Bytes come in at the end and become readable when they were synced; the cursor goes through them; what was committed is released,
/// and a segment that is released as a whole is unlinked.
final class TenantSpool {
  struct Segment {
    let number: Int64
    /// Bytes that are written and synced.
    var byteCount: Int
    var keys: [SubmissionKey] = []
  }

  private struct Unsynced {
    /// Without its rows.
    let piece: SpoolPiece
    let rows: Int
    let bytes: Int
    let end: SpoolMark
  }

  let tenant: TenantID
  let path: String
  let limits: SpoolLimits
  let disk: SpoolDisk
  var segments: [Segment] = []
  var lastNumber: Int64 = 0
  /// The last of `segments`, open for writing.
  private var active: SegmentFile?
  /// Bytes of the active segment, those included that are not synced yet.
  private var written = 0
  /// Pieces that are not synced yet, with where they end.
  private var unsynced: [Unsynced] = []
  private(set) var syncFailures = 0
  private var incarnation: Incarnation?
  var cursor = SpoolMark(segment: 0, offset: 0)
  var released = SpoolMark(segment: 0, offset: 0)
  var backlog = SpoolBacklog()
  var keys: KeyWindow
  var keyFile: KeyFile { KeyFile(path: path + "/keys") }
  var keyEntries = 0
  /// Keys whose segments are gone, or are about to go, and which are not in the key file yet.
  var unwrittenKeys: Set<SubmissionKey> = []
  var files: [FileIdentity: SpooledFile] = [:]
  var isSettling = false
  /// The segment that is being read.
  var reading: (number: Int64, file: SegmentFile)?

  init(tenant: TenantID, directory: String, limits: SpoolLimits, disk: SpoolDisk) {
    self.tenant = tenant
    path = "\(directory)/\(tenant.schemaName)"
    self.limits = limits
    self.disk = disk
    keys = KeyWindow(limits: limits)
  }

  /// Bytes on the disk, those included that are not synced yet.
  var byteCount: Int {
    segments.reduce(0) { $0 + $1.byteCount } + (active == nil ? 0 : written - (segments.last?.byteCount ?? 0))
      + keyEntries * KeyFile.entryBytes
  }

  func path(of number: Int64) -> String {
    let digits = String(number, radix: 16)
    return "\(path)/\(String(repeating: "0", count: 16 - digits.count))\(digits).seg"
  }

  /// Whether a piece with this key is written and not synced.
  func isUnsynced(_ key: SubmissionKey) -> Bool { unsynced.contains { $0.piece.key?.name == key } }

  var syncedTo: SpoolMark {
    guard let last = segments.last else { return SpoolMark(segment: lastNumber, offset: 0) }
    return SpoolMark(segment: last.number, offset: last.byteCount)
  }

  /// Gives a submission its place in its source.
  func place(_ piece: inout SpoolPiece, now: RecordTime) {
    let present = incarnation ?? Incarnation(openedAt: now)
    incarnation = present
    present.place(&piece)
  }

  /// Appends a frame; it counts only when it was synced.
  func write(_ frame: [UInt8], of piece: SpoolPiece) throws(SpoolError) -> SpoolMark {
    if active == nil || (written > 0 && written + frame.count > segmentBytesMax) { try roll() }
    guard let active, let number = segments.last?.number else { throw SpoolError(.write, path, EBADF) }
    try active.write(frame, at: written, disk)
    written += frame.count
    if piece.kind == .submission { incarnation?.advance(piece) }
    let end = SpoolMark(segment: number, offset: written)
    var head = piece
    head.records = .none
    head.rejected = .none
    unsynced.append(Unsynced(piece: head, rows: piece.rowCount, bytes: piece.rowBytes, end: end))
    return end
  }

  /// A tenant with a small share still gives space back piece by piece.
  private var segmentBytesMax: Int { min(limits.segmentBytesMax, max(1 << 16, limits.tenantBytesMax / 8)) }

  private func roll() throws(SpoolError) {
    try sync()
    active = nil
    try SpoolDirectory.make(path)
    let number = lastNumber + 1
    let file = try SegmentFile(path: path(of: number), .create)
    do throws(SpoolError) {
      try SpoolDirectory.sync(path)
    } catch {
      unlink(file.path)
      throw error
    }
    lastNumber = number
    active = file
    written = 0
    segments.append(Segment(number: number, byteCount: 0))
  }

  /// Makes what was written durable.
  /// - Throws: when that cannot be said. What was not synced is taken back as far as possible, and the next piece begins a segment.
  func sync() throws(SpoolError) {
    guard let active, !unsynced.isEmpty else { return }
    do throws(SpoolError) {
      try active.sync(disk)
    } catch {
      // After a failed sync nobody knows which pages are on the disk, and a second call may say that all is well.
      active.truncate(to: segments.last?.byteCount ?? 0)
      self.active = nil
      unsynced = []
      syncFailures += 1
      // What was written may be there or not. Its places are never given out again: a new incarnation begins at 0.
      incarnation = nil
      throw error
    }
    let now = ContinuousClock.now
    for written in unsynced {
      note(written.piece, rows: written.rows, bytes: written.bytes, at: now)
      if let key = written.piece.key {
        segments[segments.count - 1].keys.append(key.name)
        keys.insert(key, at: written.piece.received)
      }
      segments[segments.count - 1].byteCount = written.end.offset
    }
    unsynced = []
  }

  /// Takes note of a piece that can be read.
  func note(_ piece: SpoolPiece, rows: Int, bytes: Int, at now: ContinuousClock.Instant) {
    backlog.pieces += 1
    backlog.rows += rows
    backlog.bytes += bytes
    backlog.since = backlog.since ?? now
    backlog.oldest = min(backlog.oldest ?? piece.received, piece.received)
    guard piece.kind == .files else { return }
    backlog.filePieces += 1
    noteFiles(piece)
  }

  func noteFiles(_ piece: SpoolPiece) {
    for span in piece.spans.sorted(by: { $0.source < $1.source }) {
      guard let source = piece.sources.first(where: { $0.id == span.source }), let identity = source.identity else {
        continue
      }
      // Read a second time, an older piece says nothing new.
      if let known = files[identity], known.position > span.to { continue }
      let named = Set(span.pending.map(\.source))
      files[identity] = SpooledFile(
        source: source, position: span.to, pending: span.pending, lastBlock: span.lastBlock,
        gapBytes: span.gap?.byteCount ?? 0, order: files[identity]?.order ?? files.count,
        sources: piece.sources.filter { named.contains($0.id) })
    }
  }

  var hasUnsynced: Bool { !unsynced.isEmpty }

  static func remove(_ path: String) { unlink(path) }

  /// Ends the active segment, so that it can be unlinked.
  func endActive() { active = nil }
}
