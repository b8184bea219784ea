import AuditModel

/// One life of a tenant's submission sources: a listener's accepted bytes, counted from 0.
///
/// Each start of the program begins a new one, so no damage and no lost directory can make a place be given out a second time. In the
/// ledger it looks like a file: its random number stands where a file has its inode, no device has the number -1, and the fingerprint
/// is that of the listener's name.
struct Incarnation {
  let identity: FileIdentity
  private var next: [String: Int64] = [:]

  init(openedAt: RecordTime) {
    identity = FileIdentity(device: -1, inode: Int64.random(in: 1...Int64.max), birth: openedAt.nanoseconds)
  }

  /// Gives a submission its source and its place in it.
  func place(_ piece: inout SpoolPiece) {
    guard let listener = piece.sources.first?.path, let id = piece.sources.first?.id else { return }
    piece.sources = [
      SourceRecord(id: id, path: listener, identity: identity, fingerprint: Fingerprint(of: Array(listener.utf8)))
    ]
    let base = next[listener] ?? 0
    piece.base = base
    for index in piece.spans.indices {
      piece.spans[index].from.offset += base
      piece.spans[index].to.offset += base
    }
  }

  /// The piece is written: the next one comes behind it.
  mutating func advance(_ piece: SpoolPiece) {
    guard let listener = piece.sources.first?.path, let to = piece.spans.last?.to.offset else { return }
    next[listener] = to
  }
}
