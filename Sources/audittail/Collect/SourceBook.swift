import AuditModel

/// The sources of one tenant that this run has met, and how far each was handed to the store: that is what decides which of the spool's
/// pieces are stored already.
struct SourceBook {
  private struct Key: Hashable {
    let identity: FileIdentity
    let fingerprint: Fingerprint?
  }

  /// How far a source was handed on, and which of its lines were open there.
  struct Place {
    let position: SourcePosition
    let pending: [PendingLine]

    static let start = Place(position: .start, pending: [])
  }

  private var ids: [Key: SourceID] = [:]
  private var records: [SourceID: SourceRecord] = [:]
  private var handed: [SourceID: Place] = [:]
  /// Those that the ledger names, or a batch on its way there.
  private var named: Set<SourceID> = []

  /// - Parameter place: where the ledger stands; nil for a source that no batch has named yet.
  mutating func register(_ record: SourceRecord, at place: Place?) {
    records[record.id] = record
    if let identity = record.identity { ids[Key(identity: identity, fingerprint: record.fingerprint)] = record.id }
    guard let place else { return }
    named.insert(record.id)
    move(record.id, to: place)
  }

  private mutating func move(_ id: SourceID, to place: Place) {
    if let known = handed[id], known.position > place.position { return }
    handed[id] = place
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

  func place(of id: SourceID) -> Place { handed[id] ?? .start }

  /// A batch with these went on its way.
  mutating func hand(_ spans: [SourceSpan], naming sources: [SourceRecord]) {
    for source in sources {
      register(source, at: nil)
      named.insert(source.id)
    }
    for span in spans { move(span.source, to: Place(position: span.to, pending: span.pending)) }
  }
}
