package import AuditModel

extension Lineage {
  /// What an earlier run left of a source.
  package struct Earlier: Sendable {
    package let record: SourceRecord
    /// How far it was read.
    package let offset: Int64
    package let lastBlock: Int64?
    package let pending: [PendingLine]
    /// Bytes after `offset` that were lost, and told of; 0 as a rule.
    package let gapBytes: Int64

    package init(record: SourceRecord, offset: Int64, lastBlock: Int64?, pending: [PendingLine], gapBytes: Int64) {
      (self.record, self.offset, self.lastBlock) = (record, offset, lastBlock)
      (self.pending, self.gapBytes) = (pending, gapBytes)
    }

    /// As a position says it.
    /// - Parameter position: how far the source is accounted for, with what was lost.
    package init(
      record: SourceRecord, position: SourcePosition, lastBlock: Int64?, pending: [PendingLine], gapBytes: Int64
    ) {
      // With bytes read behind it, or bytes lost in the spool, the gap lies inside: the source goes on where it stands. Where it is all
      // that there was, nothing was read before it either.
      let isInside = lastBlock == nil && position.offset > gapBytes
      self.init(
        record: record, offset: position.offset - (isInside ? 0 : gapBytes), lastBlock: lastBlock, pending: pending,
        gapBytes: isInside ? 0 : gapBytes)
    }

    var isEnded: Bool { gapBytes > 0 }

    package var mark: ContentMark {
      ContentMark(fingerprint: record.fingerprint, offset: offset, lastBlock: lastBlock)
    }
  }

  /// Goes on with a file that an earlier run read under the same inode. Where one of the sources has open lines, `earlier` has to be
  /// there.
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
      if try isTelling(earlier.mark, in: file), try resume(file, as: earlier, before: newer) { return .known }
    }
    // That the source read last is gone and a few bytes are as its were is enough; of others it would be too little.
    if let last = sources.first, !holds(last.record.id), last.offset > 0,
      try resume(file, as: last, before: newer)
    {
      return .known
    }
    return .unknown
  }

  private func resume(
    _ file: LogFile, as earlier: Earlier, before newer: Set<FileIdentity>
  ) throws(LogFile.OpenError) -> Bool {
    // A source of which nothing was ever read has nothing to be known by, and one that was lost before that nothing to go on with.
    guard earlier.record.fingerprint != nil, !earlier.isEnded || earlier.offset > 0 else { return false }
    let isReadThrough = try file.isReadThrough(earlier.mark)
    var last: [UInt8]?
    if !isReadThrough {
      last = try file.lastBytes(of: earlier.mark)
      if last == nil { return false }
    }
    // What was counted as lost stays so, also where it turns up.
    let offset = earlier.offset + earlier.gapBytes
    let isDone = isReadThrough || earlier.isEnded && (file.isCompressed || file.byteCount <= offset)
    let tailed = TailedFile(
      file: file, source: earlier.record, offset: isDone ? earlier.offset : offset,
      recalled: earlier.pending, lastBytes: earlier.isEnded ? nil : isDone ? [] : last)
    tailed.isReadThrough = isDone
    add(tailed, before: newer)
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
