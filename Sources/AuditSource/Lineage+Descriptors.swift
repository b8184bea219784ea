import AuditModel

extension Lineage {
  /// Log files that are open now.
  package var openCount: Int { queue.count { $0.file.isOpen } + left.count { $0.file.isOpen } }

  /// Whether a file that it knows has no name any more.
  package var isMissingFiles: Bool {
    seen.values.contains { $0.missing > 0 } || unbegun.values.contains { $0.missing > 0 }
  }

  /// Gives its descriptors back until it is read again. Only for a lineage whose files are all where discovery found them.
  package func release() {
    for file in queue + left { file.file.release() }
  }

  /// The bytes of deleted files that it keeps on the disk until they are read.
  package var deletedBytes: Int64 { filesWithoutName.reduce(0) { $0 + $1.file.deletedBytes } }

  /// Gives up a deleted file: one that was read where there is one, otherwise the oldest. What was not read of it is lost, and counted.
  /// - Returns: how many bytes of the disk are free for it; 0 where there is none.
  package func giveUpDeleted() -> Int64 {
    let deleted = filesWithoutName.filter { $0.file.deletedBytes > 0 }
    guard let file = deleted.first(where: { !$0.file.isCompressed && $0.offset >= $0.file.byteCount }) ?? deleted.first
    else { return 0 }
    let bytes = file.file.deletedBytes
    file.noteEnd()
    file.file.release()
    isHot = true
    return bytes
  }

  private var filesWithoutName: [TailedFile] {
    (left + queue).filter { seen[$0.file.identity].map { $0.missing >= Self.lostAfter } ?? true }
  }

  /// Takes note of the names that its files have now, under which they are opened again.
  package func rename(_ found: [FileDiscovery.Found]) {
    for file in queue + left where !found.isEmpty {
      guard let now = found.first(where: { $0.status.identity == file.file.identity }), now.path != file.file.path
      else { continue }
      file.file.renamed(to: now.path)
    }
  }
}
