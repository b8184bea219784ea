package import AuditModel

/// What is known of a source's content: how it begins, how far it was read, and the last bytes before that. By it a source is known
/// again where its inode does not tell: in a compressed file, in a copy, in a file that was truncated and written anew.
package struct ContentMark: Sendable, Hashable {
  package let fingerprint: Fingerprint?
  package let offset: Int64
  /// `Fingerprint.ending` of the last bytes before `offset`, where that is known.
  package let lastBlock: Int64?

  package init(fingerprint: Fingerprint?, offset: Int64, lastBlock: Int64?) {
    self.fingerprint = fingerprint
    self.offset = offset
    self.lastBlock = lastBlock
  }
}

extension LogFile {
  /// Whether the file holds what the mark says, and the bytes before its offset if so, to go on from there.
  ///
  /// Of a compressed file everything up to the offset is inflated for that.
  /// - Returns: nil where it is another content.
  package func lastBytes(of mark: ContentMark) throws(OpenError) -> [UInt8]? {
    if let fingerprint = mark.fingerprint, try self.fingerprint(length: fingerprint.length) != fingerprint {
      return nil
    }
    let last = try lastBytes(before: mark.offset)
    guard Int64(last.count) == min(mark.offset, Int64(Fingerprint.endingLengthMax)) else { return nil }
    if let lastBlock = mark.lastBlock, Fingerprint.ending(last) != lastBlock { return nil }
    return last
  }

  /// Whether a compressed file begins as the mark says and has exactly as many bytes: then all of it was read, and nothing of it needs
  /// to be inflated to see that. A beginning of a few bytes proves too little.
  package func isReadThrough(_ mark: ContentMark) throws(OpenError) -> Bool {
    guard claimedByteCount == mark.offset, let fingerprint = mark.fingerprint,
      fingerprint.length >= Self.tellingLength
    else { return false }
    return try self.fingerprint(length: fingerprint.length) == fingerprint
  }

  /// So many bytes are not alike by chance: a runtime's lines begin with its time.
  static let tellingLength = Int32(64)
}

extension ContentMark {
  /// Bytes that are compared at most.
  var evidence: Int64 { max(Int64(fingerprint?.length ?? 0), lastBlock == nil ? 0 : offset) }
}
