import AuditModel
import AuditRedact
import Glibc

extension TenantSpool {
  /// Reads pieces from the cursor on, at least one where there is one, and moves the cursor behind them.
  func read(rowsMax: Int, bytesMax: Int) -> SpoolRead {
    var result = SpoolRead(end: cursor)
    var rows = 0
    var bytes = 0
    while rows < rowsMax, bytes < bytesMax {
      guard let scanner = scanner(), let finding = scanner.finding(at: cursor.offset) else {
        // Nothing is left, whatever was counted: a segment may have been deleted under our feet.
        backlog = SpoolBacklog()
        break
      }
      let byteCount: Int
      switch checked(finding) {
      case .frame(let piece, let count):
        byteCount = count
        // The next batch takes what does not fit into this one.
        if rows > 0, rows + piece.rowCount > rowsMax || bytes + piece.rowBytes > bytesMax { return result }
        rows += piece.rowCount
        bytes += piece.rowBytes
        result.items.append(.piece(piece))
        passed(piece, rows: piece.rowCount, bytes: piece.rowBytes)
      case .lost(let piece, let count):
        byteCount = count
        result.items.append(.lost(piece))
        passed(piece, rows: 0, bytes: 0)
      case .damage(let count):
        byteCount = count
      }
      cursor = SpoolMark(segment: cursor.segment, offset: cursor.offset + byteCount)
      result.end = cursor
    }
    return result
  }

  private func passed(_ piece: SpoolPiece, rows: Int, bytes: Int) {
    backlog.pieces = max(0, backlog.pieces - 1)
    backlog.rows = max(0, backlog.rows - rows)
    backlog.bytes = max(0, backlog.bytes - bytes)
    backlog.oldest = backlog.oldest.map { max($0, piece.received) }
    if piece.kind == .files { backlog.filePieces = max(0, backlog.filePieces - 1) }
    if backlog.pieces == 0 { backlog = SpoolBacklog() }
  }

  /// The segment at the cursor, as far as it is synced; nil at the end.
  private func scanner() -> FrameScanner? {
    while let segment = segments.first(where: { $0.number >= cursor.segment }) {
      if segment.number > cursor.segment { cursor = SpoolMark(segment: segment.number, offset: 0) }
      if cursor.offset < segment.byteCount, let file = file(of: segment.number) {
        return FrameScanner(byteCount: segment.byteCount, read: file.read)
      }
      guard segments.contains(where: { $0.number > cursor.segment }) else { return nil }
      cursor = SpoolMark(segment: cursor.segment + 1, offset: 0)
    }
    return nil
  }

  private func file(of number: Int64) -> SegmentFile? {
    if let reading, reading.number == number { return reading.file }
    guard let file = try? SegmentFile(path: path(of: number), .read) else { return nil }
    reading = (number, file)
    return file
  }

  /// Puts the cursor back to what was not released: a new run of the committing side begins.
  func rewind() {
    let end = cursor
    guard released < end else { return }
    cursor = released
    let now = ContinuousClock.now
    while cursor < end, let scanner = scanner(), cursor < end, let finding = scanner.finding(at: cursor.offset) {
      let byteCount: Int
      switch checked(finding) {
      case .frame(let piece, let count):
        byteCount = count
        note(piece, rows: piece.rowCount, bytes: piece.rowBytes, at: now)
      case .lost(let piece, let count):
        byteCount = count
        note(piece, rows: 0, bytes: 0, at: now)
      case .damage(let count):
        byteCount = count
      }
      cursor = SpoolMark(segment: cursor.segment, offset: cursor.offset + byteCount)
    }
    cursor = released
  }

  /// Nothing comes any more: where everything was committed, no segment stays.
  func settle(now: RecordTime) {
    isSettling = true
    release(upTo: released, now: now)
    isSettling = false
  }

  /// What is before `mark` was committed: its space is given back, segment by segment.
  func release(upTo mark: SpoolMark, now: RecordTime) {
    released = max(released, mark)
    let isDone = backlog.isEmpty && released >= syncedTo && !hasUnsynced
    if isDone { files = [:] }
    let past = segments.filter { isPast($0, isDone: isDone) }
    if past.isEmpty, unwrittenKeys.isEmpty { return }
    // Their keys have to outlive them. A full disk has no room for keys before it has given some back.
    for segment in past { unwrittenKeys.formUnion(segment.keys) }
    guard writeKeys(mayBeFull: !past.isEmpty) else { return }
    for segment in past {
      if segment.number == lastNumber { endActive() }
      if reading?.number == segment.number { reading = nil }
      unlink(path(of: segment.number))
    }
    let numbers = Set(past.map(\.number))
    segments.removeAll { numbers.contains($0.number) }
    _ = writeKeys(mayBeFull: true)
  }

  private func isPast(_ segment: Segment, isDone: Bool) -> Bool {
    if segment.number < released.segment { return true }
    guard segment.number == released.segment, released.offset >= segment.byteCount else { return false }
    return segment.number != lastNumber || (isDone && (isSettling || segment.byteCount >= Self.recycledBytesMin))
  }

  /// An active segment that is shorter is kept when everything in it was committed: making files costs more than it holds.
  private static let recycledBytesMin = 64 << 10

  /// Writes keys down whose segments go.
  /// - Returns: false where that failed, but for want of room if `mayBeFull`; then they are tried again.
  private func writeKeys(mayBeFull: Bool) -> Bool {
    if unwrittenKeys.isEmpty { return true }
    do throws(SpoolError) {
      if keyEntries + unwrittenKeys.count > 2 * limits.keysMax {
        let all = keys.all
        try keyFile.replace(with: all, disk: disk)
        keyEntries = all.count
      } else {
        let fresh = keys.all.filter { unwrittenKeys.contains($0.0.name) }
        do throws(SpoolError) {
          try keyFile.append(fresh, disk: disk)
          keyEntries += fresh.count
        } catch {
          if error.isFull { throw error }
          // A file that cannot be written any more is written anew.
          let all = keys.all
          try keyFile.replace(with: all, disk: disk)
          keyEntries = all.count
        }
      }
      unwrittenKeys = []
      return true
    } catch {
      return mayBeFull && error.isFull
    }
  }
}

/// Pieces in their order, and where the spool goes on behind them.
package struct SpoolRead: Sendable {
  package enum Item: Sendable {
    case piece(SpoolPiece)
    /// What is known of a piece whose rows are damaged: its bytes are a gap.
    case lost(SpoolPiece)
  }

  package var items: [Item] = []
  /// Released when they were committed.
  package var end: SpoolMark
}
