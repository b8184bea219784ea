package import AuditModel

extension Lineage {
  /// What an earlier run left of a source.
  package struct Earlier: Sendable {
    package let record: SourceRecord
    /// How far it was read.
    package let offset: Int64
    package let lastBlock: Int64?
    package let pending: [PendingLine]
    /// Its end was lost, and that is told.
    package let isEnded: Bool

    package init(record: SourceRecord, offset: Int64, lastBlock: Int64?, pending: [PendingLine], isEnded: Bool) {
      (self.record, self.offset, self.lastBlock) = (record, offset, lastBlock)
      (self.pending, self.isEnded) = (pending, isEnded)
    }

    package var mark: ContentMark {
      ContentMark(fingerprint: record.fingerprint, offset: offset, lastBlock: lastBlock)
    }
  }

  /// Goes on with a file that an earlier run read under the same inode.
  /// - Parameter sources: the newest first.
  /// - Returns: false where it is none of them: then its content may still be known, see `resume(stranger:)`.
  package func resume(
    _ file: LogFile, among sources: [Earlier], before newer: Set<FileIdentity>
  ) throws(LogFile.OpenError) -> Bool {
    for earlier in sources where earlier.record.identity == file.identity && !holds(earlier.record.id) {
      if try resume(file, as: earlier, before: newer) { return true }
    }
    return false
  }

  /// Goes on with a file under a rotation's name whose inode nobody knows, if it holds what was read: it was copied or compressed
  /// from that. Only after all files whose inode told.
  package func resume(
    stranger file: LogFile, among sources: [Earlier], before newer: Set<FileIdentity>
  ) throws(LogFile.OpenError) -> Adoption {
    let adoption = try adopt(file)
    guard adoption == .unknown else { return adoption }
    for earlier in sources where !holds(earlier.record.id) {
      if try resume(file, as: earlier, before: newer) { return .known }
    }
    return .unknown
  }

  private func resume(
    _ file: LogFile, as earlier: Earlier, before newer: Set<FileIdentity>
  ) throws(LogFile.OpenError) -> Bool {
    // A source of which nothing was ever read has nothing to be known by.
    guard earlier.record.fingerprint != nil else { return false }
    if earlier.isEnded { return try adopt(file, earlier.record, earlier.mark, isEnded: true) }
    if earlier.pending.isEmpty, try file.isReadThrough(earlier.mark) {
      return try adopt(file, earlier.record, earlier.mark, isEnded: true)
    }
    guard let last = try file.lastBytes(of: earlier.mark) else { return false }
    add(
      TailedFile(
        file: file, source: earlier.record, offset: earlier.offset, recalled: earlier.pending, lastBytes: last),
      before: newer)
    return true
  }

  /// Begins a file that nobody has read.
  package func begin(
    _ file: LogFile, path: String, as id: SourceID, before newer: Set<FileIdentity>
  ) throws(LogFile.OpenError) {
    let record = SourceRecord(id: id, path: path, identity: file.identity, fingerprint: try file.fingerprint())
    add(TailedFile(file: file, source: record, offset: 0, recalled: nil), before: newer)
  }
}
