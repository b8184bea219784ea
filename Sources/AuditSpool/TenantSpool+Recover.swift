import AuditModel
import AuditRedact

extension TenantSpool {
  /// What was not as it was written.
  struct Losses: Hashable {
    /// Segments that have any of the others.
    var damagedSegments = 0
    /// Bytes that are no frame.
    var damagedBytes = 0
    /// Frames whose heads are whole and whose rows are not; their bytes become gaps of their sources.
    var lostPieces = 0
  }

  /// The tenant of a directory: what the first frame that is whole says.
  static func tenant(of directory: String) -> TenantID? {
    for name in SpoolDirectory.names(in: directory) where name.hasSuffix(".seg") {
      guard let file = try? SegmentFile(path: "\(directory)/\(name)", .read) else { continue }
      let scanner = FrameScanner(byteCount: file.byteCount, read: file.read)
      var at = 0
      while let finding = scanner.finding(at: at, wantsRows: false) {
        switch finding {
        case .frame(let piece, _), .lost(let piece, _): return piece.tenant
        case .damage(let byteCount): at += byteCount
        }
      }
    }
    return nil
  }

  /// Goes through everything that an earlier run left. It never fails: what cannot be read is counted.
  func recover() -> Losses {
    var losses = Losses()
    let now = ContinuousClock.now
    recallKeys()
    for name in SpoolDirectory.names(in: path) where name.hasSuffix(".seg") {
      // Nobody has written so many: it is none of ours, and the next number has to be one.
      guard let number = Int64(name.dropLast(4), radix: 16), number > 0, number < Self.numberMax else { continue }
      lastNumber = max(lastNumber, number)
      guard let file = try? SegmentFile(path: path(of: number), .read) else { continue }
      segments.append(Segment(number: number, byteCount: file.byteCount))
      let scanner = FrameScanner(byteCount: file.byteCount, read: file.read)
      var at = 0
      let before = losses
      defer { if losses != before { losses.damagedSegments += 1 } }
      while let finding = scanner.finding(at: at) {
        switch checked(finding) {
        case .frame(let piece, let byteCount):
          note(piece, rows: piece.rowCount, bytes: piece.rowBytes, at: now)
          if let key = piece.key {
            segments[segments.count - 1].keys.append(key.name)
            keys.insert(key, at: piece.received)
          }
          at += byteCount
        case .lost(let piece, let byteCount):
          losses.lostPieces += 1
          note(piece, rows: 0, bytes: 0, at: now)
          at += byteCount
        case .damage(let byteCount):
          losses.damagedBytes += byteCount
          at += byteCount
        }
      }
    }
    cursor = SpoolMark(segment: segments.first?.number ?? 0, offset: 0)
    released = cursor
    return losses
  }

  /// Reads the keys of segments that are gone. They are there also where no segment is, and nothing else tells whose directory it is.
  func recallKeys() {
    let remembered = keyFile.read()
    for (key, time) in remembered { keys.insert(key, at: time) }
    keyEntries = remembered.count
  }

  private static let numberMax: Int64 = 1 << 62

  /// A frame of another tenant has no place here: it is never committed to this one.
  func checked(_ finding: FrameScanner.Finding) -> FrameScanner.Finding {
    switch finding {
    case .frame(let piece, let byteCount), .lost(let piece, let byteCount):
      piece.tenant == tenant ? finding : .damage(byteCount: byteCount)
    case .damage: finding
    }
  }
}
