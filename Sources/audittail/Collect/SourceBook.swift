import AuditModel

/// The sources of one tenant that this run has met, and how far each was handed to the store: that is what decides which of the spool's
/// pieces are stored already.
struct SourceBook {
  private struct Key: Hashable {
    let identity: FileIdentity
    let fingerprint: Fingerprint?
  }

  private var ids: [Key: SourceID] = [:]
  private var records: [SourceID: SourceRecord] = [:]
  private var handed: [SourceID: SourcePosition] = [:]
  /// Those that the ledger names, or a batch on its way there.
  private var named: Set<SourceID> = []

  /// - Parameter position: where the ledger stands; nil for a source that no batch has named yet.
  mutating func register(_ record: SourceRecord, at position: SourcePosition?) {
    records[record.id] = record
    if let identity = record.identity { ids[Key(identity: identity, fingerprint: record.fingerprint)] = record.id }
    guard let position else { return }
    named.insert(record.id)
    move(record.id, to: position)
  }

  private mutating func move(_ id: SourceID, to position: SourcePosition) {
    handed[id] = max(handed[id] ?? .start, position)
  }

  /// The number of a source that was met before, whatever number it has in a piece.
  func id(of record: SourceRecord) -> SourceID? {
    guard let identity = record.identity else { return record.id }
    return ids[Key(identity: identity, fingerprint: record.fingerprint)]
  }

  /// What is known of a source; one that was met under its number only has nothing else.
  func record(_ id: SourceID) -> SourceRecord {
    records[id] ?? SourceRecord(id: id, path: "", identity: nil, fingerprint: nil)
  }

  func isNamed(_ id: SourceID) -> Bool { named.contains(id) }

  /// How far a source is stored, or on its way.
  func position(of id: SourceID) -> SourcePosition { handed[id] ?? .start }

  /// A batch with these went on its way.
  mutating func hand(_ spans: [SourceSpan], naming sources: [SourceRecord]) {
    for source in sources {
      register(source, at: nil)
      named.insert(source.id)
    }
    for span in spans { move(span.source, to: span.to) }
  }
}
